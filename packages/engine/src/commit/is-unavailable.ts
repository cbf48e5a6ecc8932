import { AirloomError } from "@airloom/core";

/** True for a failure that passes by itself: the database is away, or did not answer in time. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AirloomError && error.retryable;
}
