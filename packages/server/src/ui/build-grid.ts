import type { UiCell, UiGrid, UiRow } from "@airloom/api";
import {
  type DagRun,
  type DagSpec,
  type GroupSpec,
  NODE_STATES,
  type NodeState,
  type Store,
  TASK_STATES,
  type TaskSpec,
  type TaskState,
} from "@airloom/core";
import { renderInstantOrNull } from "../wire/instants.ts";

/** One task instance, as small as the grid needs it. */
export type GridTask = Awaited<ReturnType<Store["loadGrid"]>>[number];
/** One dbt node of a run, as small as the grid needs it. */
export type GridNode = Awaited<ReturnType<Store["loadNodeGrid"]>>[number];

/** Everything the history of a Dag is built from. */
export interface GridSource {
  readonly spec: DagSpec;
  /** Oldest first. */
  readonly runs: readonly DagRun[];
  readonly tasks: readonly GridTask[];
  readonly nodes: readonly GridNode[];
}

/** The rows of the history, depth first, each with a cell for every run. */
export function buildGridRows(source: GridSource): UiRow[] {
  const cells = indexCells(source);
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
    for (const item of childrenOf(source, parentId)) {
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

/** The graph of a Dag: tasks, groups, and edges that tell what is passed. */
export function buildGraph({ spec, nodes }: GridSource): UiGrid["graph"] {
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

export function taskRowId(taskId: string): string {
  return `task:${taskId}`;
}

function groupRowId(groupId: string): string {
  return `group:${groupId}`;
}

function nodeRowId(taskId: string, uniqueId: string): string {
  return `node:${taskId}:${uniqueId}`;
}

type RowTask = Pick<TaskSpec, "taskId" | "groupId" | "displayName" | "operator">;

type Child =
  | { readonly kind: "task"; readonly task: TaskSpec }
  | { readonly kind: "group"; readonly group: GroupSpec };

/** Tasks and groups of one level, in the order in which work reaches them. */
function childrenOf({ spec }: GridSource, parentId: string | null): readonly Child[] {
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

function tasksUnder(spec: DagSpec, groupId: string): readonly string[] {
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

function labelOf(task: RowTask): string {
  return task.displayName === task.taskId ? shortName(task.taskId, task.groupId) : task.displayName;
}

/** A name without the group it stands under. */
function shortName(id: string, parentId: string | null): string {
  return parentId !== null && id.startsWith(`${parentId}.`) ? id.slice(parentId.length + 1) : id;
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

function indexCells({ tasks, nodes }: GridSource) {
  const byTask = Map.groupBy(tasks, (task) => `${task.runId}\n${task.taskId}`);
  const byNode = new Map(
    nodes.map((node) => [`${node.runId}\n${node.taskId}\n${node.uniqueId}`, node]),
  );
  return {
    taskCell(runId: string, taskIds: readonly string[]): UiCell | null {
      return foldTasks(taskIds.flatMap((taskId) => byTask.get(`${runId}\n${taskId}`) ?? []));
    },
    nodeCell(runId: string, taskId: string, uniqueId: string): UiCell | null {
      const node = byNode.get(`${runId}\n${taskId}\n${uniqueId}`);
      if (node === undefined) return null;
      return {
        state: parseNodeState(node.state),
        try_number: 0,
        start_date: null,
        end_date: null,
        counts: null,
      };
    },
  };
}

function parseNodeState(state: string): NodeState {
  return NODE_STATES.find((known) => known === state) ?? "none";
}

/** Which state a group or a mapped task shows for its members: what most wants attention. */
const WORST_FIRST = [
  "failed",
  "upstream_failed",
  "awaiting_input",
  "running",
  "restarting",
  "up_for_retry",
  "up_for_reschedule",
  "deferred",
  "queued",
  "scheduled",
  "none",
  "success",
  "skipped",
  "removed",
] as const satisfies readonly TaskState[];

/** One cell for one task instance, or for many. */
export function foldTasks(tasks: readonly GridTask[]): UiCell | null {
  const [first] = tasks;
  if (first === undefined) return null;
  if (tasks.length === 1) return cellOf(first, null);
  const state = WORST_FIRST.find((worst) => tasks.some((task) => task.state === worst)) ?? "none";
  const counts = Object.fromEntries(
    TASK_STATES.map(
      (known) => [known, tasks.filter((task) => task.state === known).length] as const,
    ).filter(([, count]) => count > 0),
  );
  const isOver = tasks.every((task) => task.endedAt !== null);
  return cellOf(
    {
      state,
      tryNumber: Math.max(...tasks.map((task) => task.tryNumber)),
      startedAt: pick(
        tasks.map((task) => task.startedAt),
        Math.min,
      ),
      endedAt: isOver
        ? pick(
            tasks.map((task) => task.endedAt),
            Math.max,
          )
        : null,
    },
    counts,
  );
}

function cellOf(
  task: Pick<GridTask, "state" | "tryNumber" | "startedAt" | "endedAt">,
  counts: UiCell["counts"],
): UiCell {
  return {
    state: task.state,
    try_number: task.tryNumber,
    start_date: renderInstantOrNull(task.startedAt),
    end_date: renderInstantOrNull(task.endedAt),
    counts,
  };
}

function pick(dates: readonly (Date | null)[], choose: (...times: number[]) => number) {
  const times = dates.flatMap((date) => (date === null ? [] : [date.getTime()]));
  return times.length === 0 ? null : new Date(choose(...times));
}
