import type { DagSpec, TaskSpec } from "@airloom/core";

/** A Dag of independent tasks in a pool of its own. */
export function benchDag(dagId: string, tasks: number): DagSpec {
  return {
    dagId,
    displayName: dagId,
    description: null,
    docMd: null,
    tags: [],
    owners: [],
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
    tasks: Array.from({ length: tasks }, (_, index) => benchTask(`task_${index}`)),
    groups: [],
  };
}

function benchTask(taskId: string): TaskSpec {
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
    pool: "bench",
    poolSlots: 1,
    priorityWeight: 1,
    weightRule: "downstream",
    queue: "default",
    maxActiveTisPerDag: null,
    maxActiveTisPerDagrun: null,
    links: [],
    returns: null,
  };
}
