import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import type { Scope } from "../domain/permission.ts";
import type { SqlDatabase } from "../sql-database.ts";
import { buildConditions, buildOrder, type Filter, type FilterColumns } from "./filter.ts";
import { loadPage } from "./page.ts";
import { type PlannedStep, RUN_COLUMNS, type RunRow } from "./run-row.ts";

/** What is stored of a new run. */
export interface RunDraft {
  readonly accountId: number;
  readonly projectId: number;
  readonly environmentId: number;
  readonly jobId: number;
  readonly cause: string;
  readonly causeCategory: string;
  readonly overrides: JsonRecord;
  readonly job: JsonRecord;
  readonly plan: readonly PlannedStep[];
  readonly retryingRunId: number | null;
  readonly triggeredBy: string;
  readonly idempotencyKey: string | null;
  readonly gitBranch: string | null;
  readonly gitSha: string | null;
}

/** What a list of runs is narrowed by. */
export interface RunFilter {
  readonly accountId: number;
  readonly scope: Scope;
  /** 1 is active: runs are never deleted. */
  readonly states: readonly number[];
  readonly filters: readonly Filter[];
  readonly orderBy: readonly string[];
  readonly limit: number;
  readonly offset: number;
}

const FILTER_COLUMNS: FilterColumns = {
  id: "id",
  account_id: "account_id",
  job_definition_id: "job_id",
  project_id: "project_id",
  environment_id: "environment_id",
  retrying_run_id: "retrying_run_id",
  // No run of ours defers to another run.
  deferring_run_id: "null::integer",
  status: "status",
  created_at: "created_at",
  updated_at: "updated_at",
  started_at: "started_at",
  finished_at: "finished_at",
  dbt_version: "dbt_version",
  git_branch: "git_branch",
  git_sha: "git_sha",
  has_docs_generated: "has_docs_generated",
  has_sources_generated: "has_sources_generated",
};

/** Where dbt runs are kept and asked for. What moves them lives in `RunQueue`. */
export class RunStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /**
   * Queues a run with all its steps; `undefined` where its job, environment or project is gone.
   *
   * Contract: of all calls with one idempotency key for a job, the first makes the run and the others return it. A
   * deletion at the same time either comes first, or ends the run that was made.
   */
  async create(draft: RunDraft): Promise<RunRow | undefined> {
    const rows = await this.#sql.query<RunRow>(
      `with parents as (
         select kind from dbt_service.resources
         where state = 1 and (kind, id) in (('project', $2), ('environment', $3), ('job', $4))
         -- From the outside in, as deletions go, so that none waits for the other.
         order by array_position(array['project', 'environment', 'job'], kind) for share),
       made as (
       insert into dbt_service.runs (account_id, project_id, environment_id, job_id, cause, cause_category,
         overrides, job, plan, retrying_run_id, triggered_by, idempotency_key, git_branch, git_sha)
       select $1::integer, $2::integer, $3::integer, $4::integer, $5, $6, $7::jsonb, $8::jsonb, $9::jsonb, $10::integer, $11, $12, $13, $14
       where (select count(*) from parents) = 3
       on conflict (job_id, idempotency_key) where idempotency_key is not null do nothing
       returning *),
       planned as (
         insert into dbt_service.run_steps (run_id, index, name, command, status)
         select made.id, step.position, step.value ->> 'name', step.value ->> 'command', 1
         from made cross join lateral jsonb_array_elements(made.plan) with ordinality as step (value, position))
       select ${RUN_COLUMNS} from made`,
      [
        draft.accountId,
        draft.projectId,
        draft.environmentId,
        draft.jobId,
        draft.cause,
        draft.causeCategory,
        JSON.stringify(draft.overrides),
        JSON.stringify(draft.job),
        JSON.stringify(draft.plan),
        draft.retryingRunId,
        draft.triggeredBy,
        draft.idempotencyKey,
        draft.gitBranch,
        draft.gitSha,
      ],
    );
    return rows[0] ?? (await this.findByKey(draft));
  }

  /** The run of the job that a request with this idempotency key made. */
  async findByKey(draft: Pick<RunDraft, "jobId" | "idempotencyKey">): Promise<RunRow | undefined> {
    const rows = await this.#sql.query<RunRow>(
      `select ${RUN_COLUMNS} from dbt_service.runs where job_id = $1 and idempotency_key = $2`,
      [draft.jobId, draft.idempotencyKey],
    );
    return rows[0];
  }

  async find(id: number): Promise<RunRow | undefined> {
    const rows = await this.#sql.query<RunRow>(
      `select ${RUN_COLUMNS} from dbt_service.runs where id = $1`,
      [id],
    );
    return rows[0];
  }

  /** The newest run of each job given. */
  async findLatestOfJobs(
    jobIds: readonly number[],
    onlyFinished: boolean,
  ): Promise<ReadonlyMap<number, RunRow>> {
    const rows = await this.#sql.query<RunRow>(
      `select distinct on (job_id) ${RUN_COLUMNS} from dbt_service.runs
       where job_id = any($1) and ($2 = false or status >= 10) order by job_id, id desc`,
      [jobIds, onlyFinished],
    );
    return new Map(rows.map((row) => [row.jobId, row]));
  }

  /** A page of runs, and how many there are in all. */
  async list(
    filter: RunFilter,
  ): Promise<{ readonly rows: readonly RunRow[]; readonly total: number }> {
    const { where, params } = buildWhere(filter);
    return loadPage<RunRow>(this.#sql, {
      columns: RUN_COLUMNS,
      table: "dbt_service.runs",
      where,
      order: buildOrder(FILTER_COLUMNS, filter.orderBy),
      params,
      limit: filter.limit,
      offset: filter.offset,
    });
  }

  /** How many runs of an account wait to be started. */
  async countQueued(accountId: number): Promise<number> {
    const rows = await this.#sql.query<{ total: number }>(
      "select count(*)::int as total from dbt_service.runs where account_id = $1 and status = 1",
      [accountId],
    );
    return rows[0]?.total ?? 0;
  }

  /** Ids of earlier unfinished runs of the same job, which a queued run waits for. */
  async listBlocking(run: RunRow): Promise<readonly number[]> {
    if (run.status !== 1) return [];
    const rows = await this.#sql.query<{ id: number }>(
      "select id from dbt_service.runs where job_id = $1 and status < 10 and id < $2 order by id limit 100",
      [run.jobId, run.id],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Cancels: a queued run ends at once, a running one is marked for the service that executes it.
   *
   * Contract: a finished run stays as it is. Answers the run as it is afterwards.
   */
  async requestCancel(id: number, actor: string): Promise<RunRow | undefined> {
    const rows = await this.#sql.query<RunRow>(
      `update dbt_service.runs set
         status = case when status = 1 then 30 else status end,
         status_message = case when status = 1 then 'Cancelled by user.' else status_message end,
         finished_at = case when status = 1 then now() else finished_at end,
         cancel_requested_at = coalesce(cancel_requested_at, now()),
         cancelled_by = coalesce(cancelled_by, $2), updated_at = now()
       where id = $1 and status < 10 returning ${RUN_COLUMNS}`,
      [id, actor],
    );
    return rows[0] ?? (await this.find(id));
  }

  /** Cancels runs the schedule queued earlier for a job and that never started. */
  async collapseScheduled(jobId: number, newest: number): Promise<void> {
    await this.#sql.query(
      `update dbt_service.runs set status = 30, finished_at = now(), updated_at = now(),
         status_message = 'Cancelled: a later scheduled run of this job was queued.'
       where job_id = $1 and id < $2 and status = 1 and cause_category = 'scheduled'`,
      [jobId, newest],
    );
  }

  /** Saves what the clone found out about the code. */
  async saveCode(
    id: number,
    code: { readonly sha: string | null; readonly branch: string | null },
  ): Promise<void> {
    await this.#sql.query(
      `update dbt_service.runs set git_sha = coalesce($2, git_sha), git_branch = coalesce($3, git_branch),
         updated_at = now() where id = $1`,
      [id, code.sha, code.branch],
    );
  }
}

function buildWhere(filter: RunFilter): {
  readonly where: string;
  readonly params: readonly unknown[];
} {
  const params: unknown[] = [filter.accountId];
  const clauses = ["account_id = $1"];
  if (!filter.states.includes(1)) clauses.push("false");
  if (filter.scope.kind === "projects") {
    params.push(filter.scope.ids);
    clauses.push(`project_id = any($${params.length})`);
  }
  clauses.push(...buildConditions(FILTER_COLUMNS, filter.filters, params));
  return { where: clauses.join(" and "), params };
}
