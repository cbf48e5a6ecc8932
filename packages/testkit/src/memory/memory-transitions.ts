import {
  applyRunMove,
  applyTaskMove,
  findLeadingMoves,
  isOccupying,
  isRunTransition,
  isTaskTransition,
  isTerminal,
  type Pool,
  type RunTransition,
  type Store,
  type TaskState,
  type TaskTransition,
} from "@airloom/core";
import { fitToVersion, instancesOf, type MemoryRows } from "./memory-rows.ts";

/** Applies the transitions of one call: all are legal, or none is applied. */
export function applyTransitions(
  rows: MemoryRows,
  batch: Parameters<Store["transition"]>[0],
): Awaited<ReturnType<Store["transition"]>> {
  const { tasks = [], runs = [], now } = batch;
  for (const transition of tasks) checkTask(transition);
  for (const transition of runs) checkRun(transition);
  const leading = findLeadingMoves(runs);
  const first = runs.map(
    (transition, position) => leading.has(position) && applyRun(rows, transition),
  );
  const applied = new Map<TaskTransition, boolean>();
  for (const transition of sortByWave(tasks)) {
    applied.set(transition, applyTask(rows, transition, now));
  }
  return {
    tasks: tasks.map((transition) => applied.get(transition) === true),
    runs: runs.map((transition, position) =>
      leading.has(position) ? first[position] === true : applyRun(rows, transition),
    ),
  };
}

/**
 * The first transition of each task instance, then the second of each, …; among those the ones that need a slot
 * come last, so that they find what the others free.
 */
function sortByWave(tasks: readonly TaskTransition[]): readonly TaskTransition[] {
  const seen = new Map<string, number>();
  const ranked = tasks.map((transition) => {
    const wave = seen.get(transition.taskInstanceId) ?? 0;
    seen.set(transition.taskInstanceId, wave + 1);
    return { transition, rank: 2 * wave + (transition.checkLimits === true ? 1 : 0) };
  });
  return ranked
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ transition }) => transition);
}

function checkTask({ taskInstanceId, from, to }: TaskTransition): void {
  if (isTaskTransition(from, to)) return;
  throw new Error(`Task instance ${taskInstanceId} cannot move from "${from}" to "${to}"`);
}

function checkRun({ dagRunId, from, to }: RunTransition): void {
  if (isRunTransition(from, to)) return;
  throw new Error(`Dag run ${dagRunId} cannot move from "${from}" to "${to}"`);
}

/** Applies one compare-and-set on a task instance and writes its history row; false when a guard does not hold. */
function applyTask(rows: MemoryRows, transition: TaskTransition, now: Date): boolean {
  const { taskInstanceId, from, to, leaseToken, dagVersion } = transition;
  const before = rows.taskInstances.get(taskInstanceId);
  if (before === undefined || before.state !== from) return false;
  if (before.tryNumber !== transition.tryNumber) return false;
  if (leaseToken !== undefined && before.leaseToken !== leaseToken) return false;
  if (dagVersion !== undefined && rows.runs.get(before.dagRunId)?.dagVersion !== dagVersion)
    return false;
  if (transition.checkLimits === true && freeSlots(rows, before.pool) < before.poolSlots)
    return false;

  const after = applyTaskMove(before, transition);
  rows.taskInstances.set(taskInstanceId, after);
  rows.history.push({
    id: String(rows.history.length + 1),
    taskInstanceId,
    dagRunId: after.dagRunId,
    taskId: after.taskId,
    mapIndex: after.mapIndex,
    tryNumber: after.tryNumber,
    chain: after.chain,
    from,
    to,
    leaseToken: leaseToken ?? before.leaseToken ?? after.leaseToken,
    actor: transition.actor,
    reason: transition.reason ?? null,
    at: now,
  });
  return true;
}

/** Applies one compare-and-set on a run; false when a guard does not hold. */
function applyRun(rows: MemoryRows, transition: RunTransition): boolean {
  const { dagRunId, from, maxActiveRuns } = transition;
  const before = rows.runs.get(dagRunId);
  if (before === undefined || before.state !== from) return false;
  if (maxActiveRuns !== undefined && countRunning(rows, before.dagId) >= maxActiveRuns)
    return false;
  if (transition.onlyWhenEnded === true && hasUnfinished(rows, dagRunId)) return false;
  const after = applyRunMove(before, transition);
  rows.runs.set(dagRunId, after);
  if (after.dagVersion !== before.dagVersion) fitToVersion(rows, after);
  return true;
}

/** How much of a pool is taken, by what. */
export function countSlots(rows: MemoryRows, name: string): PoolUse {
  const count = (...states: readonly TaskState[]): number => {
    let slots = 0;
    for (const { pool, poolSlots, state } of rows.taskInstances.values()) {
      if (pool === name && states.includes(state)) slots += poolSlots;
    }
    return slots;
  };
  const isDeferredHeld = rows.pools.get(name)?.includeDeferred === true;
  return {
    occupiedSlots: count("queued", "running") + (isDeferredHeld ? count("deferred") : 0),
    queuedSlots: count("queued"),
    runningSlots: count("running"),
    scheduledSlots: count("scheduled"),
    deferredSlots: count("deferred"),
  };
}

type PoolUse = Pick<
  Pool,
  "occupiedSlots" | "queuedSlots" | "runningSlots" | "scheduledSlots" | "deferredSlots"
>;

function freeSlots(rows: MemoryRows, name: string): number {
  const pool = rows.pools.get(name);
  if (pool === undefined) return 0;
  if (pool.slots < 0) return Number.POSITIVE_INFINITY;
  let taken = 0;
  for (const { pool: held, poolSlots, state } of rows.taskInstances.values()) {
    if (held !== name) continue;
    if (isOccupying(state) || (pool.includeDeferred && state === "deferred")) taken += poolSlots;
  }
  return pool.slots - taken;
}

function hasUnfinished(rows: MemoryRows, dagRunId: string): boolean {
  return instancesOf(rows, dagRunId).some(({ state }) => !isTerminal(state));
}

function countRunning(rows: MemoryRows, dagId: string): number {
  let count = 0;
  for (const run of rows.runs.values()) {
    if (run.dagId === dagId && run.state === "running") count += 1;
  }
  return count;
}
