import { moveWith } from "../attempt.ts";
import type { RunMove, TaskMove } from "../move.ts";
import { isTerminal, type RunState } from "../state.ts";
import type { TaskInstance } from "../task-instance.ts";
import type { RunBoard } from "./run-board.ts";

const FAILED = new Set(["failed", "upstream_failed"]);

/** The instant at which `dagrunTimeout` ends the run. */
export function findTimeoutAt(board: RunBoard): Date | undefined {
  const { startedAt } = board.run;
  const seconds = board.graph.spec.dagrunTimeout;
  if (seconds === null || startedAt === null || board.run.state !== "running") return undefined;
  return new Date(startedAt.getTime() + seconds * 1_000);
}

/** True where the run's tasks must stop: it is over its time, or one failed in a Dag that fails fast. */
export function isStopping(board: RunBoard, now: Date): boolean {
  if (board.unfinished === 0) return false;
  const timeoutAt = findTimeoutAt(board);
  if (timeoutAt !== undefined && timeoutAt <= now) return true;
  return board.graph.spec.failFast && board.countState("failed") > 0;
}

/** Stops every task of the run that is not finished. The run itself ends when they all have. */
export function stopTasks(board: RunBoard, now: Date): readonly TaskMove[] {
  const timeoutAt = findTimeoutAt(board);
  const isTimeout = timeoutAt !== undefined && timeoutAt <= now;
  const reason = isTimeout ? describeTimeout(board) : "another task failed and the Dag fails fast";
  return [...board.graph.tasks.keys()].flatMap((position) => {
    const taskInstance = board.instanceAt(position);
    if (taskInstance === undefined || isTerminal(taskInstance.state)) return [];
    return stopTask(taskInstance, { reason, now, isTimeout });
  });
}

function stopTask(
  taskInstance: TaskInstance,
  stop: { readonly reason: string; readonly now: Date; readonly isTimeout: boolean },
): readonly TaskMove[] {
  const move = moveWith(taskInstance, { actor: "scheduler" });
  const ended = { leaseToken: null, leaseExpiresAt: null, endedAt: stop.now };
  // As in Airflow, failing fast fails what runs and skips the rest; a timeout skips all.
  if (taskInstance.state === "running" && !stop.isTimeout) {
    const failure = { kind: "killed", message: stop.reason, place: null, stack: null };
    return [move("failed", { ...ended, failure }, stop.reason)];
  }
  if (taskInstance.state !== "restarting") return [move("skipped", ended, stop.reason)];
  const reset = move("none", ended, stop.reason);
  const waiting = { ...taskInstance, ...ended, state: "none" as const };
  return [reset, moveWith(waiting, { actor: "scheduler" })("skipped", ended, stop.reason)];
}

/** The run's end, where all its tasks have ended or none of the rest can ever start. */
export function judgeRunEnd(board: RunBoard, now: Date): RunMove | null {
  if (board.heldCount > 0) return null;
  if (board.unfinished === 0) {
    if (isTimedOut(board))
      return endRun(board, { state: "failed", reason: describeTimeout(board), now });
    const state = findFinalState(board);
    return endRun(board, { state, reason: describeEnd(board, state), now });
  }
  const isStuck = board.unfinished === board.countState("none") && board.heldByPast.size === 0;
  if (!isStuck) return null;
  return endRun(board, {
    state: "failed",
    reason: "deadlock: no task is left that could ever start",
    now,
  });
}

/** True where a task went on, or was stopped, after the run's time was over. */
function isTimedOut(board: RunBoard): boolean {
  const timeoutAt = findTimeoutAt(board);
  if (timeoutAt === undefined) return false;
  return [...board.graph.tasks.keys()].some((position) => {
    const endedAt = board.instanceAt(position)?.endedAt ?? null;
    return endedAt !== null && endedAt >= timeoutAt;
  });
}

function describeTimeout(board: RunBoard): string {
  return `the run exceeded its dagrun timeout of ${board.graph.spec.dagrunTimeout} s`;
}

/** As in Airflow, the leaves decide; removed ones have no say. */
function findFinalState(board: RunBoard): "success" | "failed" {
  // A Dag that fails fast skips its leaves after a failure, which alone would make the run a success.
  if (board.graph.spec.failFast && board.countState("failed") > 0) return "failed";
  const isFailed = board.graph.leaves.some((leaf) =>
    FAILED.has(board.instanceAt(leaf)?.state ?? "removed"),
  );
  return isFailed ? "failed" : "success";
}

function describeEnd(board: RunBoard, state: RunState): string {
  if (state === "success") return "all its leaves succeeded or were skipped";
  const failed = [...board.graph.tasks.keys()].flatMap((position) => {
    const taskInstance = board.instanceAt(position);
    return taskInstance?.state === "failed" ? [taskInstance.taskId] : [];
  });
  const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
  return `failed: ${failed.slice(0, 3).join(", ")}${more}`;
}

function endRun(
  board: RunBoard,
  end: { readonly state: "success" | "failed"; readonly reason: string; readonly now: Date },
): RunMove {
  return {
    run: board.run,
    transition: {
      dagRunId: board.run.id,
      from: board.run.state,
      to: end.state,
      actor: "scheduler",
      reason: end.reason,
      set: { endedAt: end.now },
      ...(board.unfinished === 0 ? { onlyWhenEnded: true } : {}),
    },
  };
}
