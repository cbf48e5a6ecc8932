import type { RunState, TaskState } from "../state.ts";
import type { Deferral, Failure, Resumption } from "../task-instance.ts";

/** What may change together with a state. A field left out keeps its value; `null` clears it. */
export interface TaskInstancePatch {
  readonly tryNumber?: number;
  readonly maxTries?: number;
  readonly chain?: number;
  readonly lostCount?: number;
  readonly leaseToken?: string | null;
  readonly leaseExpiresAt?: Date | null;
  readonly scheduledAt?: Date | null;
  readonly queuedAt?: Date | null;
  readonly startedAt?: Date | null;
  readonly endedAt?: Date | null;
  readonly nextTryAt?: Date | null;
  readonly deferral?: Deferral | null;
  readonly resumption?: Resumption | null;
  readonly failure?: Failure | null;
  readonly holdReason?: string | null;
  readonly worker?: string | null;
}

/** One compare-and-set on one task instance. */
export interface TaskTransition {
  readonly taskInstanceId: string;
  readonly from: TaskState;
  readonly to: TaskState;
  /** Guard: the try the caller acts for. */
  readonly tryNumber: number;
  /** Guard: the lease the caller holds; `undefined` for a caller that acts without one (scheduler, clear). */
  readonly leaseToken?: string;
  /** Guard: the version of its Dag that the run is made of, once the same call has moved runs to other versions. */
  readonly dagVersion?: number;
  /** `scheduler`, `executor`, `triggerer`, `user:<name>`: kept in history. */
  readonly actor: string;
  readonly reason?: string;
  readonly set?: TaskInstancePatch;
  /**
   * Guard for `scheduled` → `queued`: apply only while the task's pool has `poolSlots` free,
   * counted from rows in the same transaction (architecture, hard rule 4).
   */
  readonly checkLimits?: boolean;
}

export interface RunTransition {
  readonly dagRunId: string;
  readonly from: RunState;
  readonly to: RunState;
  readonly actor: string;
  readonly reason?: string;
  readonly set?: {
    readonly startedAt?: Date | null;
    readonly endedAt?: Date | null;
    readonly queuedAt?: Date;
    readonly clearNumber?: number;
    /**
     * Moves the run to another version of its Dag, together with `dagHash`: task instances that are missing are made,
     * in state `none`, and all take over pool, slots, priority, queue and operator of that version. It comes before the
     * task transitions of the same call, which can be guarded by `dagVersion`.
     */
    readonly dagVersion?: number;
    readonly dagHash?: string;
  };
  /** Guard for `queued` → `running`: apply only while fewer than this many runs of the Dag run. */
  readonly maxActiveRuns?: number;
  /**
   * Guard for the end of a run: apply only while all its task instances are in a terminal state, as they are after
   * the task transitions of the same call. Without it a task cleared at that moment would be left behind for ever.
   */
  readonly onlyWhenEnded?: boolean;
}

/**
 * A row of history: exactly one for every state change that was applied.
 *
 * `tryNumber` and `chain` are those after the change. `leaseToken` is the lease the writer acted with; for a writer
 * without one, the lease the attempt held before the change, else the one it holds after it. `at` is the call's `now`.
 */
export interface TaskHistoryRow {
  readonly id: string;
  readonly taskInstanceId: string;
  readonly dagRunId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly chain: number;
  readonly from: TaskState;
  readonly to: TaskState;
  readonly leaseToken: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: Date;
}

/**
 * The one writer of states (architecture, hard rule 1).
 *
 * Contract: all transitions of one call commit together or not at all; each is applied only where id,
 * from-state, try and lease token still match; the answer says for each, in order, whether it was.
 * Not applied is a normal answer. A move outside the transition table is a bug and rejects the call.
 * Two transitions of one task instance in one call are applied in order.
 */
export interface TransitionStore {
  transition(batch: {
    readonly tasks?: readonly TaskTransition[];
    readonly runs?: readonly RunTransition[];
    readonly now: Date;
  }): Promise<{ readonly tasks: readonly boolean[]; readonly runs: readonly boolean[] }>;

  loadTaskHistory(dagRunId: string): Promise<readonly TaskHistoryRow[]>;

  /** Renews leases: one statement for all. Answers the ids whose lease was still held. */
  renewLeases(
    leases: readonly { readonly taskInstanceId: string; readonly leaseToken: string }[],
    expiresAt: Date,
  ): Promise<readonly string[]>;
}
