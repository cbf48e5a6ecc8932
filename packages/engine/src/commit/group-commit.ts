import type { Clock, LiveEvents, Logger, RunMove, Store, TaskMove } from "@airloom/core";

/** Moves that one caller wants applied in one transaction. */
export interface MoveBatch {
  readonly tasks?: readonly TaskMove[];
  readonly runs?: readonly RunMove[];
}

/** For every move, in order, whether it was applied. */
export interface MoveAnswer {
  readonly tasks: readonly boolean[];
  readonly runs: readonly boolean[];
}

/** The moves of one flush that were applied, in the order in which they took effect. */
export interface AppliedMoves {
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
}

/**
 * The way to the one writer of states: collects the moves of scheduler, runner host, triggerer host and people,
 * and writes all that gathered while the previous transaction was in flight as one call of `store.transition()`.
 *
 * Contract: the moves of one `apply` commit together; `apply` resolves after they are durable and after the
 * listeners of `onApplied` have heard of them; a database that is away only delays it.
 */
export interface GroupCommit {
  apply(batch: MoveBatch): Promise<MoveAnswer>;
  /** Hears of every applied move of this process, in commit order. The returned function ends it. */
  onApplied(listener: (applied: AppliedMoves) => void): () => void;
  /** Writes what is waiting and refuses what comes later. */
  close(): Promise<void>;
}

/** What `openGroupCommit` needs. */
export interface GroupCommitOptions {
  readonly store: Pick<Store, "transition" | "loadTaskHistory" | "findRun">;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly logger: Logger;
}

/** Opens the one queue of state changes of this process. */
export function openGroupCommit(_options: GroupCommitOptions): GroupCommit {
  throw new Error("The group commit is not written yet");
}
