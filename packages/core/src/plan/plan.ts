import { moveWith } from "../attempt.ts";
import { itemAt } from "../item-at.ts";
import { applyTaskMove, type RunMove, type TaskMove } from "../move.ts";
import { chooseStarts, type Start } from "./choose-starts.ts";
import { isStopping, judgeRunEnd, stopTasks } from "./judge-run.ts";
import { judgeTasks, scheduleMove } from "./judge-tasks.ts";
import type { RunBoard } from "./run-board.ts";
import type { PlanSnapshot } from "./snapshot.ts";

/** What to write next. Moves of one task instance stand in the order in which they apply. */
export interface Plan {
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
  /** The tasks among them that end up queued: to be handed to the executor once that is durable. */
  readonly starts: readonly Start[];
  /** For each run that was judged, the positions that its past holds back. */
  readonly judged: ReadonlyMap<RunBoard, readonly number[]>;
}

/**
 * Decides all that can be decided now: which runs start and end, which tasks are scheduled, skipped or failed by
 * their upstream, and which of those that wait get a slot.
 */
export function plan(snapshot: PlanSnapshot, now: Date): Plan {
  const tasks: TaskMove[] = [];
  const runs: RunMove[] = [...startRuns(snapshot, now)];
  const scheduled = new Map<RunBoard, readonly number[]>();
  const judged = new Map<RunBoard, readonly number[]>();
  for (const board of snapshot.boards) {
    if (board.run.state !== "running" || board.isRunHeld) continue;
    const verdict = planRun(board, snapshot, now);
    tasks.push(...verdict.tasks);
    if (verdict.run !== null) runs.push(verdict.run);
    if (verdict.schedule.length > 0) scheduled.set(board, verdict.schedule);
    if (verdict.heldByPast !== null) judged.set(board, verdict.heldByPast);
  }
  const starts = chooseStarts(snapshot, scheduled);
  tasks.push(...startMoves(snapshot, { scheduled, starts, now }));
  return { tasks, runs, starts, judged };
}

interface RunVerdict {
  readonly tasks: readonly TaskMove[];
  readonly run: RunMove | null;
  readonly schedule: readonly number[];
  /** null: its tasks were not judged. */
  readonly heldByPast: readonly number[] | null;
}

function planRun(board: RunBoard, snapshot: PlanSnapshot, now: Date): RunVerdict {
  const nothing = { tasks: [], run: null, schedule: [], heldByPast: null };
  if (board.isPaused)
    return { ...nothing, run: board.unfinished === 0 ? judgeRunEnd(board, now) : null };
  if (isStopping(board, now)) {
    // Moves that are being written come first; until then nothing new begins.
    return board.heldCount > 0 ? nothing : { ...nothing, tasks: stopTasks(board, now) };
  }
  const { moves, schedule, heldByPast } = judgeTasks(board, snapshot, now);
  const isQuiet = moves.length === 0 && schedule.length === 0 && heldByPast.length === 0;
  return { tasks: moves, run: isQuiet ? judgeRunEnd(board, now) : null, schedule, heldByPast };
}

/** Starts queued runs whose time has come, oldest first, up to `maxActiveRuns` of their Dag. */
function startRuns(snapshot: PlanSnapshot, now: Date): readonly RunMove[] {
  const running = new Map(snapshot.runningRuns);
  const queued = snapshot.boards
    .filter(({ run, isPaused, isRunHeld }) => run.state === "queued" && !isPaused && !isRunHeld)
    .filter(({ run }) => run.runAfter <= now)
    .toSorted((left, right) => left.run.runAfter.getTime() - right.run.runAfter.getTime());
  return queued.flatMap(({ run, graph }) => {
    const { maxActiveRuns } = graph.spec;
    const count = running.get(run.dagId) ?? 0;
    if (count >= maxActiveRuns) return [];
    running.set(run.dagId, count + 1);
    return [startRun(run, maxActiveRuns, now)];
  });
}

function startRun(run: RunMove["run"], maxActiveRuns: number, now: Date): RunMove {
  return {
    run,
    transition: {
      dagRunId: run.id,
      from: "queued",
      to: "running",
      actor: "scheduler",
      set: { startedAt: now, endedAt: null },
      maxActiveRuns,
    },
  };
}

function startMoves(
  snapshot: PlanSnapshot,
  given: {
    readonly scheduled: ReadonlyMap<RunBoard, readonly number[]>;
    readonly starts: readonly Start[];
    readonly now: Date;
  },
): readonly TaskMove[] {
  const { starts, now } = given;
  // What starts comes first: in a large run the rest may follow in later transactions.
  const moves = starts.flatMap(({ board, position }) => {
    const taskInstance = itemAt(board.instances, position);
    if (taskInstance.state === "scheduled") return [queueMove({ taskInstance, snapshot, now })];
    const first = scheduleMove(taskInstance, now);
    const scheduled = applyTaskMove(taskInstance, first.transition);
    return [first, queueMove({ taskInstance: scheduled, snapshot, now })];
  });
  const started = new Set(moves.map(({ taskInstance }) => taskInstance.id));
  for (const [board, positions] of given.scheduled) {
    for (const position of positions) {
      const taskInstance = itemAt(board.instances, position);
      if (!started.has(taskInstance.id)) moves.push(scheduleMove(taskInstance, now));
    }
  }
  return moves;
}

function queueMove(given: {
  readonly taskInstance: TaskMove["taskInstance"];
  readonly snapshot: PlanSnapshot;
  readonly now: Date;
}): TaskMove {
  const { taskInstance, snapshot, now } = given;
  const move = moveWith(taskInstance, { actor: "scheduler" })("queued", {
    queuedAt: now,
    leaseToken: snapshot.newLeaseToken(),
    leaseExpiresAt: snapshot.leaseExpiresAt,
    holdReason: null,
  });
  return { taskInstance, transition: { ...move.transition, checkLimits: true } };
}
