import { AirloomError } from "@airloom/core";
import type { PasswordHasher } from "./password.ts";

export interface QueueSizes {
  /** Each takes a thread of four and 128 MB. */
  readonly atOnce: number;
  readonly waiting: number;
}

const RETRY_AFTER_S = 5;

/**
 * Hashes few passwords at a time: hashing is slow by design, and whoever sends many of them must not take the threads
 * and the memory that everything else needs.
 *
 * Errors: `auth.busy` when too many wait already.
 */
export function queueHasher(hasher: PasswordHasher, sizes: QueueSizes): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (running < sizes.atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= sizes.waiting) {
      throw new AirloomError(
        "auth.busy",
        "Cannot check a password now: too many are being checked, try again in some seconds",
        { details: { retryAfterS: RETRY_AFTER_S } },
      );
    }
    // Whoever leaves hands its place over: `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  async function within<T>(work: () => Promise<T>): Promise<T> {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  return {
    hash: (password) => within(() => hasher.hash(password)),
    verify: (password, hash) => within(() => hasher.verify(password, hash)),
    makeDecoy: () => hasher.makeDecoy(),
  };
}
