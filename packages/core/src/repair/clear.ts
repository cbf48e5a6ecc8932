import { moveWith } from "../attempt.ts";
import { type DagGraph, findClosure } from "../dag-graph.ts";
import { AirloomError } from "../error.ts";
import { itemAt, itemOf } from "../item-at.ts";
import type { RunMove, TaskMove } from "../move.ts";
import type { ClearRequest } from "../ports/operations.ts";
import type { TaskInstancePatch } from "../ports/transitions.ts";
import type { DagRun, TaskInstance } from "../task-instance.ts";

/** A run with its task instances and the Dag version that it is repaired on. */
export interface RepairRun {
  readonly run: DagRun;
  readonly graph: DagGraph;
  readonly taskInstances: readonly TaskInstance[];
  /** Given where `graph` is a later version than the run's own: an ended run moves to it when it is cleared. */
  readonly movesTo?: Pick<DagRun, "dagVersion" | "dagHash">;
}

/** What of a request says which task instances of a run are meant. */
export type ClearSelection = Pick<
  ClearRequest,
  "taskIds" | "includeUpstream" | "includeDownstream" | "onlyFailed" | "onlyRunning"
>;

/** What a clear does. */
export interface ClearPlan {
  /** As they are before it. */
  readonly affected: readonly TaskInstance[];
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
}

/**
 * Clears task instances as Airflow does: each begins a new chain with all its retries, one that runs is restarted,
 * and a run that had ended is queued again.
 */
export function planClear(
  runs: readonly RepairRun[],
  request: ClearSelection & Pick<ClearRequest, "resetDagRuns" | "preventRunningTask">,
  by: { readonly actor: string; readonly now: Date },
): ClearPlan {
  if (request.onlyFailed && request.onlyRunning) {
    throw new AirloomError(
      "input.invalid",
      "Cannot clear only failed and only running task instances at once: choose one of them",
    );
  }
  const chosen = runs.map((repair) => ({ repair, selected: selectToClear(repair, request) }));
  const affected = chosen.flatMap(({ selected }) => selected);
  const running = affected.find(({ state }) => state === "running");
  if (request.preventRunningTask && running !== undefined) {
    throw new AirloomError(
      "task.running",
      `Cannot clear task "${running.taskId}" of run "${running.runId}": it is running`,
    );
  }
  return {
    affected,
    tasks: chosen.flatMap(({ repair, selected }) =>
      selected.length === 0
        ? []
        : [
            ...selected.flatMap((taskInstance) => clearTask(repair, taskInstance, by.actor)),
            ...fitToVersion(repair, new Set(selected), by.actor),
          ].map((move) => onlyOn(repair.movesTo, move)),
    ),
    runs: chosen.flatMap(({ repair, selected }) =>
      request.resetDagRuns && selected.length > 0 ? requeueRun(repair, by) : [],
    ),
  };
}

/**
 * Queues a run once more if it has ended, whichever way: at most one of these moves applies.
 *
 * They go along even where the run was read as running, because it may end before the clear is written.
 */
function requeueRun(
  { run, movesTo }: RepairRun,
  by: { readonly actor: string; readonly now: Date },
): readonly RunMove[] {
  const set = {
    queuedAt: by.now,
    startedAt: null,
    endedAt: null,
    clearNumber: run.clearNumber + 1,
    ...movesTo,
  };
  const { actor } = by;
  return (["success", "failed"] as const).map((from) => ({
    run,
    transition: { dagRunId: run.id, from, to: "queued", actor, reason: "cleared", set },
  }));
}

/** The positions that task ids and group ids name; all of them when none are given. */
export function findTargets(
  graph: DagGraph,
  taskIds: readonly string[] | undefined,
): readonly number[] {
  if (taskIds === undefined) return [...graph.tasks.keys()];
  return taskIds.flatMap((id) => {
    const position = graph.positionOf.get(id);
    if (position !== undefined) return [position];
    const members = [...graph.tasks.entries()].filter(([, task]) => isInGroup(task.groupId, id));
    return members.map(([member]) => member);
  });
}

function isInGroup(groupId: string | null, id: string): boolean {
  return groupId === id || groupId?.startsWith(`${id}.`) === true;
}

function selectToClear(repair: RepairRun, request: ClearSelection): readonly TaskInstance[] {
  const { graph, taskInstances } = repair;
  const targets = findTargets(graph, request.taskIds);
  const selected = new Set([
    ...targets,
    ...(request.includeUpstream ? findClosure(graph, targets, "upstream") : []),
    ...(request.includeDownstream ? findClosure(graph, targets, "downstream") : []),
  ]);
  return taskInstances.filter(({ taskId, state }) => {
    if (!selected.has(graph.positionOf.get(taskId) ?? -1)) return false;
    if (request.onlyFailed) return state === "failed" || state === "upstream_failed";
    return request.onlyRunning ? state === "running" : true;
  });
}

function clearTask(
  repair: RepairRun,
  taskInstance: TaskInstance,
  actor: string,
): readonly TaskMove[] {
  const { state, tryNumber, chain } = taskInstance;
  // What never began has nothing to clear; what is being restarted begins anew already.
  if (state === "none" || state === "restarting") return [];
  const { tasks, positionOf } = repair.graph;
  const task = itemAt(tasks, itemOf(positionOf, taskInstance.taskId));
  const next: TaskInstancePatch = {
    maxTries: tryNumber + task.retries,
    chain: chain + 1,
    lostCount: 0,
    leaseToken: null,
    leaseExpiresAt: null,
    deferral: null,
    resumption: null,
    failure: null,
    holdReason: null,
  };
  const move = moveWith(taskInstance, { actor });
  if (state === "running") return [move("restarting", next, "cleared")];
  const times = {
    scheduledAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    nextTryAt: null,
  };
  return [move("none", { ...next, ...times, worker: null }, "cleared")];
}

/** Where a run does not move after all, because somebody else has queued it, its tasks stay those of its own version. */
function onlyOn(movesTo: RepairRun["movesTo"], move: TaskMove): TaskMove {
  if (movesTo === undefined) return move;
  return { ...move, transition: { ...move.transition, dagVersion: movesTo.dagVersion } };
}

/** Takes away what the version that a run moves to has no longer, and brings back what it has again. */
function fitToVersion(
  { graph, taskInstances, movesTo }: RepairRun,
  selected: ReadonlySet<TaskInstance>,
  actor: string,
): readonly TaskMove[] {
  if (movesTo === undefined) return [];
  const version = `version ${movesTo.dagVersion}`;
  return taskInstances.flatMap((taskInstance) => {
    const { state, taskId } = taskInstance;
    const move = moveWith(taskInstance, { actor });
    const isKnown = graph.positionOf.has(taskId);
    if (isKnown && state === "removed" && !selected.has(taskInstance)) {
      return [move("none", {}, `${version} has it again`)];
    }
    if (isKnown || state === "removed") return [];
    const moveAway = moveWith({ ...taskInstance, state: "none" }, { actor });
    return [
      ...(state === "none" ? [] : [move("none", {}, "cleared")]),
      moveAway("removed", {}, `${version} has it no longer`),
    ];
  });
}
