import type { UiRow } from "@airloom/api";
import type { TaskSpec } from "@airloom/core";
import { indexCells } from "./grid-cells.ts";
import { groupRowId, labelOf, nodeRowId, shortName, taskRowId } from "./grid-ids.ts";
import { childrenOf, rankTasks, tasksUnder } from "./grid-order.ts";
import type { GridNode, GridSource } from "./grid-source.ts";

/** The rows of the history, depth first, each with a cell for every run. */
export function buildGridRows(source: GridSource): UiRow[] {
  const cells = indexCells(source);
  const rank = rankTasks(source.spec);
  const rows: UiRow[] = [];

  function addNodes(taskId: string, depth: number): void {
    for (const node of nodesOf(source.nodes, taskId)) {
      rows.push({
        row_id: nodeRowId(taskId, node.uniqueId),
        kind: "node",
        parent_id: taskRowId(taskId),
        depth,
        label: node.name,
        task_id: taskId,
        type: node.resourceType,
        unique_id: node.uniqueId,
        cells: source.runs.map((run) => cells.nodeCell(run.runId, taskId, node.uniqueId)),
      });
    }
  }

  function addTask(task: RowTask, depth: number): void {
    rows.push({
      row_id: taskRowId(task.taskId),
      kind: "task",
      parent_id: task.groupId === null ? null : groupRowId(task.groupId),
      depth,
      label: labelOf(task),
      task_id: task.taskId,
      type: task.operator,
      unique_id: null,
      cells: source.runs.map((run) => cells.taskCell(run.runId, [task.taskId])),
    });
    addNodes(task.taskId, depth + 1);
  }

  function addLevel(parentId: string | null, depth: number): void {
    for (const item of childrenOf(source.spec, parentId, rank)) {
      if (item.kind === "task") {
        addTask(item.task, depth);
        continue;
      }
      const taskIds = tasksUnder(source.spec, item.group.groupId);
      rows.push({
        row_id: groupRowId(item.group.groupId),
        kind: "group",
        parent_id: parentId === null ? null : groupRowId(parentId),
        depth,
        label: shortName(item.group.groupId, item.group.parentId),
        task_id: null,
        type: null,
        unique_id: null,
        cells: source.runs.map((run) => cells.taskCell(run.runId, taskIds)),
      });
      addLevel(item.group.groupId, depth + 1);
    }
  }

  addLevel(null, 0);
  for (const task of removedTasks(source)) addTask(task, 0);
  return rows;
}

type RowTask = Pick<TaskSpec, "taskId" | "groupId" | "displayName" | "operator">;

/** Tasks that runs still show and the newest version no longer has. */
function removedTasks({ spec, tasks }: GridSource): readonly RowTask[] {
  const known = new Set(spec.tasks.map((task) => task.taskId));
  const gone = new Set(tasks.map((task) => task.taskId).filter((taskId) => !known.has(taskId)));
  return [...gone].map((taskId) => ({
    taskId,
    groupId: null,
    displayName: taskId,
    operator: "",
  }));
}

function nodesOf(nodes: readonly GridNode[], taskId: string): readonly GridNode[] {
  const newest = new Map<string, GridNode>();
  for (const node of nodes) if (node.taskId === taskId) newest.set(node.uniqueId, node);
  return [...newest.values()].toSorted((a, b) => a.index - b.index);
}
