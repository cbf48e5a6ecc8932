import type { UiGrid } from "@airloom/api";
import type { DagSpec, TaskSpec } from "@airloom/core";
import { groupRowId, labelOf, shortName, taskRowId } from "./grid-ids.ts";
import type { GridSource } from "./grid-source.ts";

/** The graph of a Dag: tasks, groups, and edges that tell what is passed. */
export function buildGraph({ spec, nodes }: Pick<GridSource, "spec" | "nodes">): UiGrid["graph"] {
  const withNodes = new Set(nodes.map((node) => node.taskId));
  return {
    nodes: [
      ...spec.groups.map((group) => ({
        id: groupRowId(group.groupId),
        kind: "group" as const,
        label: shortName(group.groupId, group.parentId),
        parent_id: group.parentId === null ? null : groupRowId(group.parentId),
        operator: null,
        trigger_rule: null,
        has_dbt_nodes: false,
      })),
      ...spec.tasks.map((task) => ({
        id: taskRowId(task.taskId),
        kind: "task" as const,
        label: labelOf(task),
        parent_id: task.groupId === null ? null : groupRowId(task.groupId),
        operator: task.operator,
        trigger_rule: task.triggerRule,
        has_dbt_nodes: withNodes.has(task.taskId),
      })),
    ],
    edges: spec.tasks.flatMap((task) =>
      task.upstream.map((upstream) => ({
        source: taskRowId(upstream),
        target: taskRowId(task.taskId),
        label: edgeLabel(spec, upstream, task),
      })),
    ),
  };
}

function edgeLabel(spec: DagSpec, upstreamId: string, task: TaskSpec): string | null {
  const upstream = spec.tasks.find((candidate) => candidate.taskId === upstreamId);
  if (upstream?.branch?.kind === "if") {
    if (upstream.branch.then === task.taskId) return "then";
    return upstream.branch.else === task.taskId ? "else" : null;
  }
  const isPassed = Object.values(task.inputs).some(
    (input) => input.kind === "xcom" && input.taskId === upstreamId,
  );
  return isPassed ? (upstream?.returns ?? null) : null;
}
