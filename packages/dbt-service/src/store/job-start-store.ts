import type { SqlDatabase } from "../sql-database.ts";
import { RUN_COLUMNS, type RunRow } from "./run-row.ts";

const MAX_RUNS = 100;

/** Remembers what has been looked at for starting jobs, so that a stop of the service loses no start. */
export class JobStartStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** Until when schedules have been looked at; from the very first look on, that is `now`. */
  async loadLookedUntil(now: Date): Promise<Date> {
    const rows = await this.#sql.query<{ lookedUntil: Date }>(
      `insert into dbt_service.schedule_cursor (looked_until) values ($1)
       on conflict (is_only) do update set looked_until = schedule_cursor.looked_until
       returning looked_until as "lookedUntil"`,
      [now],
    );
    return rows[0]?.lookedUntil ?? now;
  }

  /** Contract: it never goes back. */
  async saveLookedUntil(until: Date): Promise<void> {
    await this.#sql.query(
      "update dbt_service.schedule_cursor set looked_until = greatest(looked_until, $1)",
      [until],
    );
  }

  /** The oldest finished runs whose followers were not started yet. */
  async listUnfollowed(): Promise<readonly RunRow[]> {
    return this.#sql.query<RunRow>(
      `select ${RUN_COLUMNS} from dbt_service.runs
       where status >= 10 and followed_at is null order by id limit ${MAX_RUNS}`,
    );
  }

  async markFollowed(runId: number): Promise<void> {
    await this.#sql.query("update dbt_service.runs set followed_at = now() where id = $1", [runId]);
  }
}
