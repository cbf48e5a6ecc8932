import { TaskFailed } from "../outcome.ts";
import type { Declarations, DeclaredTask } from "./declarations.ts";
import { firstOf, resolveUpstream } from "./graph.ts";
import type { TaskGroup } from "./task-group.ts";
import { isTaskRef } from "./task-ref.ts";

/** The direct downstream tasks that a condition which answered `value` did not choose. */
export function skippedTasks(
  declarations: Declarations,
  task: DeclaredTask,
  value: unknown,
): readonly string[] {
  const { branches, body } = task;
  if (body.kind !== "if" && body.kind !== "switch") return [];
  const nodes = body.kind === "if" ? [branches.yes, branches.no] : branches.cases;
  const chosen = body.kind === "if" ? (value === true ? branches.yes : branches.no) : value;
  const upstream = resolveUpstream(declarations);
  const tasksOf = (node: string): readonly string[] => firstOf(declarations, upstream, node);
  const kept = new Set(typeof chosen === "string" ? tasksOf(chosen) : []);
  return nodes
    .filter((node) => node !== null && node !== chosen)
    .flatMap((node) => (node === null ? [] : tasksOf(node)))
    .filter((taskId) => !kept.has(taskId));
}

/** The id of the node a switch answered; fails the task for good when it is none of its cases. */
export function nodeIdOfUnknown(
  answer: unknown,
  declarations: Declarations,
  task: DeclaredTask,
): string {
  const id = isTaskRef(answer) ? answer.taskId : isGroup(answer) ? answer.groupId : undefined;
  if (id !== undefined && task.branches.cases.includes(id)) return id;
  const known = task.branches.cases.join(", ");
  const shown = id === undefined ? typeof answer : `"${id}"`;
  throw new TaskFailed(
    `Switch "${task.taskId}" of Dag "${declarations.dagId}" chose ${shown}: expected one of its cases ${known}`,
  );
}

function isGroup(answer: unknown): answer is TaskGroup {
  return typeof answer === "object" && answer !== null && "groupId" in answer;
}
