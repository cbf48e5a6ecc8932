import type { UiCell } from "@airloom/api";
import { NODE_STATES, type NodeState, TASK_STATES, type TaskState } from "@airloom/core";
import { renderInstantOrNull } from "../wire/instants.ts";
import type { GridSource, GridTask } from "./grid-source.ts";

/** Finds the cell of a run for tasks and for dbt nodes, without a search for each. */
export function indexCells({ tasks, nodes }: Pick<GridSource, "tasks" | "nodes">) {
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
