import type { BranchSpec, DagSpec, TaskSpec } from "@airloom/core";

/** A task with Airflow's defaults, for tests to vary. */
export function buildTask(taskId: string, fields: Partial<TaskSpec> = {}): TaskSpec {
  return {
    taskId,
    groupId: null,
    displayName: taskId,
    operator: "task",
    isEmpty: false,
    owner: "airloom",
    docMd: null,
    upstream: [],
    inputs: {},
    templateFields: {},
    branch: null,
    triggerRule: "all_success",
    retries: 0,
    retryDelay: 300,
    retryExponentialBackoff: 0,
    maxRetryDelay: null,
    executionTimeout: null,
    dependsOnPast: false,
    waitForDownstream: false,
    pool: "default_pool",
    poolSlots: 1,
    priorityWeight: 1,
    weightRule: "downstream",
    queue: "default",
    maxActiveTisPerDag: null,
    maxActiveTisPerDagrun: null,
    links: [],
    returns: null,
    ...fields,
  };
}

/** A Dag with Airflow's defaults, not paused, for tests to vary. */
export function buildDag(
  dagId: string,
  tasks: readonly TaskSpec[],
  fields: Partial<DagSpec> = {},
): DagSpec {
  return {
    dagId,
    displayName: dagId,
    description: null,
    docMd: null,
    tags: [],
    owners: ["airloom"],
    schedule: { kind: "none" },
    startDate: null,
    endDate: null,
    timezone: "UTC",
    catchup: false,
    maxActiveRuns: 16,
    maxActiveTasks: 16,
    maxConsecutiveFailedDagRuns: 0,
    dagrunTimeout: null,
    failFast: false,
    isPausedUponCreation: false,
    params: {},
    renderTemplateAsNativeObj: false,
    tasks,
    groups: [],
    ...fields,
  };
}

/** Tasks one after the other: `a`, `b` after `a`, … */
export function buildChain(
  taskIds: readonly string[],
  fields: Partial<TaskSpec> = {},
): readonly TaskSpec[] {
  return taskIds.map((taskId, index) =>
    buildTask(taskId, { upstream: taskIds.slice(Math.max(0, index - 1), index), ...fields }),
  );
}

/** The choice between two tasks, or one task and none. */
export function buildIf(yes: string | null, no: string | null): BranchSpec {
  // oxlint-disable-next-line unicorn/no-thenable -- data with the words of `dag.if(…).then(…).else(…)`
  return { kind: "if", then: yes, else: no };
}
