import { SecretMask, type TaskInstance } from "@airloom/core";

/** Attempts whose secrets are remembered at most: the oldest are forgotten first. */
const MOST = 10_000;

/**
 * What each attempt under way must not show. An attempt that waits goes on in another process, after one that waited for
 * it: what it has named or read by then stays hidden in all three.
 */
export class AttemptMasks {
  /** By attempt, the one that was asked for last at the end. */
  readonly #masks = new Map<string, SecretMask>();

  /** The mask of an attempt: the same one until it is over. */
  open(attempt: Pick<TaskInstance, "id" | "tryNumber">): SecretMask {
    const key = keyOf(attempt);
    const mask = this.#masks.get(key) ?? new SecretMask();
    this.#masks.delete(key);
    this.#masks.set(key, mask);
    const [oldest] = this.#masks.keys();
    if (this.#masks.size > MOST && oldest !== undefined) this.#masks.delete(oldest);
    return mask;
  }

  /** The attempt is over: what it knew is nobody's any more. */
  close(attempt: Pick<TaskInstance, "id" | "tryNumber">): void {
    this.#masks.delete(keyOf(attempt));
  }
}

function keyOf({ id, tryNumber }: Pick<TaskInstance, "id" | "tryNumber">): string {
  return `${id}/${tryNumber}`;
}
