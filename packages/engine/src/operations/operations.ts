import type {
  Clock,
  Connection,
  ConnectionTestResult,
  LiveEvents,
  Operations,
  Store,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";

/** What `openOperations` needs. */
export interface OperationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly events: LiveEvents;
  readonly scheduler: Pick<Scheduler, "wakeRun" | "wakeDag" | "explain">;
  /** Tests a connection in a task process. */
  readonly testConnection: (connection: Connection) => Promise<ConnectionTestResult>;
  readonly newId: () => string;
}

/** What people may do, over the store and the one queue of state changes. */
export function openOperations(_options: OperationsOptions): Operations {
  throw new Error("The operations are not written yet");
}
