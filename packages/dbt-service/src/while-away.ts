import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 250;
const GIVE_UP_AFTER_MS = 120_000;

/** Whether an error says that the database could not be reached; the port promises this code. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "database.unavailable";
}

/**
 * Does something again while the database is away: a run does not end because PostgreSQL was restarted under it.
 *
 * Only for work that may be done twice: after a lost answer it may have been done already.
 */
export async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > giveUpAt) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
