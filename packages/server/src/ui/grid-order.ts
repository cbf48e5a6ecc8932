import { checkDag, type DagSpec, type GroupSpec, type TaskSpec } from "@airloom/core";

/** What stands in one level of a Dag. */
export type Child =
  | { readonly kind: "task"; readonly task: TaskSpec }
  | { readonly kind: "group"; readonly group: GroupSpec };

/** Tasks and groups of one level, in the order in which work reaches them. */
export function childrenOf(
  spec: DagSpec,
  parentId: string | null,
  rank: ReadonlyMap<string, number>,
): readonly Child[] {
  const rankOf = (child: Child): number =>
    child.kind === "task"
      ? (rank.get(child.task.taskId) ?? 0)
      : Math.min(...tasksUnder(spec, child.group.groupId).map((taskId) => rank.get(taskId) ?? 0));
  const children: readonly Child[] = [
    ...spec.tasks
      .filter((task) => task.groupId === parentId)
      .map((task) => ({ kind: "task" as const, task })),
    ...spec.groups
      .filter((group) => group.parentId === parentId)
      .map((group) => ({ kind: "group" as const, group })),
  ];
  return children.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** A place for every task such that none comes before its upstream; ties keep the author's order. */
export function rankTasks(spec: DagSpec): ReadonlyMap<string, number> {
  return new Map(
    checkDag(spec).flatMap((position, rank) => {
      const task = spec.tasks[position];
      return task === undefined ? [] : [[task.taskId, rank] as const];
    }),
  );
}

/** The tasks of a group and of the groups in it. */
export function tasksUnder(spec: DagSpec, groupId: string): readonly string[] {
  const groups = new Set([groupId]);
  // Groups are listed parents first or not: widen until nothing is added.
  for (let size = 0; size !== groups.size; ) {
    size = groups.size;
    for (const group of spec.groups) {
      if (group.parentId !== null && groups.has(group.parentId)) groups.add(group.groupId);
    }
  }
  return spec.tasks
    .filter((task) => task.groupId !== null && groups.has(task.groupId))
    .map((task) => task.taskId);
}
