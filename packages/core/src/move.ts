import type { RunTransition, TaskTransition } from "./ports/transitions.ts";
import type { DagRun, TaskInstance } from "./task-instance.ts";

/** A transition together with the row it was decided on. */
export interface TaskMove {
  readonly transition: TaskTransition;
  readonly taskInstance: TaskInstance;
}

/** A run's transition together with the row it was decided on. */
export interface RunMove {
  readonly transition: RunTransition;
  readonly run: DagRun;
}

/** What a task instance is after its move was applied. */
export function applyTaskMove(
  taskInstance: TaskInstance,
  transition: TaskTransition,
): TaskInstance {
  return { ...taskInstance, ...transition.set, state: transition.to };
}

/** What a run is after its move was applied. */
export function applyRunMove(run: DagRun, transition: RunTransition): DagRun {
  return { ...run, ...transition.set, state: transition.to };
}
