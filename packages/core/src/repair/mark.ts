import { moveWith } from "../attempt.ts";
import { findClosure } from "../dag-graph.ts";
import { itemAt } from "../item-at.ts";
import type { RunMove, TaskMove } from "../move.ts";
import { isRunFinished, isTerminal, RUN_STATES } from "../state.ts";
import type { Failure, TaskInstance } from "../task-instance.ts";
import { isRunTransition, isTaskTransition } from "../transition-table.ts";
import { type ClearPlan, findTargets, planClear, type RepairRun } from "./clear.ts";

/** The states a person may give. */
export type Mark = "success" | "failed" | "skipped";

/** Who marks, and when. */
export interface MarkedBy {
  readonly actor: string;
  readonly now: Date;
}

/**
 * Gives task instances a terminal state, whatever they are doing.
 *
 * As in Airflow, what had failed downstream of them is cleared, so that the run goes on from there.
 */
export function planMark(
  runs: readonly RepairRun[],
  request: {
    readonly taskId: string;
    readonly state: Mark;
    readonly includeUpstream: boolean;
    readonly includeDownstream: boolean;
  },
  by: MarkedBy,
): ClearPlan {
  const plans = runs.map((repair) => markInRun(repair, request, by));
  return {
    affected: plans.flatMap(({ affected }) => affected),
    tasks: plans.flatMap(({ tasks }) => tasks),
    runs: plans.flatMap((one) => one.runs),
  };
}

/** Ends a run as a person wants it: what is not finished is stopped, and skipped or failed with it. */
export function planMarkRun(
  repair: RepairRun,
  state: "success" | "failed",
  by: MarkedBy,
): ClearPlan {
  const { run } = repair;
  const affected = repair.taskInstances.filter((task) => !isTerminal(task.state));
  const mark = state === "success" ? "skipped" : "failed";
  const reason = `the run was marked ${state}`;
  // From wherever it stands when this is written: at most one of them applies.
  const ends = RUN_STATES.filter((from) => isRunTransition(from, state)).map(
    (from): RunMove => ({
      run,
      transition: {
        dagRunId: run.id,
        from,
        to: state,
        actor: by.actor,
        reason,
        set: isRunFinished(from) ? {} : { endedAt: by.now },
        // A task that moved meanwhile is stopped by the next attempt; the run must not end without it.
        onlyWhenEnded: true,
      },
    }),
  );
  return {
    affected,
    tasks: affected.flatMap((taskInstance) => markTask(taskInstance, mark, { ...by, reason })),
    runs: ends,
  };
}

function markInRun(
  repair: RepairRun,
  request: Parameters<typeof planMark>[1],
  by: MarkedBy,
): ClearPlan {
  const { graph, taskInstances } = repair;
  const targets = findTargets(graph, [request.taskId]);
  const marked = new Set([
    ...targets,
    ...(request.includeUpstream ? findClosure(graph, targets, "upstream") : []),
    ...(request.includeDownstream ? findClosure(graph, targets, "downstream") : []),
  ]);
  const isMarked = ({ taskId }: TaskInstance): boolean =>
    marked.has(graph.positionOf.get(taskId) ?? -1);
  const reason = `marked ${request.state}`;
  const affected = taskInstances.filter(
    (taskInstance) => isMarked(taskInstance) && taskInstance.state !== request.state,
  );
  const resumed = planClear(
    [{ ...repair, taskInstances: taskInstances.filter((taskInstance) => !isMarked(taskInstance)) }],
    {
      taskIds: [...marked].map((position) => itemAt(graph.tasks, position).taskId),
      includeUpstream: false,
      includeDownstream: true,
      onlyFailed: true,
      onlyRunning: false,
      resetDagRuns: true,
      preventRunningTask: false,
    },
    by,
  );
  return {
    affected,
    tasks: [
      ...affected.flatMap((taskInstance) =>
        markTask(taskInstance, request.state, { ...by, reason }),
      ),
      ...resumed.tasks,
    ],
    runs: resumed.runs,
  };
}

function markTask(
  taskInstance: TaskInstance,
  state: Mark,
  by: MarkedBy & { readonly reason: string },
): readonly TaskMove[] {
  const failure: Failure | null =
    state === "failed" ? { kind: "fail", message: by.reason, place: null, stack: null } : null;
  const set = {
    leaseToken: null,
    leaseExpiresAt: null,
    endedAt: by.now,
    nextTryAt: null,
    deferral: null,
    resumption: null,
    failure,
    holdReason: null,
  };
  const move = moveWith(taskInstance, by);
  if (isTaskTransition(taskInstance.state, state)) return [move(state, set, by.reason)];
  // A task that left its Dag, or is being restarted, gets there by way of a clear.
  const blank = { ...taskInstance, state: "none" as const };
  return [move("none", {}, by.reason), moveWith(blank, by)(state, set, by.reason)];
}
