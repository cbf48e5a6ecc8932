import type {
  Clock,
  LiveEvents,
  Logger,
  LogStore,
  Resumption,
  Store,
  TaskApi,
  TaskInstance,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";

/** What `openTriggerer` needs. */
export interface TriggererOptions {
  readonly modules: ModuleSettings;
  readonly store: Pick<Store, "loadDeferred" | "findRun">;
  /** Hears of attempts that defer and of waits that end. */
  readonly commit: Pick<GroupCommit, "onApplied">;
  readonly taskApi: TaskApi;
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Modules, as absolute paths or URLs, that define triggers; a trigger none of them has is looked for in the attempt's Dag file. */
  readonly triggerModules: readonly string[];
  /** Absolute path of the Dag file of an attempt. */
  readonly findFile: (taskInstance: TaskInstance) => Promise<string | undefined>;
  /** Told when a trigger fired, failed or timed out: `scheduler.resumeDeferred`. */
  readonly resume: (
    taskInstanceId: string,
    tryNumber: number,
    resumption: Resumption,
  ) => Promise<boolean>;
}

/** The process in which deferred tasks wait. */
export interface Triggerer {
  /** Number of waits under way. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** Starts the triggerer with every wait the store knows, and keeps it running. */
export async function openTriggerer(_options: TriggererOptions): Promise<Triggerer> {
  throw new Error("The triggerer is not written yet");
}
