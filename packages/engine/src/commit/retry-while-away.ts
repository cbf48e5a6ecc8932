import type { Clock, Logger } from "@airloom/core";
import { isUnavailable } from "./is-unavailable.ts";

/** What waiting for a database needs. */
export interface RetryRim {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isClosed: () => boolean;
}

const FIRST_DELAY_MS = 50;
const LAST_DELAY_MS = 5_000;

/** Asks the store again and again while it is away. Only for questions, and for writes that may happen twice. */
export async function retryWhileAway<T>(ask: () => Promise<T>, rim: RetryRim): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error) || rim.isClosed()) throw error;
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempt, LAST_DELAY_MS);
      rim.logger.log(
        "warning",
        `The database is away, trying again in ${delayMs} ms: ${String(error)}`,
      );
      await waitFor(rim.clock, delayMs);
    }
  }
}

/** Waits on a clock that tests turn by hand. */
function waitFor(clock: Clock, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.schedule(new Date(clock.now().getTime() + delayMs), resolve);
  return promise;
}
