import type {
  Clock,
  Connection,
  ConnectionTestResult,
  LiveEvents,
  Operations,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { audited } from "./audit.ts";
import { clearTasks } from "./clear-tasks.ts";
import { loadDag } from "./load-repair-runs.ts";
import { markRun, markTasks } from "./mark-tasks.ts";
import type { OperationsStore } from "./operations-store.ts";
import { triggerRun } from "./trigger-run.ts";

/** What `openOperations` needs. */
export interface OperationsOptions {
  readonly store: OperationsStore;
  readonly clock: Clock;
  readonly commit: Pick<GroupCommit, "apply">;
  readonly events: LiveEvents;
  readonly scheduler: Pick<Scheduler, "wakeRun" | "explain">;
  /** Tests a connection in a task process. */
  readonly testConnection: (connection: Connection) => Promise<ConnectionTestResult>;
  readonly newId: () => string;
}

/** What people may do, over the store and the one queue of state changes. Each leaves a row in the audit log. */
export function openOperations(options: OperationsOptions): Operations {
  return {
    triggerRun: (request) => triggerRun(request, options),
    clear: (request) => clearTasks(request, options),
    markTasks: (request) => markTasks(request, options),
    markRun: (request) => markRun(request, options),
    setPaused: (dagId, isPaused, user) => setPaused(options, { dagId, isPaused, user }),
    testConnection: (connection) => options.testConnection(connection),
    explain: (taskInstanceId) => options.scheduler.explain(taskInstanceId),
  };
}

async function setPaused(
  options: OperationsOptions,
  pause: { readonly dagId: string; readonly isPaused: boolean; readonly user: string | null },
): Promise<void> {
  const { dagId, isPaused, user } = pause;
  await loadDag(options.store, dagId);
  await options.store.setPaused(dagId, isPaused);
  // The scheduler hears it too: it takes the schedule up again, or leaves it.
  options.events.publish({ kind: "dag", dagId });
  await audited(options, { event: "patch_dag", user, dagId, extra: { is_paused: isPaused } });
}
