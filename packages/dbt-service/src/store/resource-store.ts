import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import { isInScope, type Scope } from "../domain/permission.ts";
import { canBeId } from "../domain/row-id.ts";
import type { SqlDatabase } from "../sql-database.ts";
import { type Deletion, deleteTree } from "./deletion.ts";
import { buildConditions, buildOrder, type Filter } from "./filter.ts";
import { loadPage } from "./page.ts";
import { RESOURCE_COLUMNS } from "./resource-columns.ts";

/** Kinds of things people configure. */
export const RESOURCE_KINDS = [
  "account",
  "project",
  "environment",
  "job",
  "connection",
  "credentials",
  "repository",
  "extended_attributes",
  "env_var",
  "notification",
] as const;

/** One kind of thing people configure. */
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** A configured thing: its body is what the API shows of it, in dbt Cloud's names. */
export interface Resource {
  readonly id: number;
  readonly accountId: number;
  readonly projectId: number | null;
  readonly name: string;
  /** 1 is active, 2 deleted. */
  readonly state: number;
  readonly body: JsonRecord;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a list of things is narrowed by. */
export interface ResourceFilter {
  readonly kind: ResourceKind;
  readonly accountId: number;
  readonly scope: Scope;
  readonly projectIds?: readonly number[];
  readonly states: readonly number[];
  readonly filters?: readonly Filter[];
  readonly orderBy?: readonly string[];
  /** @default all of them */
  readonly limit?: number;
  /** @default 0 */
  readonly offset?: number;
}

/** What is stored of a new thing. */
export interface ResourceDraft {
  readonly id?: number;
  readonly accountId: number;
  readonly projectId: number | null;
  readonly name: string;
  readonly state: number;
  readonly body: JsonRecord;
}

const COLUMNS = `id, account_id as "accountId", project_id as "projectId", name, state, body,
  created_at as "createdAt", updated_at as "updatedAt"`;

const ENVIRONMENT_KINDS = `select distinct one.project_id as "projectId",
    jsonb_build_object('type', one.body -> 'type', 'deployment_type', one.body -> 'deployment_type') as body
  from dbt_service.resources one
  join dbt_service.resources project on project.kind = 'project' and project.id = one.project_id`;

/** Where accounts, projects, environments, jobs and their like are kept. */
export class ResourceStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** The thing of that id, deleted ones too. */
  async find(kind: ResourceKind, id: number): Promise<Resource | undefined> {
    // Bodies may name any number.
    if (!canBeId(id)) return undefined;
    const rows = await this.#sql.query<Resource>(
      `select ${COLUMNS} from dbt_service.resources where kind = $1 and id = $2`,
      [kind, id],
    );
    return rows[0];
  }

  /** A page of things, and how many there are in all. */
  async list(
    filter: ResourceFilter,
  ): Promise<{ readonly rows: readonly Resource[]; readonly total: number }> {
    const { where, params } = buildWhere(filter);
    return loadPage<Resource>(this.#sql, {
      columns: COLUMNS,
      table: "dbt_service.resources",
      where,
      order: buildOrder(RESOURCE_COLUMNS, filter.orderBy ?? ["id"]),
      params,
      limit: filter.limit ?? null,
      offset: filter.offset ?? 0,
    });
  }

  /** Contract: all that is done to things of one kind through here happens one after the other, whole or not at all. */
  async alone<T>(kind: ResourceKind, work: (resources: ResourceStore) => Promise<T>): Promise<T> {
    return this.#sql.transaction(async (sql) => {
      await sql.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `dbt_service.${kind}`,
      ]);
      return work(new ResourceStore(sql));
    });
  }

  /** Contract: all that is done through `resources` happens, or nothing of it. */
  async together<T>(work: (resources: ResourceStore) => Promise<T>): Promise<T> {
    return this.#sql.transaction((sql) => work(new ResourceStore(sql)));
  }

  /** The thing of that id unless it is deleted. Contract: until the transaction ends it is not deleted or changed. */
  async hold(kind: ResourceKind, id: number): Promise<Resource | undefined> {
    return this.#hold(kind, id, "share");
  }

  /** The same for a thing that is about to be changed: one at a time holds it so. */
  async holdForChange(kind: ResourceKind, id: number): Promise<Resource | undefined> {
    return this.#hold(kind, id, "update");
  }

  async #hold(
    kind: ResourceKind,
    id: number,
    lock: "share" | "update",
  ): Promise<Resource | undefined> {
    if (!canBeId(id)) return undefined;
    const rows = await this.#sql.query<Resource>(
      `select ${COLUMNS} from dbt_service.resources where kind = $1 and id = $2 and state = 1 for ${lock}`,
      [kind, id],
    );
    return rows[0];
  }

  /** Whether a project, or an environment in it, names the connection. */
  async usesConnection(projectId: number, connectionId: number): Promise<boolean> {
    const rows = await this.#sql.query(
      `select 1 as used from dbt_service.resources
       where state = 1 and body ->> 'connection_id' = $2
         and ((kind = 'project' and id = $1) or (kind = 'environment' and project_id = $1)) limit 1`,
      [projectId, String(connectionId)],
    );
    return rows.length > 0;
  }

  /** Which kinds of environments there are that use a thing, by themselves or as their project does; each kind once. */
  async listKindsUsing(
    accountId: number,
    field: string,
    id: number,
  ): Promise<readonly Pick<Resource, "projectId" | "body">[]> {
    return this.#sql.query(
      `${ENVIRONMENT_KINDS} where one.kind = 'environment' and one.state = 1 and one.account_id = $1
         and coalesce(one.body ->> $2, project.body ->> $2) = $3`,
      [accountId, field, String(id)],
    );
  }

  /** Which kinds of environments there are in a project; each kind once. */
  async listKindsIn(projectId: number): Promise<readonly Pick<Resource, "projectId" | "body">[]> {
    return this.#sql.query(
      `${ENVIRONMENT_KINDS} where one.kind = 'environment' and one.state = 1 and one.project_id = $1`,
      [projectId],
    );
  }

  /** Rewrites the body of every thing of these kinds. Contract: once in the life of a database, whole or not at all. */
  async onceSealed(
    kinds: readonly ResourceKind[],
    seal: (kind: ResourceKind, resource: Resource) => JsonRecord,
  ): Promise<void> {
    await this.#sql.transaction(async (sql) => {
      const first = await sql.query(
        "insert into dbt_service.sealing default values on conflict do nothing returning sealed_at",
      );
      if (first.length === 0) return;
      const rows = await sql.query<Resource & { readonly kind: ResourceKind }>(
        `select kind, ${COLUMNS} from dbt_service.resources where kind = any($1) for update`,
        [kinds],
      );
      for (const row of rows) {
        await sql.query("update dbt_service.resources set body = $3 where kind = $1 and id = $2", [
          row.kind,
          row.id,
          JSON.stringify(seal(row.kind, row)),
        ]);
      }
    });
  }

  /** Every account of this service. */
  async listAccountIds(): Promise<readonly number[]> {
    const rows = await this.#sql.query<{ id: number }>(
      "select id from dbt_service.resources where kind = 'account' order by id",
    );
    return rows.map((row) => row.id);
  }

  async create(kind: ResourceKind, draft: ResourceDraft): Promise<Resource> {
    const rows = await this.#sql.query<Resource>(
      `insert into dbt_service.resources (kind, id, account_id, project_id, name, state, body)
       values ($1, coalesce($2::integer, nextval('dbt_service.resource_ids')), $3, $4, $5, $6, $7)
       returning ${COLUMNS}`,
      [
        kind,
        draft.id ?? null,
        draft.accountId,
        draft.projectId,
        draft.name,
        draft.state,
        JSON.stringify(draft.body),
      ],
    );
    return getFirst(rows);
  }

  /**
   * Contract: of two concurrent saves of one thing, the later one stays whole; a deleted thing stays deleted, and the
   * answer is `undefined`.
   */
  async save(
    kind: ResourceKind,
    id: number,
    change: Pick<ResourceDraft, "projectId" | "name" | "body">,
  ): Promise<Resource | undefined> {
    const rows = await this.#sql.query<Resource>(
      `update dbt_service.resources
       set project_id = $3, name = $4, body = $5, updated_at = now()
       where kind = $1 and id = $2 and state = 1 returning ${COLUMNS}`,
      [kind, id, change.projectId, change.name, JSON.stringify(change.body)],
    );
    return rows[0];
  }

  /** Deletes a thing with all that lives in it, and ends its runs; see `deleteTree`. */
  async delete(kind: ResourceKind, id: number, actor: string): Promise<Deletion> {
    return deleteTree(this.#sql, { kind, id }, actor);
  }
}

function getFirst(rows: readonly Resource[]): Resource {
  const [row] = rows;
  if (row === undefined) throw new Error("An insert answered no row");
  return row;
}

function buildWhere(filter: ResourceFilter): {
  readonly where: string;
  readonly params: readonly unknown[];
} {
  const params: unknown[] = [filter.kind, filter.accountId, filter.states];
  const clauses = ["kind = $1", "account_id = $2", "state = any($3)"];
  const add = (clause: (place: string) => string, value: unknown): void => {
    params.push(value);
    clauses.push(clause(`$${params.length}`));
  };

  if (filter.projectIds !== undefined) {
    add((place) => `project_id = any(${place})`, filter.projectIds);
  }
  if (filter.scope.kind === "projects") {
    const own = filter.kind === "project" ? "id" : "project_id";
    add((place) => `${own} = any(${place})`, filter.scope.ids);
  }
  clauses.push(...buildConditions(RESOURCE_COLUMNS, filter.filters ?? [], params));
  return { where: clauses.join(" and "), params };
}

/** The thing when the scope covers it and it belongs to the account; `undefined` otherwise. */
export function pickVisible(
  kind: ResourceKind,
  resource: Resource | undefined,
  view: { readonly accountId: number; readonly scope: Scope },
): Resource | undefined {
  if (resource === undefined || resource.accountId !== view.accountId) return undefined;
  const project = kind === "project" ? resource.id : resource.projectId;
  return isInScope(view.scope, project) ? resource : undefined;
}
