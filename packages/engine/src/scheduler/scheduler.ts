import type { Clock, DagRun, Executor, LiveEvents, Logger, Resumption, Store } from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";

/** The numbers a scheduler goes by. */
export interface SchedulerSettings {
  /** Most task instances queued or running at once. @default 32 */
  readonly parallelism: number;
  /** How long an attempt's lease lasts; renewed at a third of it. @default 60_000 */
  readonly leaseMs: number;
  /** The slow safety tick. @default 5_000 */
  readonly tickMs: number;
  /** How many tasks may be handed to the executor beyond its free slots. @default 0 */
  readonly prefetch: number;
}

/** Where the runner finds the Dag file of a run. */
export interface DagFile {
  /** Absolute path. */
  readonly file: string;
  /** Content hash, which routes to a process that has imported it. */
  readonly fileHash: string;
}

/** What `openScheduler` needs. */
export interface SchedulerOptions {
  readonly store: Store;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly commit: GroupCommit;
  /** Asked once per Dag version; `file` is the path relative to the bundle. */
  readonly loadFileFor: (run: DagRun, file: string) => Promise<DagFile>;
  readonly logger: Logger;
  /** Makes lease tokens and the name of this scheduler's life. */
  readonly newId: () => string;
  readonly settings?: Partial<SchedulerSettings>;
}

/** Why a task instance has not run yet. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** What moves runs. */
export interface Scheduler {
  /** A run was created, cleared or changed from outside. */
  wakeRun(dagRunId: string): void;
  /** A Dag was read anew, paused or unpaused. Also heard as the live event `dag`. */
  wakeDag(dagId: string): void;
  /** The trigger of a deferred task fired. False when the task no longer waits with this try. */
  resumeDeferred(
    taskInstanceId: string,
    tryNumber: number,
    resumption: Resumption,
  ): Promise<boolean>;
  /** The reasons, heaviest first; empty for a task instance that may run or did. */
  explain(taskInstanceId: string): Promise<readonly Reason[]>;
  /** Resolves when nothing is left to decide or to write before time passes or an event comes. */
  settled(): Promise<void>;
  /** Stops deciding. Attempts in flight are left to the executor's own close. */
  close(): Promise<void>;
}

/** Adopts what an earlier life left behind, then moves runs until it is closed. */
export async function openScheduler(_options: SchedulerOptions): Promise<Scheduler> {
  throw new Error("The scheduler is not written yet");
}
