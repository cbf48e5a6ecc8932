import type { TaskSpec } from "@airloom/core";

/** Names the row and the box of a task. */
export function taskRowId(taskId: string): string {
  return `task:${taskId}`;
}

/** Names the row and the box of a group. */
export function groupRowId(groupId: string): string {
  return `group:${groupId}`;
}

/** Names the row of a dbt node. */
export function nodeRowId(taskId: string, uniqueId: string): string {
  return `node:${taskId}:${uniqueId}`;
}

/** What a row or box is called: the name the author gave, else the id without its group. */
export function labelOf(task: Pick<TaskSpec, "taskId" | "groupId" | "displayName">): string {
  return task.displayName === task.taskId ? shortName(task.taskId, task.groupId) : task.displayName;
}

/** A name without the group it stands under. */
export function shortName(id: string, parentId: string | null): string {
  return parentId !== null && id.startsWith(`${parentId}.`) ? id.slice(parentId.length + 1) : id;
}
