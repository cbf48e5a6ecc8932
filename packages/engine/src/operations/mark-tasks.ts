import {
  AirloomError,
  type DagRun,
  type Operations,
  planClear,
  planMark,
  planMarkRun,
  type RepairRun,
  type TaskInstance,
} from "@airloom/core";
import { applyRepair } from "./apply-repair.ts";
import { actorOf, audited } from "./audit.ts";
import { loadRepairRun, loadRepairRuns, loadRun } from "./load-repair-runs.ts";
import type { OperationsOptions } from "./operations.ts";

/** Gives task instances a terminal state, or says which ones it would. */
export async function markTasks(
  request: Parameters<Operations["markTasks"]>[0],
  options: OperationsOptions,
): Promise<readonly TaskInstance[]> {
  const { dagId, runId, taskId, mapIndex } = request;
  const loaded = await loadRepairRuns(options.store, request);
  const isKnown = loaded.some(({ graph }) => graph.positionOf.has(taskId));
  if (!isKnown)
    throw new AirloomError("task.not_found", `There is no task "${taskId}" in Dag "${dagId}"`);
  const runs = mapIndex === undefined ? loaded : loaded.map((run) => narrow(run, taskId, mapIndex));
  const by = { actor: actorOf(request.user), now: options.clock.now() };
  if (request.dryRun) return planMark(runs, request, by).affected;
  const affected = await applyRepair(runs, (fresh) => planMark(fresh, request, by), options);
  await audited(options, {
    event: "patch_task_instance",
    user: request.user,
    dagId,
    runId,
    taskId,
    extra: { new_state: request.state },
  });
  return affected;
}

/** Ends a run by hand, or clears all of it (`queued`). */
export async function markRun(
  request: Parameters<Operations["markRun"]>[0],
  options: OperationsOptions,
): Promise<DagRun> {
  const { dagId, runId, state } = request;
  const run = await loadRun(options.store, dagId, runId);
  const repair = await loadRepairRun(options.store, run);
  const by = { actor: actorOf(request.user), now: options.clock.now() };
  const planFor = ([fresh = repair]: readonly RepairRun[]) =>
    state === "queued" ? planClear([fresh], WHOLE_RUN, by) : planMarkRun(fresh, state, by);
  await applyRepair([repair], planFor, options);
  await audited(options, {
    event: "patch_dag_run",
    user: request.user,
    dagId,
    runId,
    extra: { state },
  });
  return loadRun(options.store, dagId, runId);
}

const WHOLE_RUN = {
  includeUpstream: false,
  includeDownstream: false,
  onlyFailed: false,
  onlyRunning: false,
  resetDagRuns: true,
  preventRunningTask: false,
};

function narrow(repair: RepairRun, taskId: string, mapIndex: number): RepairRun {
  const taskInstances = repair.taskInstances.filter(
    (taskInstance) => taskInstance.taskId !== taskId || taskInstance.mapIndex === mapIndex,
  );
  return { ...repair, taskInstances };
}
