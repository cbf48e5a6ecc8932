import type { Plan, RunMove, TaskMove } from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import type { Boards } from "./boards.ts";

/** What writing moves needs. */
export interface WriterOptions {
  readonly commit: GroupCommit;
  readonly boards: Boards;
  /** Rows turned out otherwise than they were known: read them anew. */
  readonly onStale: (dagRunIds: readonly string[]) => void;
  /** A task instance is durably queued. */
  readonly onQueued: (move: TaskMove) => void;
  /** The store found no slot for a task instance. */
  readonly onRefused: (move: TaskMove) => void;
}

/** Moves of one transaction; a large plan is written in several, what starts first. */
const MAX_MOVES = 1_000;

/**
 * Writes moves and holds what they touch on its board until they are answered, so that no plan decides it twice.
 */
export class Writer {
  readonly #options: WriterOptions;
  /** Task instances on their way to `queued`. */
  #queueing = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get queueing(): number {
    return this.#queueing;
  }

  /** Writes a plan, in as many transactions as its size asks for. */
  async writePlan({ tasks, runs, starts }: Plan): Promise<void> {
    // All is held before the first part is written: the next plan must not see half of this one.
    for (const { taskInstance } of tasks) this.#hold(taskInstance.id);
    for (const { board, position } of starts) board.hold(position, "start");
    // One part after the other: what the first part starts must not queue behind the last.
    await this.write(tasks.slice(0, MAX_MOVES), runs);
    for (let from = MAX_MOVES; from < tasks.length; from += MAX_MOVES) {
      await this.write(tasks.slice(from, from + MAX_MOVES));
    }
  }

  /** Writes moves in one transaction. Answers for each task's move whether it was applied. */
  async write(
    tasks: readonly TaskMove[],
    runs: readonly RunMove[] = [],
  ): Promise<readonly boolean[]> {
    const { boards, commit } = this.#options;
    const queueing = tasks.filter(({ transition }) => transition.to === "queued").length;
    this.#queueing += queueing;
    for (const { taskInstance } of tasks) this.#hold(taskInstance.id);
    for (const { run } of runs) boards.holdRun(run.id, true);
    const stale = new Set<string>();
    try {
      const answer = await commit.apply({ tasks, runs });
      for (const [index, move] of tasks.entries()) this.#hear(move, answer.tasks[index], stale);
      for (const [index, { run }] of runs.entries()) {
        if (answer.runs[index] !== true) stale.add(run.id);
      }
      return answer.tasks;
    } catch (error) {
      for (const { taskInstance } of tasks) stale.add(taskInstance.dagRunId);
      for (const { run } of runs) stale.add(run.id);
      throw error;
    } finally {
      this.#queueing -= queueing;
      for (const { taskInstance } of tasks) this.#release(taskInstance.id);
      for (const { run } of runs) boards.holdRun(run.id, false);
      this.#options.onStale([...stale]);
    }
  }

  #hear(move: TaskMove, isApplied: boolean | undefined, stale: Set<string>): void {
    if (isApplied !== true) stale.add(move.taskInstance.dagRunId);
    if (move.transition.to !== "queued") return;
    if (isApplied === true) this.#options.onQueued(move);
    else this.#options.onRefused(move);
  }

  #hold(taskInstanceId: string): void {
    const located = this.#options.boards.locate(taskInstanceId);
    if (located === undefined || located.board.isHeld(located.position)) return;
    located.board.hold(located.position, "move");
    this.#options.boards.touch(located.board);
  }

  #release(taskInstanceId: string): void {
    const located = this.#options.boards.locate(taskInstanceId);
    if (located === undefined) return;
    located.board.release(located.position);
    this.#options.boards.touch(located.board);
  }
}
