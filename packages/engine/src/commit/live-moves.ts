import { applyTaskMove, type LiveEvent } from "@airloom/core";
import type { AppliedMoves } from "./group-commit.ts";

/** What the UI hears of applied moves: the last state of each task instance and run that moved. */
export function describeMoves(applied: AppliedMoves): readonly LiveEvent[] {
  const tasks = new Map<string, LiveEvent>();
  for (const { taskInstance, transition } of applied.tasks) {
    const moved = applyTaskMove(taskInstance, transition);
    tasks.set(moved.id, {
      kind: "task_instance",
      dagId: moved.dagId,
      runId: moved.runId,
      taskId: moved.taskId,
      mapIndex: moved.mapIndex,
      state: moved.state,
      tryNumber: moved.tryNumber,
      startedAt: moved.startedAt?.toISOString() ?? null,
      endedAt: moved.endedAt?.toISOString() ?? null,
    });
  }
  const runs = new Map<string, LiveEvent>();
  for (const { run, transition } of applied.runs) {
    const { dagId, runId } = run;
    runs.set(run.id, { kind: "run", dagId, runId, state: transition.to });
  }
  return [...tasks.values(), ...runs.values()];
}
