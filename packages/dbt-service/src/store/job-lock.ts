import type { SqlDatabase } from "../sql-database.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { ResourceStore } from "./resource-store.ts";
import { RunStore } from "./run-store.ts";
import { StepStore } from "./step-store.ts";

/** What is read and written while nobody else starts a run of the account. */
export interface LockedStores {
  readonly resources: ResourceStore;
  readonly runs: RunStore;
  readonly steps: StepStore;
  readonly artifacts: ArtifactStore;
}

/** Lets one start of a run after the other decide, over rows that no other start is changing. */
export class JobLock {
  readonly #sql: SqlDatabase;
  readonly #folder: string;
  /** Per account, the work that was asked for last. */
  readonly #turns = new Map<number, Promise<unknown>>();

  constructor(sql: SqlDatabase, folder: string) {
    this.#sql = sql;
    this.#folder = folder;
  }

  /**
   * Contract: of all work for one account one is done after the other, each whole or not at all. The account's lock holds
   * those of its jobs, for its queue is limited as a whole.
   */
  async alone<T>(accountId: number, work: (stores: LockedStores) => Promise<T>): Promise<T> {
    // Who waits for the lock holds a connection: a handful of them would leave none for anything else.
    const before = this.#turns.get(accountId) ?? Promise.resolve();
    const turn = before.then(() => this.#lock(accountId, work));
    const done = turn.catch(() => undefined);
    this.#turns.set(accountId, done);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(accountId) === done) this.#turns.delete(accountId);
    }
  }

  /** Takes the account's lock among all processes. */
  async #lock<T>(accountId: number, work: (stores: LockedStores) => Promise<T>): Promise<T> {
    return this.#sql.transaction(async (sql) => {
      await sql.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `dbt_service.starts.${accountId}`,
      ]);
      return work({
        resources: new ResourceStore(sql),
        runs: new RunStore(sql),
        steps: new StepStore(sql),
        artifacts: new ArtifactStore(sql, this.#folder),
      });
    });
  }
}
