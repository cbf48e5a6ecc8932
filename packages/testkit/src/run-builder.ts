import type { DagRun, DagSpec, TaskInstance, TaskSpec } from "@airloom/core";

/** A running manual run, for tests to vary. */
export function buildRun(fields: Partial<DagRun> = {}): DagRun {
  const at = new Date("2026-01-01T00:00:00Z");
  return {
    id: "1",
    dagId: "dag",
    runId: "manual__1",
    runType: "manual",
    triggeredBy: "test",
    triggeringUser: null,
    state: "running",
    logicalDate: at,
    dataIntervalStart: at,
    dataIntervalEnd: at,
    runAfter: at,
    queuedAt: at,
    startedAt: at,
    endedAt: null,
    conf: {},
    note: null,
    dagVersion: 1,
    dagHash: "hash",
    clearNumber: 0,
    ...fields,
  };
}

/** A task instance that was never scheduled, for tests to vary. */
export function buildTaskInstance(
  task: TaskSpec,
  run: Pick<DagRun, "id" | "dagId" | "runId">,
  fields: Partial<TaskInstance> = {},
): TaskInstance {
  return {
    id: `${run.id}.${task.taskId}`,
    dagRunId: run.id,
    dagId: run.dagId,
    runId: run.runId,
    taskId: task.taskId,
    mapIndex: -1,
    state: "none",
    tryNumber: 0,
    maxTries: task.retries,
    chain: 1,
    lostCount: 0,
    operator: task.operator,
    pool: task.pool,
    poolSlots: task.poolSlots,
    priorityWeight: task.priorityWeight,
    queue: task.queue,
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
    note: null,
    worker: null,
    ...fields,
  };
}

/** Task instances for all tasks of a Dag, with the states that are given. */
export function buildTaskInstances(
  spec: DagSpec,
  run: DagRun,
  states: Readonly<Record<string, Partial<TaskInstance>>> = {},
): readonly TaskInstance[] {
  return spec.tasks.map((task) => buildTaskInstance(task, run, states[task.taskId]));
}
