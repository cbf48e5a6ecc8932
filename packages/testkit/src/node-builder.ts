import type { TaskNode } from "@airloom/core";

/** A model that waits, for tests to vary. */
export function buildNode(uniqueId: string, fields: Partial<TaskNode> = {}): TaskNode {
  return {
    uniqueId,
    name: uniqueId,
    resourceType: "model",
    state: "none",
    startedAt: null,
    endedAt: null,
    executionTimeS: null,
    message: null,
    failures: null,
    compiledSql: null,
    relationName: null,
    file: null,
    line: null,
    dependsOn: [],
    index: 0,
    ...fields,
  };
}
