import type { TaskSpec } from "../dag-spec.ts";
import type { TaskState } from "../state.ts";

/** What a pool allows. */
export interface PoolLimit {
  /** -1 is unlimited. */
  readonly slots: number;
  readonly includeDeferred: boolean;
}

/** How much of the limits that reach beyond one run is taken, kept as task instances move. */
export class Usage {
  #active = 0;
  readonly #slots = new Map<string, number>();
  readonly #deferredSlots = new Map<string, number>();
  readonly #tasks = new Map<string, number>();

  /** Task instances queued or running. */
  get active(): number {
    return this.#active;
  }

  /** Slots of a pool that are taken. */
  takenSlots(pool: string, limit: PoolLimit): number {
    const deferred = limit.includeDeferred ? (this.#deferredSlots.get(pool) ?? 0) : 0;
    return (this.#slots.get(pool) ?? 0) + deferred;
  }

  /** Instances of one task, across all runs of its Dag, that are queued or running. */
  activeOfTask(dagId: string, taskId: string): number {
    return this.#tasks.get(keyOf(dagId, taskId)) ?? 0;
  }

  /** Takes (`by` 1) or gives back (-1) what a task instance uses as one that is queued or running. */
  countActive(dagId: string, task: TaskSpec, by: 1 | -1): void {
    this.#active += by;
    add(this.#slots, task.pool, by * task.poolSlots);
    if (task.maxActiveTisPerDag !== null) add(this.#tasks, keyOf(dagId, task.taskId), by);
  }

  countDeferred(task: TaskSpec, by: 1 | -1): void {
    add(this.#deferredSlots, task.pool, by * task.poolSlots);
  }
}

/** True in the states that take a slot. */
export function isOccupying(state: TaskState): boolean {
  return state === "queued" || state === "running";
}

function keyOf(dagId: string, taskId: string): string {
  return `${dagId}\n${taskId}`;
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
