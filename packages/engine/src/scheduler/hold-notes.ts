import type { Reason, RunBoard } from "@airloom/core";
import type { SchedulerStore } from "./scheduler-store.ts";

/** Notes that are written at once, and tasks that are looked at for them. */
const MAX_NOTES = 500;

/** Says beside the rows what holds back the tasks that are ready: for people, never read by the scheduler. */
export class HoldNotes {
  readonly #store: Pick<SchedulerStore, "saveNotes">;
  readonly #noted = new Map<string, string>();

  constructor(store: Pick<SchedulerStore, "saveNotes">) {
    this.#store = store;
  }

  /** Writes the notes that changed. What starts loses its note with the start. */
  async save(
    boards: Iterable<RunBoard>,
    explain: (board: RunBoard, position: number) => readonly Reason[],
  ): Promise<void> {
    const held = new Set<string>();
    const notes: { readonly taskInstanceId: string; readonly note: string }[] = [];
    for (const { board, position, taskInstanceId } of listReady(boards)) {
      held.add(taskInstanceId);
      const note = explain(board, position)[0]?.message;
      if (note === undefined || this.#noted.get(taskInstanceId) === note) continue;
      notes.push({ taskInstanceId, note });
    }
    for (const id of this.#noted.keys()) if (!held.has(id)) this.#noted.delete(id);
    if (notes.length === 0) return;
    await this.#store.saveNotes(notes);
    for (const { taskInstanceId, note } of notes) this.#noted.set(taskInstanceId, note);
  }
}

function* listReady(boards: Iterable<RunBoard>) {
  let count = 0;
  for (const board of boards) {
    for (const queue of board.ready.values()) {
      for (let index = 0; index < queue.length && count < MAX_NOTES; index += 1) {
        const position = queue.at(index) ?? -1;
        const taskInstance = board.instanceAt(position);
        if (taskInstance === undefined) continue;
        count += 1;
        yield { board, position, taskInstanceId: taskInstance.id };
      }
    }
  }
}
