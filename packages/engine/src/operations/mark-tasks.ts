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

/** How often a run's end is tried anew because its tasks moved meanwhile. */
const MAX_ROUNDS = 5;

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
  const by = { actor: actorOf(request.user), now: options.clock.now() };
  let run = await loadRun(options.store, dagId, runId);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const repair = await loadRepairRun(options.store, run);
    const planFor = ([fresh = repair]: readonly RepairRun[]) =>
      state === "queued" ? planClear([fresh], WHOLE_RUN, by) : planMarkRun(fresh, state, by);
    await applyRepair([repair], planFor, options);
    run = await loadRun(options.store, dagId, runId);
    // A task that was cleared at that very moment keeps the run alive: it is stopped too.
    if (state === "queued" || run.state === state) break;
  }
  await audited(options, {
    event: "patch_dag_run",
    user: request.user,
    dagId,
    runId,
    extra: { state },
  });
  return run;
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
