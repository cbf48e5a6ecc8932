import type { TaskSpec } from "./dag-spec.ts";
import type { DagRun, TaskInstance } from "./task-instance.ts";

/** A task's instance in a new run: nothing has happened to it yet. */
export function createTaskInstance(
  task: TaskSpec,
  run: Pick<DagRun, "id" | "dagId" | "runId">,
  id: string,
): TaskInstance {
  const { taskId, operator, pool, poolSlots, priorityWeight, queue } = task;
  return {
    id,
    dagRunId: run.id,
    dagId: run.dagId,
    runId: run.runId,
    taskId,
    mapIndex: -1,
    state: "none",
    tryNumber: 0,
    maxTries: task.retries,
    chain: 1,
    lostCount: 0,
    operator,
    pool,
    poolSlots,
    priorityWeight,
    queue,
    leaseToken: null,
    leaseExpiresAt: null,
    scheduledAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    nextTryAt: null,
    deferral: null,
    resumption: null,
    failure: null,
    holdReason: null,
    note: null,
    worker: null,
  };
}
