import type { TimingInfo } from "../artifacts/run-results.ts";

/** Notes when each stretch of a piece of work began and ended. */
export interface Clock {
  readonly timing: TimingInfo[];
  measure<T>(name: TimingInfo["name"], work: () => Promise<T>): Promise<T>;
}

/** A clock that has measured nothing yet. */
export function createClock(now: () => Date): Clock {
  const timing: TimingInfo[] = [];
  return {
    timing,
    measure: async (name, work) => {
      const startedAt = now().toISOString();
      try {
        return await work();
      } finally {
        timing.push({ name, started_at: startedAt, completed_at: now().toISOString() });
      }
    },
  };
}
