import { moveWith, nextTry, resumeAttempt } from "../attempt.ts";
import { itemAt } from "../item-at.ts";
import type { TaskMove } from "../move.ts";
import type { TaskInstance } from "../task-instance.ts";
import { judge, type Verdict } from "../trigger-rule.ts";
import { isHeldByPast } from "./past.ts";
import { dueAt, type RunBoard } from "./run-board.ts";
import type { PlanSnapshot } from "./snapshot.ts";

/** What a look at one run's tasks leads to. */
export interface TaskVerdicts {
  /** Moves that need no slot. */
  readonly moves: readonly TaskMove[];
  /** Positions that may be scheduled now. */
  readonly schedule: readonly number[];
  readonly heldByPast: readonly number[];
}

/** Judges every touched and every due task of a running run. */
export function judgeTasks(
  board: RunBoard,
  snapshot: Pick<PlanSnapshot, "carried">,
  now: Date,
): TaskVerdicts {
  const moves: TaskMove[] = [];
  const schedule: number[] = [];
  const heldByPast: number[] = [];
  const candidates = new Set([...board.touched, ...board.findDue(now), ...board.restarting]);
  // In the order of the Dag file: what led here must not show in what is decided.
  for (const position of [...candidates].toSorted((left, right) => left - right)) {
    const taskInstance = board.instanceAt(position);
    if (taskInstance === undefined || board.isHeld(position)) continue;
    const verdict = judgeTask(board, position, { taskInstance, carried: snapshot.carried, now });
    if (verdict === "schedule") schedule.push(position);
    else if (verdict === "past") heldByPast.push(position);
    else if (verdict !== "wait") moves.push(verdict);
  }
  return { moves, schedule, heldByPast };
}

/** The verdict on one task: by an upstream branch's choice first, then by its trigger rule. */
export function judgeUpstream(board: RunBoard, position: number): Verdict {
  // As in Airflow, a task that a branch passed over is skipped again when it alone is cleared.
  if (board.isSkippedByBranch(position)) return "skipped";
  const rule = itemAt(board.graph.tasks, position).triggerRule;
  return judge(rule, board.countsAt(position), board.instanceAt(position)?.mapIndex);
}

function judgeTask(
  board: RunBoard,
  position: number,
  given: {
    readonly taskInstance: TaskInstance;
    readonly carried: PlanSnapshot["carried"];
    readonly now: Date;
  },
): TaskMove | "schedule" | "past" | "wait" {
  const { taskInstance, now } = given;
  const move = moveWith(taskInstance, { actor: "scheduler" });
  const isDue = dueAt(taskInstance) <= now.getTime();

  switch (taskInstance.state) {
    case "deferred":
      if (!isDue) return "wait";
      return resumeAttempt(taskInstance, {
        resumption: { kind: "timeout" },
        now,
        actor: "scheduler",
      });
    case "restarting":
      // The process of the attempt that was cleared must be gone before the next one may start.
      return given.carried.has(taskInstance.id)
        ? "wait"
        : move("none", { startedAt: null, endedAt: null, worker: null }, "its process has ended");
    case "up_for_retry":
    case "up_for_reschedule":
      if (!isDue) return "wait";
      break;
    case "none":
      break;
    default:
      return "wait";
  }

  const verdict = judgeUpstream(board, position);
  if (verdict === "wait") return "wait";
  if (verdict !== "run") return move(verdict, { startedAt: null, endedAt: now }, describe(verdict));
  if (taskInstance.state === "none" && isHeldByPast(board, position)) return "past";
  if (board.taskAt(position)?.isEmpty === true) {
    return move("success", { startedAt: now, endedAt: now }, "nothing to run");
  }
  return "schedule";
}

/** `none`, `up_for_retry` or `up_for_reschedule` -> `scheduled`. */
export function scheduleMove(taskInstance: TaskInstance, now: Date): TaskMove {
  const move = moveWith(taskInstance, { actor: "scheduler" });
  return taskInstance.state === "up_for_reschedule"
    ? move("scheduled", { scheduledAt: now, queuedAt: null, nextTryAt: null })
    : move("scheduled", nextTry(taskInstance, now));
}

function describe(verdict: Exclude<Verdict, "run" | "wait">): string {
  switch (verdict) {
    case "skipped":
      return "its trigger rule or a branch passes it over";
    case "upstream_failed":
      return "its trigger rule can no longer be met";
    case "removed":
      return "its map no longer reaches it";
  }
}
