import type { RunBoard } from "./run-board.ts";
import type { PoolLimit, Usage } from "./usage.ts";

/** All that a plan is made from. */
export interface PlanSnapshot {
  /** Runs that changed since they were last judged. */
  readonly boards: readonly RunBoard[];
  /** Runs with tasks that wait for a slot; may repeat those above. */
  readonly ready: Iterable<RunBoard>;
  readonly usage: Usage;
  readonly pools: ReadonlyMap<string, PoolLimit>;
  /** Pools that the store found full: no start from them before it is asked again. */
  readonly fullPools: ReadonlySet<string>;
  /** How many runs of each Dag are `running`, with those on their way there. */
  readonly runningRuns: ReadonlyMap<string, number>;
  /** How many attempts the executor takes now. */
  readonly freeSlots: number;
  readonly parallelism: number;
  /** Attempts whose process may still live: their task instances do not run again before it has ended. */
  readonly carried: ReadonlySet<string> | ReadonlyMap<string, unknown>;
  readonly newLeaseToken: () => string;
  readonly leaseExpiresAt: Date;
}
