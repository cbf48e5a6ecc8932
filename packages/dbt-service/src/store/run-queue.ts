import type { SqlDatabase } from "../sql-database.ts";
import { RUN_COLUMNS, type RunRow } from "./run-row.ts";

/** How a run ended. */
export interface RunEnd {
  readonly status: 10 | 20 | 30;
  readonly message: string | null;
}

/**
 * Moves dbt runs: claims queued ones, keeps claims alive, ends them.
 *
 * Every write names the owner, so a service that lost its claim changes nothing.
 */
export class RunQueue {
  readonly #sql: SqlDatabase;
  readonly #owner: string;
  readonly #leaseS: number;

  constructor(sql: SqlDatabase, options: { readonly owner: string; readonly leaseS: number }) {
    this.#sql = sql;
    this.#owner = options.owner;
    this.#leaseS = options.leaseS;
  }

  /**
   * Claims the oldest queued run that may start: its account has a free slot, no other run of its job is under way, and
   * its job, environment and project are there.
   *
   * Contract: concurrent callers never get the same run, nor two runs of one job, nor more than the slots.
   */
  async claim(): Promise<RunRow | undefined> {
    return this.#sql.transaction(async (sql) => {
      // One claim at a time: slots and job order are counted over rows that nobody else may be changing.
      await sql.query("select pg_advisory_xact_lock(hashtext('dbt_service.claim'))");
      const rows = await sql.query<RunRow>(
        `update dbt_service.runs set status = 2, owner = $1, dequeued_at = coalesce(dequeued_at, now()),
           lease_expires_at = now() + make_interval(secs => $2), updated_at = now()
         where id = (
           select queued.id from dbt_service.runs queued
           join dbt_service.resources account on account.kind = 'account' and account.id = queued.account_id
           where queued.status = 1
             and not exists (select 1 from dbt_service.resources gone where gone.state <> 1
               and (gone.kind, gone.id) in (('project', queued.project_id),
                 ('environment', queued.environment_id), ('job', queued.job_id)))
             and not exists (select 1 from dbt_service.runs other where other.job_id = queued.job_id
               and other.status < 10 and (other.status > 1 or other.id < queued.id))
             and (select count(*) from dbt_service.runs busy where busy.account_id = queued.account_id
               and busy.status in (2, 3)) < coalesce((account.body ->> 'run_slots')::integer, 1)
           order by queued.id limit 1)
           -- Somebody may have cancelled it in the meantime.
           and status = 1
         returning ${RUN_COLUMNS}`,
        [this.#owner, this.#leaseS],
      );
      return rows[0];
    });
  }

  /** Unfinished runs that are ours, those that we carry included, and those whose service has gone silent, which become ours. */
  async reclaim(): Promise<readonly RunRow[]> {
    return this.#sql.query<RunRow>(
      `update dbt_service.runs set owner = $1, lease_expires_at = now() + make_interval(secs => $2),
         updated_at = now()
       where status in (2, 3) and (owner = $1 or lease_expires_at < now())
       returning ${RUN_COLUMNS}`,
      [this.#owner, this.#leaseS],
    );
  }

  /** Keeps claims alive; answers the claimed runs that somebody wants cancelled. */
  async renew(ids: readonly number[]): Promise<readonly number[]> {
    const rows = await this.#sql.query<{ id: number; wanted: boolean }>(
      `update dbt_service.runs set lease_expires_at = now() + make_interval(secs => $3)
       where id = any($1) and owner = $2 and status in (2, 3)
       returning id, cancel_requested_at is not null as wanted`,
      [ids, this.#owner, this.#leaseS],
    );
    return rows.filter((row) => row.wanted).map((row) => row.id);
  }

  /** Those of the runs that are not over. */
  async listOpen(ids: readonly number[]): Promise<readonly number[]> {
    const rows = await this.#sql.query<{ id: number }>(
      "select id from dbt_service.runs where id = any($1) and status < 10",
      [ids],
    );
    return rows.map((row) => row.id);
  }

  /** Marks a claimed run as running. Answers false where it is no longer ours, or has ended. */
  async start(id: number): Promise<boolean> {
    const rows = await this.#sql.query(
      `update dbt_service.runs set status = 3, started_at = coalesce(started_at, now()), updated_at = now()
       where id = $1 and owner = $2 and status in (2, 3) returning id`,
      [id, this.#owner],
    );
    return rows.length > 0;
  }

  /** Ends a run, unless it is no longer ours or has ended. */
  async finish(id: number, end: RunEnd): Promise<void> {
    await this.#sql.query(
      `update dbt_service.runs set status = $3, status_message = $4, finished_at = now(), updated_at = now(),
         started_at = coalesce(started_at, now()), lease_expires_at = null
       where id = $1 and owner = $2 and status in (2, 3)`,
      [id, this.#owner, end.status, end.message],
    );
  }

  /** Says which kinds of artifacts a run has. */
  async markArtifacts(
    id: number,
    saved: { readonly docs: boolean; readonly sources: boolean; readonly version: string | null },
  ): Promise<void> {
    await this.#sql.query(
      `update dbt_service.runs set artifacts_saved = true, has_docs_generated = has_docs_generated or $3,
         has_sources_generated = has_sources_generated or $4, dbt_version = coalesce($5, dbt_version),
         updated_at = now() where id = $1 and owner = $2`,
      [id, this.#owner, saved.docs, saved.sources, saved.version],
    );
  }
}
