import type { DagSpec } from "../dag-spec.ts";
import type { PoolLimit } from "../plan/usage.ts";
import type { TaskHistoryRow } from "../ports/transitions.ts";
import type { DagRun, TaskInstance } from "../task-instance.ts";

/** The start of an attempt, as its own process wrote it down outside the product. */
export interface Effect {
  readonly taskInstanceId: string;
  readonly tryNumber: number;
  readonly leaseToken: string;
}

/** What invariants are checked on. */
export interface Evidence {
  readonly runs: readonly DagRun[];
  /** The Dag version of a run, by the run's `id`. */
  readonly specs: ReadonlyMap<string, DagSpec>;
  readonly taskInstances: readonly TaskInstance[];
  /** In the order in which it was committed. */
  readonly history: readonly TaskHistoryRow[];
  readonly effects?: readonly Effect[];
  /** Pools that kept their size throughout. */
  readonly pools?: ReadonlyMap<string, PoolLimit>;
  /** True when everything had time to end: then nothing may be left over. */
  readonly isSettled: boolean;
}
