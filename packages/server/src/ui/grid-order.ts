import type { DagSpec, GroupSpec, TaskSpec } from "@airloom/core";

/** What stands in one level of a Dag. */
export type Child =
  | { readonly kind: "task"; readonly task: TaskSpec }
  | { readonly kind: "group"; readonly group: GroupSpec };

/** Tasks and groups of one level, in the order in which work reaches them. */
export function childrenOf(spec: DagSpec, parentId: string | null): readonly Child[] {
  const rank = rankTasks(spec);
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

const RANKS = new WeakMap<DagSpec, ReadonlyMap<string, number>>();

/** A place for every task such that none comes before its upstream; ties keep the author's order. */
function rankTasks(spec: DagSpec): ReadonlyMap<string, number> {
  const known = RANKS.get(spec);
  if (known !== undefined) return known;
  const rank = new Map<string, number>();
  const downstream = new Map<string, string[]>();
  const waiting = new Map(spec.tasks.map((task) => [task.taskId, task.upstream.length]));
  for (const task of spec.tasks) {
    for (const upstream of task.upstream) {
      downstream.set(upstream, [...(downstream.get(upstream) ?? []), task.taskId]);
    }
  }
  const ready = spec.tasks.filter((task) => task.upstream.length === 0).map((task) => task.taskId);
  for (const taskId of ready) {
    rank.set(taskId, rank.size);
    for (const next of downstream.get(taskId) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  RANKS.set(spec, rank);
  return rank;
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
