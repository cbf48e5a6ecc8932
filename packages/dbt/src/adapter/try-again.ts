import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../error.ts";

/** Waits between two tries; tests do not. */
export type Wait = (ms: number) => Promise<unknown>;

/** How something is tried more than once. */
export interface Tries {
  readonly attempts: number;
  readonly isRetryable: (message: string) => boolean;
  readonly wait?: Wait;
}

/** Tries something up to so often, and waits 1, 2, 4 … seconds in between, as dbt's adapter for DuckDB does. */
export async function tryAgain<T>(tries: Tries, work: () => Promise<T>): Promise<T> {
  const { attempts, isRetryable, wait = sleep } = tries;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(messageOf(error))) throw error;
      await wait(1_000 * 2 ** (attempt - 1));
    }
  }
}
