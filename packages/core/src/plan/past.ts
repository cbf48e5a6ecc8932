import { itemAt } from "../item-at.ts";
import type { TaskState } from "../state.ts";
import type { RunBoard } from "./run-board.ts";

/** Why the run before this one holds a task back. */
export interface PastHold {
  readonly kind: "depends_on_past" | "wait_for_downstream";
  readonly taskId: string;
  readonly state: TaskState;
}

/** True where `dependsOnPast` or `waitForDownstream` holds the task back. */
export function isHeldByPast(board: RunBoard, position: number): boolean {
  return findPastHold(board, position) !== undefined;
}

/** What in the run before holds the task back. The first run of a Dag is held back by nothing. */
export function findPastHold(board: RunBoard, position: number): PastHold | undefined {
  const { past, graph } = board;
  const task = itemAt(graph.tasks, position);
  // As in Airflow, waiting for downstream includes depending on the past.
  if (past === null || !(task.dependsOnPast || task.waitForDownstream)) return undefined;

  const own = past.states.get(task.taskId);
  if (own !== undefined && !isPassed(own)) {
    return { kind: "depends_on_past", taskId: task.taskId, state: own };
  }
  if (!task.waitForDownstream) return undefined;
  for (const next of itemAt(graph.downstream, position)) {
    const { taskId } = itemAt(graph.tasks, next);
    const state = past.states.get(taskId);
    if (state !== undefined && !isPassed(state))
      return { kind: "wait_for_downstream", taskId, state };
  }
  return undefined;
}

function isPassed(state: TaskState): boolean {
  return state === "success" || state === "skipped";
}
