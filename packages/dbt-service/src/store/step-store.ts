import type { RunStatusCode } from "@airloom/dbt-cloud/contract";
import type { SqlDatabase } from "../sql-database.ts";
import { type PlannedStep, STEP_COLUMNS, type StepRow } from "./run-row.ts";

/** Where steps of dbt runs are kept, with their logs. */
export class StepStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  async list(runId: number): Promise<readonly StepRow[]> {
    return this.#sql.query<StepRow>(
      `select ${STEP_COLUMNS} from dbt_service.run_steps where run_id = $1 order by index`,
      [runId],
    );
  }

  async find(id: number): Promise<StepRow | undefined> {
    const rows = await this.#sql.query<StepRow>(
      `select ${STEP_COLUMNS} from dbt_service.run_steps where id = $1`,
      [id],
    );
    return rows[0];
  }

  /** Starts a step, or starts it again when it was interrupted. */
  async start(runId: number, index: number, planned: PlannedStep): Promise<StepRow> {
    const rows = await this.#sql.query<StepRow>(
      `insert into dbt_service.run_steps (run_id, index, name, command, status, started_at)
       values ($1, $2, $3, $4, 3, now())
       on conflict (run_id, index) do update set status = 3, finished_at = null, updated_at = now(),
         started_at = coalesce(run_steps.started_at, now())
       returning ${STEP_COLUMNS}`,
      [runId, index, planned.name, planned.command],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("Starting a step answered no row");
    return row;
  }

  async finish(id: number, status: RunStatusCode): Promise<void> {
    await this.#sql.query(
      `update dbt_service.run_steps set status = $2, finished_at = now(), updated_at = now(),
         process_group = null where id = $1`,
      [id, status],
    );
  }

  /** Remembers the process group of a step's child, to end it should we die before it does. */
  async saveProcessGroup(id: number, processGroup: number): Promise<void> {
    await this.#sql.query("update dbt_service.run_steps set process_group = $2 where id = $1", [
      id,
      processGroup,
    ]);
  }

  /** Counts one more death of a step's child; answers how many there have been. */
  async countKill(id: number): Promise<number> {
    const rows = await this.#sql.query<{ kills: number }>(
      "update dbt_service.run_steps set kills = kills + 1 where id = $1 returning kills",
      [id],
    );
    return rows[0]?.kills ?? 1;
  }

  /** Contract: text is added at the end alone; earlier text never changes. */
  async appendLog(stepId: number, text: string): Promise<void> {
    // PostgreSQL cannot store NUL in text; a log with one is still worth reading.
    await this.#sql.query(
      `insert into dbt_service.step_logs (step_id, seq, text)
       select $1::integer, coalesce(max(seq), 0) + 1, $2 from dbt_service.step_logs where step_id = $1::integer`,
      [stepId, text.replaceAll("\u0000", "\uFFFD")],
    );
  }

  /** Whole logs of the steps given, by step id. */
  async loadLogs(stepIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#sql.query<{ stepId: number; text: string }>(
      `select step_id as "stepId", string_agg(text, '' order by seq) as text
       from dbt_service.step_logs where step_id = any($1) group by step_id`,
      [stepIds],
    );
    return new Map(rows.map((row) => [row.stepId, row.text]));
  }
}
