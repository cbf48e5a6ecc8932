import type { ClearPlan, RepairRun, TaskInstance } from "@airloom/core";
import { loadRepairRun } from "./load-repair-runs.ts";
import type { OperationsOptions } from "./operations.ts";

/** How often a repair is planned anew because tasks moved meanwhile. */
const MAX_ROUNDS = 5;

/**
 * Applies a repair and plans it anew for what moved meanwhile, until all of it took effect.
 *
 * Answers what was affected, as it was before.
 */
export async function applyRepair(
  runs: readonly RepairRun[],
  planFor: (runs: readonly RepairRun[]) => ClearPlan,
  options: Pick<OperationsOptions, "store" | "commit">,
): Promise<readonly TaskInstance[]> {
  const { store, commit } = options;
  const first = planFor(runs);
  let current = first;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { tasks, runs: runMoves } = current;
    const answer = await commit.apply({ tasks, runs: runMoves });
    const missed = new Set(
      tasks.flatMap(({ taskInstance }, index) =>
        answer.tasks[index] === true ? [] : [taskInstance.id],
      ),
    );
    if (missed.size === 0) break;
    const fresh: RepairRun[] = [];
    for (const { run } of runs) {
      const stored = await store.findRun(run.dagId, run.runId);
      if (stored !== undefined) fresh.push(await loadRepairRun(store, stored));
    }
    current = keepMissed(planFor(fresh), missed);
  }
  return first.affected;
}

/** What took effect in an earlier round must not be done twice: a second clear would begin a further chain. */
function keepMissed(plan: ClearPlan, missed: ReadonlySet<string>): ClearPlan {
  return { ...plan, tasks: plan.tasks.filter(({ taskInstance }) => missed.has(taskInstance.id)) };
}
