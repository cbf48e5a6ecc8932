import type { Reason, RunBoard } from "@airloom/core";
import type { SchedulerStore } from "./scheduler-store.ts";

/** Reasons that are written at once, and tasks that are looked at for them. */
const MAX_REASONS = 500;

/** Says beside the rows what holds back the tasks that are ready: for people, never read by the scheduler. */
export class HoldReasons {
  readonly #store: Pick<SchedulerStore, "saveHoldReasons">;
  readonly #saved = new Map<string, string>();

  constructor(store: Pick<SchedulerStore, "saveHoldReasons">) {
    this.#store = store;
  }

  /** Writes the reasons that changed. What starts loses its reason with the start. */
  async save(
    boards: Iterable<RunBoard>,
    explain: (board: RunBoard, position: number) => readonly Reason[],
  ): Promise<void> {
    const held = new Set<string>();
    const holds: { readonly taskInstanceId: string; readonly reason: string }[] = [];
    for (const { board, position, taskInstanceId } of listReady(boards)) {
      held.add(taskInstanceId);
      const reason = explain(board, position)[0]?.message;
      if (reason === undefined || this.#saved.get(taskInstanceId) === reason) continue;
      holds.push({ taskInstanceId, reason });
    }
    for (const id of this.#saved.keys()) if (!held.has(id)) this.#saved.delete(id);
    if (holds.length === 0) return;
    await this.#store.saveHoldReasons(holds);
    for (const { taskInstanceId, reason } of holds) this.#saved.set(taskInstanceId, reason);
  }
}

function* listReady(boards: Iterable<RunBoard>) {
  let count = 0;
  for (const board of boards) {
    for (const queue of board.ready.values()) {
      for (let index = 0; index < queue.length && count < MAX_REASONS; index += 1) {
        const position = queue.at(index) ?? -1;
        const taskInstance = board.instanceAt(position);
        if (taskInstance === undefined) continue;
        count += 1;
        yield { board, position, taskInstanceId: taskInstance.id };
      }
    }
  }
}
