import {
  AirloomError,
  type ClearRequest,
  planClear,
  type RepairRun,
  type TaskInstance,
} from "@airloom/core";
import { applyRepair } from "./apply-repair.ts";
import { actorOf, audited } from "./audit.ts";
import { loadDag, loadRepairRuns, useLatestVersion } from "./load-repair-runs.ts";
import type { OperationsOptions } from "./operations.ts";

/** Clears task instances, or says which ones it would. */
export async function clearTasks(
  request: ClearRequest,
  options: OperationsOptions,
): Promise<readonly TaskInstance[]> {
  const { store, clock } = options;
  const pinned = await loadRepairRuns(store, request);
  // A run that is not queued again stays as it ended, its version included.
  const runs =
    request.runOnLatestVersion && request.resetDagRuns
      ? useLatestVersion(pinned, await loadDag(store, request.dagId))
      : pinned;
  checkTaskIds(request, runs);
  const by = { actor: actorOf(request.user), now: clock.now() };
  if (request.dryRun) return planClear(runs, request, by).affected;
  await saveTaskState(request, runs, options);
  const affected = await applyRepair(runs, (fresh) => planClear(fresh, request, by), options);
  await audited(options, {
    event: "clear_task_instances",
    user: request.user,
    dagId: request.dagId,
    ...(request.runId === undefined ? {} : { runId: request.runId }),
    extra: {
      task_instances: affected.slice(0, 100).map(({ runId, taskId }) => `${runId} ${taskId}`),
    },
  });
  return affected;
}

function checkTaskIds({ dagId, taskIds }: ClearRequest, runs: readonly RepairRun[]): void {
  const unknown = taskIds?.find((id) =>
    runs.every(
      ({ graph }) =>
        !graph.positionOf.has(id) && !graph.spec.groups.some(({ groupId }) => groupId === id),
    ),
  );
  if (unknown === undefined || runs.length === 0) return;
  throw new AirloomError("task.not_found", `There is no task "${unknown}" in Dag "${dagId}"`);
}

/** State for a chain is written before the chain begins, so that its first attempt finds it. */
async function saveTaskState(
  request: ClearRequest,
  runs: readonly RepairRun[],
  { store, clock }: OperationsOptions,
): Promise<void> {
  if (request.taskState === undefined) return;
  const { affected } = planClear(runs, request, { actor: "", now: clock.now() });
  for (const { id, taskId, chain, state } of affected) {
    // What never began, or is being restarted, keeps its chain.
    const isNew = state !== "none" && state !== "restarting";
    for (const [key, value] of Object.entries(request.taskState[taskId] ?? {})) {
      await store.saveTaskState(id, isNew ? chain + 1 : chain, key, value);
    }
  }
}
