import { setTimeout as wait } from "node:timers/promises";

/** How long an outage of dbt Cloud is waited out, in every phase, unless the task or the connection says otherwise. */
export const DEFAULT_PATIENCE_S = 600;

/** How time passes for what talks to dbt Cloud. */
export interface Timing {
  now(): Date;
  /** Resolves after that many seconds; rejects at once when the work is called off. */
  sleep(seconds: number): Promise<void>;
  /** Longest wait for one answer, in milliseconds of the wall clock. @default each request's own */
  readonly requestDeadlineMs?: number;
}

/** Makes the time of one piece of work, which `signal` calls off. */
export type OpenTiming = (signal: AbortSignal) => Timing;

/** The time of the system clock. */
export function openWallTiming(signal: AbortSignal): Timing {
  return {
    now: () => new Date(),
    sleep: async (seconds) => {
      signal.throwIfAborted();
      if (seconds > 0) await wait(seconds * 1_000, undefined, { signal });
    },
  };
}
