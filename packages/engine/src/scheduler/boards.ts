import {
  type ActiveRun,
  applyRunMove,
  applyTaskMove,
  type BoardOptions,
  type DagGraph,
  isRunFinished,
  openGraphCache,
  type PastRun,
  RunBoard,
  type TaskInstance,
  type TaskState,
  Usage,
} from "@airloom/core";
import type { AppliedMoves } from "../commit/group-commit.ts";

/** The key under which a branching task's choice is kept, as in Airflow. */
export const SKIP_KEY = "skipmixin_key";

/** What is read beside an active run to lay out its board. */
export interface RunExtras {
  /** Its states are written to as the run before moves. */
  readonly past: (PastRun & { readonly states: Map<string, TaskState> }) | null;
  readonly skips: BoardOptions["skips"];
}

/**
 * Every active run this scheduler knows, as boards. A cache: rows are the truth, and any board can be laid out anew.
 *
 * Boards follow every applied move of the process, so that they never lag behind what this process wrote.
 */
export class Boards {
  readonly usage = new Usage();
  readonly dirty = new Set<RunBoard>();
  readonly ready = new Set<RunBoard>();
  /** How many runs of each Dag are running, with those on their way there. */
  readonly running = new Map<string, number>();
  readonly #byRun = new Map<string, RunBoard>();
  readonly #byTaskInstance = new Map<string, RunBoard>();
  /** Boards that look at a run, by that run. */
  readonly #followers = new Map<string, Map<RunBoard, Map<string, TaskState>>>();
  readonly #counted = new Set<RunBoard>();
  readonly #files = new WeakMap<RunBoard, string>();
  readonly #graphOf = openGraphCache();

  get all(): Iterable<RunBoard> {
    return this.#byRun.values();
  }

  get size(): number {
    return this.#byRun.size;
  }

  graphOf({ run, spec }: ActiveRun): DagGraph {
    return this.#graphOf(`${run.dagId} ${run.dagVersion} ${run.dagHash}`, spec);
  }

  find(dagRunId: string): RunBoard | undefined {
    return this.#byRun.get(dagRunId);
  }

  /** Path of the run's Dag file, relative to the bundle. */
  fileOf(board: RunBoard): string {
    return this.#files.get(board) ?? "";
  }

  /** A task instance with its board, where its run is active. */
  locate(
    taskInstanceId: string,
  ):
    | { readonly board: RunBoard; readonly position: number; readonly taskInstance: TaskInstance }
    | undefined {
    const board = this.#byTaskInstance.get(taskInstanceId);
    const position = board?.positionOf(taskInstanceId) ?? -1;
    const taskInstance = board?.instanceAt(position);
    if (board === undefined || taskInstance === undefined) return undefined;
    return { board, position, taskInstance };
  }

  ofDag(dagId: string): readonly RunBoard[] {
    return [...this.#byRun.values()].filter(({ run }) => run.dagId === dagId);
  }

  /** Lays out a run, in place of what was known of it. */
  lay(active: ActiveRun, extras: RunExtras): RunBoard {
    this.drop(active.run.id);
    const board = new RunBoard({
      run: active.run,
      graph: this.graphOf(active),
      isPaused: active.isPaused,
      taskInstances: active.taskInstances,
      usage: this.usage,
      past: extras.past,
      skips: extras.skips,
    });
    this.#byRun.set(active.run.id, board);
    this.#files.set(board, active.file);
    for (const { id } of active.taskInstances) this.#byTaskInstance.set(id, board);
    this.#follow(board, extras.past);
    this.touch(board);
    return board;
  }

  /** Forgets a run. */
  drop(dagRunId: string): void {
    const board = this.#byRun.get(dagRunId);
    if (board === undefined) return;
    for (const position of board.graph.tasks.keys()) {
      const taskInstance = board.instanceAt(position);
      if (taskInstance !== undefined) this.#byTaskInstance.delete(taskInstance.id);
    }
    this.#byRun.delete(dagRunId);
    this.#unfollow(board);
    this.dirty.delete(board);
    this.ready.delete(board);
    this.#countRunning(board, false);
    board.clear();
  }

  /** Has a board looked at by the next plan. */
  touch(board: RunBoard): void {
    this.dirty.add(board);
    if (board.hasReady) this.ready.add(board);
    else this.ready.delete(board);
    this.#countRunning(board, board.run.state === "running" || board.isRunHeld);
  }

  /** Marks a run as being moved, or no longer. */
  holdRun(dagRunId: string, isHeld: boolean): void {
    const board = this.#byRun.get(dagRunId);
    if (board === undefined) return;
    board.isRunHeld = isHeld;
    this.touch(board);
  }

  /** Takes over applied moves. Answers the runs that moved, known or not. */
  follow(applied: AppliedMoves): readonly string[] {
    for (const { taskInstance, transition } of applied.tasks) {
      const located = this.locate(taskInstance.id);
      const moved = applyTaskMove(located?.taskInstance ?? taskInstance, transition);
      located?.board.set(moved);
      if (located !== undefined) this.touch(located.board);
      this.#tellFollowers(moved);
    }
    for (const { run, transition } of applied.runs) {
      const board = this.#byRun.get(run.id);
      if (board === undefined) continue;
      board.setRun(applyRunMove(board.run, transition));
      this.touch(board);
      // A slot that a run gives back may be what another run of its Dag waits for.
      if (isRunFinished(transition.to))
        for (const other of this.ofDag(run.dagId)) this.touch(other);
    }
    return applied.runs.map(({ run }) => run.id);
  }

  #tellFollowers(moved: TaskInstance): void {
    for (const [board, states] of this.#followers.get(moved.dagRunId) ?? []) {
      states.set(moved.taskId, moved.state);
      board.touchHeldBy(moved.taskId);
      this.touch(board);
    }
  }

  #follow(board: RunBoard, past: RunExtras["past"]): void {
    if (past === null) return;
    const followers = this.#followers.get(past.dagRunId) ?? new Map();
    this.#followers.set(past.dagRunId, followers.set(board, past.states));
  }

  #unfollow(board: RunBoard): void {
    const past = board.past?.dagRunId ?? "";
    const followers = this.#followers.get(past);
    followers?.delete(board);
    if (followers?.size === 0) this.#followers.delete(past);
  }

  #countRunning(board: RunBoard, isRunning: boolean): void {
    if (this.#counted.has(board) === isRunning) return;
    const { dagId } = board.run;
    this.running.set(dagId, (this.running.get(dagId) ?? 0) + (isRunning ? 1 : -1));
    if (isRunning) this.#counted.add(board);
    else this.#counted.delete(board);
  }
}
