import {
  applyRunMove,
  applyTaskMove,
  isOccupying,
  isRunTransition,
  isTaskTransition,
  isTerminal,
  type RunTransition,
  type TaskTransition,
} from "@airloom/core";
import { instancesOf, type MemoryRows } from "./memory-rows.ts";

/** Applies one compare-and-set on a task instance and writes its history row; false when a guard does not hold. */
export function applyTask(rows: MemoryRows, transition: TaskTransition, now: Date): boolean {
  const { taskInstanceId, from, to, leaseToken } = transition;
  if (!isTaskTransition(from, to)) {
    throw new Error(`Task instance ${taskInstanceId} cannot move from "${from}" to "${to}"`);
  }
  const before = rows.taskInstances.get(taskInstanceId);
  if (before === undefined || before.state !== from) return false;
  if (before.tryNumber !== transition.tryNumber) return false;
  if (leaseToken !== undefined && before.leaseToken !== leaseToken) return false;
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
export function applyRun(rows: MemoryRows, transition: RunTransition): boolean {
  const { dagRunId, from, to, maxActiveRuns } = transition;
  if (!isRunTransition(from, to)) {
    throw new Error(`Dag run ${dagRunId} cannot move from "${from}" to "${to}"`);
  }
  const before = rows.runs.get(dagRunId);
  if (before === undefined || before.state !== from) return false;
  if (maxActiveRuns !== undefined && countRunning(rows, before.dagId) >= maxActiveRuns)
    return false;
  if (transition.onlyWhenEnded === true && hasUnfinished(rows, dagRunId)) return false;
  rows.runs.set(dagRunId, applyRunMove(before, transition));
  return true;
}

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
