import type {
  ActiveRun,
  DagRun,
  DagSpec,
  NewRun,
  TaskInstance,
  TaskState,
  TaskTransition,
} from "@airloom/core";
import { buildNewRun } from "../run-builder.ts";
import type { RunningStore } from "../running-store.ts";

/** One opened store with a way to put a Dag into it. */
export interface RunningHarness {
  readonly store: RunningStore;
  readonly addDag: (spec: DagSpec) => Promise<void>;
}

/** The moment at which suites play. */
export const NOW = new Date("2026-03-01T12:00:00.000Z");

/** A moment so many seconds after `NOW`. */
export function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

/** A manual run at the moment of the suites, for them to vary. */
export function newRun(dagId: string, runId: string, fields: Partial<NewRun> = {}): NewRun {
  return buildNewRun(dagId, runId, { runAfter: NOW, ...fields });
}

/** Creates a run that must not exist yet. */
export async function createRun(
  store: RunningStore,
  dagId: string,
  runId: string,
  fields: Partial<NewRun> = {},
): Promise<DagRun> {
  const run = await store.createRun(newRun(dagId, runId, fields), { now: NOW });
  if (run === undefined) throw new Error(`Run "${runId}" exists already`);
  return run;
}

/** A run with its task instances, which must be active. */
export async function loadRun(store: RunningStore, dagRunId: string): Promise<ActiveRun> {
  const [run] = await store.loadActiveRuns([dagRunId]);
  if (run === undefined) throw new Error(`Run ${dagRunId} is not active`);
  return run;
}

/** A task instance as it is now. */
export async function reload(store: RunningStore, { id }: TaskInstance): Promise<TaskInstance> {
  const found = await store.findTaskInstanceById(id);
  if (found === undefined) throw new Error(`Task instance ${id} is gone`);
  return found;
}

/** A transition away from what the task instance was when it was read. */
export function move(
  taskInstance: TaskInstance,
  to: TaskState,
  fields: Partial<TaskTransition> = {},
): TaskTransition {
  return {
    taskInstanceId: taskInstance.id,
    from: taskInstance.state,
    to,
    tryNumber: taskInstance.tryNumber,
    actor: "test",
    ...fields,
  };
}

/** Applies transitions of one task instance that must all apply, and answers what became of it. */
export async function advance(
  store: RunningStore,
  taskInstance: TaskInstance,
  steps: readonly (readonly [to: TaskState, set?: TaskTransition["set"]])[],
): Promise<TaskInstance> {
  let current = taskInstance;
  for (const [to, set] of steps) {
    const transition = move(current, to, set === undefined ? {} : { set });
    const { tasks } = await store.transition({ tasks: [transition], now: NOW });
    if (tasks[0] !== true) throw new Error(`${current.state} → ${to} was not applied`);
    current = await reload(store, current);
  }
  return current;
}

/** The steps that lead a new task instance to its first running attempt. */
export const TO_RUNNING = [
  ["scheduled", { tryNumber: 1, scheduledAt: NOW }],
  ["queued", { queuedAt: NOW, leaseToken: "lease", leaseExpiresAt: after(30) }],
  ["running", { startedAt: NOW, worker: "worker-1" }],
] as const;
