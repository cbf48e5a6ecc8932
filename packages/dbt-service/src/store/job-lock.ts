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

/** Makes the starts of an account's runs decide one after another, on rows that no other start is changing. */
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
   * Contract: work for one account is done one piece at a time, each whole or not at all. The lock is the account's, not
   * the job's, because the account's queue is limited as a whole.
   */
  async alone<T>(accountId: number, work: (stores: LockedStores) => Promise<T>): Promise<T> {
    // Waiting for the lock holds a connection: a handful of waiters would leave none for anything else.
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
