import type { TaskSpec } from "../dag-spec.ts";
import { itemAt } from "../item-at.ts";
import { renderWhen } from "../schedule/render-when.ts";
import { isTerminal } from "../state.ts";
import type { TaskInstance } from "../task-instance.ts";
import { judgeUpstream } from "./judge-tasks.ts";
import { findPastHold } from "./past.ts";
import { dueAt, type RunBoard } from "./run-board.ts";
import type { PlanSnapshot } from "./snapshot.ts";
import { isOccupying } from "./usage.ts";

/** Why a task instance does not run yet. */
export interface Reason {
  /** Stable, such as `upstream`, `pool_full`, `retry_at`. */
  readonly code: string;
  readonly message: string;
}

/** What an explanation is made from: a plan's snapshot, with every active run. */
export interface ExplainSnapshot
  extends Pick<
    PlanSnapshot,
    "usage" | "pools" | "fullPools" | "runningRuns" | "freeSlots" | "parallelism" | "carried"
  > {
  readonly allBoards: Iterable<RunBoard>;
}

const MAX_NAMED = 5;

/** Why a task does not run yet, heaviest reason first; empty for one that runs, has ended, or starts with the next plan. */
export function explainTask(
  board: RunBoard,
  position: number,
  given: { readonly snapshot: ExplainSnapshot; readonly now: Date },
): readonly Reason[] {
  const task = board.taskAt(position);
  const taskInstance = board.instanceAt(position);
  if (task === undefined || taskInstance === undefined) return [];
  if (isTerminal(taskInstance.state) || taskInstance.state === "running") return [];
  return [
    ...explainRun(board, given.snapshot, given.now),
    ...explainState(board, position, { taskInstance, ...given }),
    ...explainLimits(board, position, { task, taskInstance, snapshot: given.snapshot }),
  ];
}

/** Why nothing of a run moves. */
export function explainRun(
  board: RunBoard,
  snapshot: Pick<ExplainSnapshot, "runningRuns">,
  now: Date,
): readonly Reason[] {
  const { run, graph } = board;
  const reasons: Reason[] = [];
  if (board.isPaused) {
    reasons.push({ code: "paused", message: `Dag "${run.dagId}" is paused` });
  }
  if (run.state !== "queued") return reasons;
  if (run.runAfter > now) {
    const at = renderWhen(run.runAfter, graph.spec.timezone);
    reasons.push({ code: "run_after", message: `its run does not start before ${at}` });
  }
  const running = snapshot.runningRuns.get(run.dagId) ?? 0;
  if (running >= graph.spec.maxActiveRuns) {
    const message = `${running} of at most ${graph.spec.maxActiveRuns} runs of Dag "${run.dagId}" are running`;
    reasons.push({ code: "max_active_runs", message });
  }
  return reasons;
}

function explainState(
  board: RunBoard,
  position: number,
  given: {
    readonly taskInstance: TaskInstance;
    readonly snapshot: ExplainSnapshot;
    readonly now: Date;
  },
): readonly Reason[] {
  const { taskInstance, now } = given;
  const at = renderWhen(
    new Date(Math.min(dueAt(taskInstance), 8.64e15)),
    board.graph.spec.timezone,
  );
  const isDue = dueAt(taskInstance) <= now.getTime();
  switch (taskInstance.state) {
    case "up_for_retry":
      return isDue
        ? explainUpstream(board, position)
        : [{ code: "retry_at", message: `it failed and is tried again at ${at}` }];
    case "up_for_reschedule":
      return isDue
        ? explainUpstream(board, position)
        : [{ code: "reschedule_at", message: `it looks again at ${at}` }];
    case "deferred":
      return [
        {
          code: "deferred",
          message: `it waits for its trigger ${taskInstance.deferral?.trigger ?? ""}`.trim(),
        },
      ];
    case "awaiting_input":
      return [{ code: "awaiting_input", message: "it waits for a person's answer" }];
    case "restarting":
      return [
        { code: "restarting", message: "the process of its cleared attempt is being stopped" },
      ];
    case "queued":
      return [
        {
          code: "starting",
          message: "it was handed to the executor and starts when a process is free",
        },
      ];
    case "none":
      return [...explainUpstream(board, position), ...explainPast(board, position)];
    default:
      return [];
  }
}

function explainUpstream(board: RunBoard, position: number): readonly Reason[] {
  if (judgeUpstream(board, position) !== "wait") return [];
  const waiting = itemAt(board.graph.upstream, position).flatMap((source) => {
    const upstream = board.instanceAt(source);
    return upstream === undefined || isTerminal(upstream.state) ? [] : [upstream];
  });
  const rule = itemAt(board.graph.tasks, position).triggerRule;
  if (waiting.length === 0) {
    return [{ code: "trigger_rule", message: `its trigger rule "${rule}" can no longer be met` }];
  }
  const names = waiting.map(({ taskId, state }) => `${taskId} (${describeState(state)})`);
  return [{ code: "upstream", message: `it waits for ${listNames(names)}` }];
}

function explainPast(board: RunBoard, position: number): readonly Reason[] {
  const hold = findPastHold(board, position);
  if (hold === undefined) return [];
  const state = describeState(hold.state);
  return [
    {
      code: hold.kind,
      message: `task "${hold.taskId}" of the run before is ${state}, not success or skipped`,
    },
  ];
}

function explainLimits(
  board: RunBoard,
  position: number,
  given: {
    readonly task: TaskSpec;
    readonly taskInstance: TaskInstance;
    readonly snapshot: ExplainSnapshot;
  },
): readonly Reason[] {
  const { task, snapshot } = given;
  if (given.taskInstance.state !== "scheduled") return [];
  const reasons: Reason[] = [...explainPool(task, snapshot)];
  const { maxActiveTasks, dagId } = board.graph.spec;
  if (board.active >= maxActiveTasks) {
    const message = `${board.active} of at most ${maxActiveTasks} tasks of its run are active`;
    reasons.push({ code: "max_active_tasks", message });
  }
  const ofTask = snapshot.usage.activeOfTask(dagId, task.taskId);
  if (task.maxActiveTisPerDag !== null && ofTask >= task.maxActiveTisPerDag) {
    const message = `${ofTask} of at most ${task.maxActiveTisPerDag} instances of task "${task.taskId}" are active across its Dag's runs`;
    reasons.push({ code: "max_active_tis_per_dag", message });
  }
  if (
    task.maxActiveTisPerDagrun !== null &&
    board.activeOfTask(position) >= task.maxActiveTisPerDagrun
  ) {
    const message = `at most ${task.maxActiveTisPerDagrun} instances of task "${task.taskId}" may be active in one run`;
    reasons.push({ code: "max_active_tis_per_dagrun", message });
  }
  return [...reasons, ...explainSlots(snapshot)];
}

function explainPool(task: TaskSpec, snapshot: ExplainSnapshot): readonly Reason[] {
  const pool = snapshot.pools.get(task.pool);
  const name = `pool "${task.pool}"`;
  if (pool === undefined) return [{ code: "pool_missing", message: `${name} does not exist` }];
  if (pool.slots >= 0 && task.poolSlots > pool.slots) {
    const message = `it asks for ${task.poolSlots} slots of ${name}, which has ${pool.slots} in all`;
    return [{ code: "pool_too_small", message }];
  }
  const taken = snapshot.usage.takenSlots(task.pool, pool);
  const isFull = snapshot.fullPools.has(task.pool);
  if (!isFull && (pool.slots < 0 || taken + task.poolSlots <= pool.slots)) return [];
  const holders = findHolders(task.pool, pool.includeDeferred, snapshot.allBoards);
  const by = holders.length === 0 ? "" : `, held by ${listNames(holders)}`;
  const message = `${name} is full: ${taken} of ${pool.slots} slots are taken${by}`;
  return [{ code: "pool_full", message }];
}

function findHolders(
  pool: string,
  includeDeferred: boolean,
  boards: Iterable<RunBoard>,
): readonly string[] {
  return [...boards].flatMap((board) =>
    board.graph.tasks.flatMap((task, position) => {
      const state = board.instanceAt(position)?.state ?? "none";
      const isHolder = isOccupying(state) || (includeDeferred && state === "deferred");
      return task.pool === pool && isHolder
        ? [`${task.taskId} of ${board.run.dagId} ${board.run.runId}`]
        : [];
    }),
  );
}

function explainSlots(
  snapshot: Pick<ExplainSnapshot, "usage" | "parallelism" | "freeSlots">,
): readonly Reason[] {
  const { active } = snapshot.usage;
  if (active >= snapshot.parallelism) {
    const message = `${active} of at most ${snapshot.parallelism} tasks of this installation are active`;
    return [{ code: "parallelism", message }];
  }
  if (snapshot.freeSlots > 0) return [];
  return [{ code: "executor_full", message: "every process of the executor is busy" }];
}

function describeState(state: string): string {
  return state === "none" ? "not started" : state.replaceAll("_", " ");
}

function listNames(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const named = names.slice(0, MAX_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}
