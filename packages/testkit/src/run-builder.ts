import {
  createTaskInstance,
  type DagRun,
  type DagSpec,
  type NewRun,
  type TaskInstance,
  type TaskSpec,
} from "@airloom/core";

const AT = new Date("2026-01-01T00:00:00Z");

/** What makes a manual run without a date, for tests to vary. */
export function buildNewRun(dagId: string, runId: string, fields: Partial<NewRun> = {}): NewRun {
  return {
    dagId,
    runId,
    runType: "manual",
    triggeredBy: "test",
    triggeringUser: null,
    logicalDate: null,
    dataIntervalStart: null,
    dataIntervalEnd: null,
    runAfter: AT,
    conf: {},
    note: null,
    ...fields,
  };
}

/** A running manual run, for tests to vary. */
export function buildRun(fields: Partial<DagRun> = {}): DagRun {
  return {
    ...buildNewRun("dag", "manual__1", {
      logicalDate: AT,
      dataIntervalStart: AT,
      dataIntervalEnd: AT,
    }),
    id: "1",
    state: "running",
    queuedAt: AT,
    startedAt: AT,
    endedAt: null,
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
  return { ...createTaskInstance(task, run, `${run.id}.${task.taskId}`), ...fields };
}

/** Task instances for all tasks of a Dag, with the states that are given. */
export function buildTaskInstances(
  spec: DagSpec,
  run: DagRun,
  states: Readonly<Record<string, Partial<TaskInstance>>> = {},
): readonly TaskInstance[] {
  return spec.tasks.map((task) => buildTaskInstance(task, run, states[task.taskId]));
}
