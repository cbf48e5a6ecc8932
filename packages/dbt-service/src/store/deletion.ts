import { listReferrers } from "../domain/reference.ts";
import type { SqlDatabase } from "../sql-database.ts";
import type { ResourceKind } from "./resource-store.ts";

/** What a deletion did. */
export interface Deletion {
  /** False where the thing was gone already. */
  readonly isDone: boolean;
  /** Names of the things that still need it: then nothing was deleted. */
  readonly users: readonly string[];
  /** Runs that were under way, to be stopped where they execute. */
  readonly stoppedRuns: readonly number[];
}

/**
 * What a deleted thing becomes: its secrets are forgotten. A sealed value is told by its quotes: inside of a text they
 * would stand behind backslashes.
 */
const DELETED = `state = 2, updated_at = now(), body = regexp_replace(
  body::text, '\\{"\\$sealed(_json)?": "[A-Za-z0-9+/=]*"\\}', 'null', 'g')::jsonb`;

interface Target {
  readonly kind: ResourceKind;
  readonly id: number;
}

/**
 * Deletes a thing with everything that lives in it or by it, by set, and ends their runs.
 *
 * Contract: all of it happens or nothing. A run that is made at the same time is either refused or ended here: its maker
 * holds the same rows.
 */
export async function deleteTree(
  database: SqlDatabase,
  target: Target,
  actor: string,
): Promise<Deletion> {
  return database.transaction(async (sql) => {
    // The row first: whoever is about to name it, or to start a run of it, now waits for the end of this.
    if (!(await hold(sql, target))) return { isDone: false, users: [], stoppedRuns: [] };
    const users = await listUsers(sql, target);
    if (users.length > 0) return { isDone: false, users, stoppedRuns: [] };
    await sql.query(`update dbt_service.resources set ${DELETED} where kind = $1 and id = $2`, [
      target.kind,
      target.id,
    ]);
    const deleted = await deleteDependants(sql, target);
    return { isDone: true, users, stoppedRuns: await endRuns(sql, [target, ...deleted], actor) };
  });
}

async function hold(sql: SqlDatabase, { kind, id }: Target): Promise<boolean> {
  const rows = await sql.query(
    "select id from dbt_service.resources where kind = $1 and id = $2 and state = 1 for update",
    [kind, id],
  );
  return rows.length > 0;
}

async function listUsers(sql: SqlDatabase, target: Target): Promise<readonly string[]> {
  const users: string[] = [];
  for (const { owner, path, onDelete } of listReferrers(target.kind)) {
    if (onDelete !== "refuse") continue;
    const rows = await sql.query<{ id: number; name: string }>(
      `select id, name from dbt_service.resources
       where kind = $1 and state = 1 and body #>> $2 = $3 order by id limit 5`,
      [owner, path, String(target.id)],
    );
    users.push(...rows.map((row) => `${owner} ${row.id} "${row.name}"`));
  }
  return users;
}

async function deleteDependants(sql: SqlDatabase, target: Target): Promise<readonly Target[]> {
  const below =
    target.kind === "project"
      ? await sql.query<Target>(
          `update dbt_service.resources set ${DELETED}
           where project_id = $1 and state = 1 returning kind, id`,
          [target.id],
        )
      : [];
  const named: Target[] = [];
  for (const { owner, path, onDelete } of listReferrers(target.kind)) {
    if (onDelete !== "cascade") continue;
    const rows = await sql.query<Target>(
      `update dbt_service.resources set ${DELETED}
       where kind = $1 and state = 1 and body #>> $2 = $3 returning kind, id`,
      [owner, path, String(target.id)],
    );
    named.push(...rows);
  }
  const further: Target[] = [];
  for (const next of named) further.push(...(await deleteDependants(sql, next)));
  return [...below, ...named, ...further];
}

async function endRuns(
  sql: SqlDatabase,
  deleted: readonly Target[],
  actor: string,
): Promise<readonly number[]> {
  const ids = (kind: ResourceKind): readonly number[] =>
    deleted.filter((one) => one.kind === kind).map((one) => one.id);
  const rows = await sql.query<{ id: number; status: number }>(
    `update dbt_service.runs set
       status = case when status = 1 then 30 else status end,
       status_message = case when status = 1 then $5 else status_message end,
       finished_at = case when status = 1 then now() else finished_at end,
       cancel_requested_at = coalesce(cancel_requested_at, now()),
       cancelled_by = coalesce(cancelled_by, $4), updated_at = now()
     where status < 10 and (project_id = any($1) or environment_id = any($2) or job_id = any($3))
     returning id, status`,
    [ids("project"), ids("environment"), ids("job"), actor, DELETED_MESSAGE],
  );
  return rows.filter((row) => row.status < 10).map((row) => row.id);
}

/** What a run says that ended because its job, environment or project went away. */
const DELETED_MESSAGE = "Cancelled: its job, environment or project was deleted.";
