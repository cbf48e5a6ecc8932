import type { Clock, LiveEvents, Operations, Store, TaskApi } from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";

/** What `openStoreTaskApi` needs. */
export interface StoreTaskApiOptions {
  readonly store: Store;
  readonly commit: Pick<GroupCommit, "apply">;
  readonly clock: Clock;
  readonly events: LiveEvents;
  /** For tasks that start runs of other Dags. */
  readonly triggerRun: Operations["triggerRun"];
}

/** What tasks may ask of the platform, over the store; every call is checked against the attempt's lease. */
export function openStoreTaskApi(_options: StoreTaskApiOptions): TaskApi {
  throw new Error("The task API is not written yet");
}
