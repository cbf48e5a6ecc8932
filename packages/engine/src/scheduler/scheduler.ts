import type {
  Clock,
  DagRun,
  Executor,
  LiveEvents,
  Logger,
  Reason,
  Resumption,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { SchedulerSettings } from "./scheduler-settings.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** Where the runner finds the Dag file of a run. */
export interface DagFile {
  /** Absolute path. */
  readonly file: string;
  /** Content hash, which routes to a process that has imported it. */
  readonly fileHash: string;
}

/** What `openScheduler` needs. */
export interface SchedulerOptions {
  readonly store: SchedulerStore;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly commit: GroupCommit;
  /** Asked for every attempt, so it should remember; `file` is the path relative to the bundle. */
  readonly loadFileFor: (run: DagRun, file: string) => Promise<DagFile>;
  readonly logger: Logger;
  /** Makes lease tokens and the name of this scheduler's life. */
  readonly newId: () => string;
  readonly settings?: Partial<SchedulerSettings>;
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
