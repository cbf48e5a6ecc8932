import { AirloomError, type DagRun, type DagSpec, type NewRun } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import { DAG_RUN_COLUMNS } from "./columns.ts";
import type { Queries } from "./database.ts";
import { fitTaskInstances } from "./fit-task-instances.ts";

/** Where the schedule stands after the run; `null` when it has no further point. */
type Advance = {
  readonly runAfter: Date;
  readonly intervalStart: Date;
  readonly intervalEnd: Date;
} | null;

/** Creates a run with its task instances and moves the schedule on; `undefined` when its key is taken. */
export async function createRun(
  queries: Queries,
  run: NewRun,
  options: { readonly now: Date; readonly advance?: Advance; readonly isDateUnique?: boolean },
): Promise<DagRun | undefined> {
  const version = await lockDag(queries, run);
  // Nobody can create a run of this date meanwhile: the Dag is locked.
  if (options.isDateUnique === true && (await isDateTaken(queries, run))) return undefined;
  const created = await insertRun(queries, run, { now: options.now, ...version });
  if (created === undefined) return undefined;

  await fitTaskInstances(queries, created.id, version.spec.tasks);
  if (options.advance !== undefined) await advance(queries, run.dagId, options.advance);
  return created;
}

interface Version {
  readonly version: number;
  readonly hash: string;
  readonly spec: DagSpec;
}

// The lock keeps the version the run is pinned to, and the schedule, from changing meanwhile. It is a statement of
// its own: after a wait for the lock, only a later statement sees the version that was written before it was let go.
async function lockDag(queries: Queries, { dagId, runId }: NewRun): Promise<Version> {
  await queries.run({
    name: "lock_dag",
    text: "select 1 from airloom.dag where dag_id = $1 for no key update",
    values: [dagId],
  });
  const [version] = await queries.rows<Version>({
    name: "newest_version",
    text: `select v.version, v.hash, v.spec from airloom.dag d
           join airloom.dag_version v on v.dag_id = d.dag_id and v.version = d.version
           where d.dag_id = $1`,
    values: [dagId],
  });
  if (version === undefined) {
    throw new AirloomError(
      "dag.not_found",
      `Cannot create run "${runId}": there is no Dag "${dagId}"`,
    );
  }
  return version;
}

async function isDateTaken(queries: Queries, { dagId, logicalDate }: NewRun): Promise<boolean> {
  const taken = await queries.rows({
    name: "find_run_of_date",
    text: "select 1 from airloom.dag_run where dag_id = $1 and logical_date = $2 limit 1",
    values: [dagId, logicalDate],
  });
  return taken.length > 0;
}

async function insertRun(
  queries: Queries,
  run: NewRun,
  at: { readonly now: Date } & Version,
): Promise<DagRun | undefined> {
  const [created] = await queries.rows<DagRun>({
    name: "insert_run",
    text: `insert into airloom.dag_run as r (dag_id, run_id, run_type, triggered_by, triggering_user,
             state, logical_date, data_interval_start, data_interval_end, run_after, queued_at, conf,
             note, dag_version, dag_hash, clear_number)
           values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)
           on conflict do nothing returning ${DAG_RUN_COLUMNS}`,
    values: [
      run.dagId,
      run.runId,
      run.runType,
      run.triggeredBy,
      run.triggeringUser,
      run.logicalDate,
      run.dataIntervalStart,
      run.dataIntervalEnd,
      run.runAfter,
      at.now,
      JSON.stringify(run.conf),
      run.note === null ? null : cleanText(run.note),
      at.version,
      at.hash,
    ],
  });
  return created;
}

async function advance(queries: Queries, dagId: string, next: Advance): Promise<void> {
  await queries.run({
    name: "advance_schedule",
    text: `update airloom.dag set next_run_after = $2, next_data_interval_start = $3,
             next_data_interval_end = $4 where dag_id = $1`,
    values: [dagId, next?.runAfter ?? null, next?.intervalStart ?? null, next?.intervalEnd ?? null],
  });
}
