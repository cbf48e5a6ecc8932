import type { TaskSpec } from "../dag-spec.ts";
import { isOccupying } from "../plan/usage.ts";
import type { TaskState } from "../state.ts";
import type { Evidence } from "./evidence.ts";

/** I9: at no point of history is a limit exceeded: pool slots, tasks of a run, instances of a task. */
export function checkLimits(evidence: Evidence): readonly string[] {
  const { specs, history, pools } = evidence;
  const tasks = new Map(
    [...specs].flatMap(([id, { tasks: own }]) =>
      own.map((task) => [`${id} ${task.taskId}`, task] as const),
    ),
  );
  const taken = new Map<string, number>();
  const violations: string[] = [];
  for (const row of history) {
    const spec = specs.get(row.dagRunId);
    const task = tasks.get(`${row.dagRunId} ${row.taskId}`);
    if (spec === undefined || task === undefined) continue;
    const change = weigh(row.to) - weigh(row.from);
    const deferred = Number(row.to === "deferred") - Number(row.from === "deferred");
    const pool = pools?.get(task.pool);
    const slots = change + (pool?.includeDeferred === true ? deferred : 0);
    const limits = [
      { what: `pool ${task.pool}`, by: slots * task.poolSlots, most: mostOf(pool?.slots) },
      { what: `tasks of run ${row.dagRunId}`, by: change, most: spec.maxActiveTasks },
      ...limitsOfTask(task, spec.dagId, change),
    ];
    for (const { what, by, most } of limits) {
      const count = (taken.get(what) ?? 0) + by;
      taken.set(what, count);
      if (by > 0 && row.to === "queued" && count > most) {
        violations.push(`I9: ${what} holds ${count}, at most ${most} are allowed`);
      }
    }
  }
  return violations;
}

function limitsOfTask(task: TaskSpec, dagId: string, by: number) {
  if (task.maxActiveTisPerDag === null) return [];
  return [{ what: `instances of ${dagId}.${task.taskId}`, by, most: task.maxActiveTisPerDag }];
}

function weigh(state: TaskState): number {
  return isOccupying(state) ? 1 : 0;
}

function mostOf(slots: number | undefined): number {
  return slots === undefined || slots < 0 ? Number.POSITIVE_INFINITY : slots;
}
