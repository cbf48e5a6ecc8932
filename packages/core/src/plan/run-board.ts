import type { DagGraph } from "../dag-graph.ts";
import type { TaskSpec } from "../dag-spec.ts";
import { itemAt } from "../item-at.ts";
import { isTerminal, type TaskState } from "../state.ts";
import type { DagRun, TaskInstance } from "../task-instance.ts";
import type { UpstreamCounts } from "../trigger-rule.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { isOccupying, type Usage } from "./usage.ts";

/** How tasks of the run before this one stand, kept up to date by whoever lays the board: what `dependsOnPast` and `waitForDownstream` look at. */
export interface PastRun {
  readonly dagRunId: string;
  readonly states: ReadonlyMap<string, TaskState>;
}

/** What a board is laid out from. */
export interface BoardOptions {
  readonly run: DagRun;
  readonly graph: DagGraph;
  readonly isPaused: boolean;
  readonly taskInstances: readonly TaskInstance[];
  readonly usage: Usage;
  /** null: there is no earlier run, or no task looks at one. */
  readonly past: PastRun | null;
  /** For each branching task that has chosen, the direct downstream task ids it did not choose. */
  readonly skips: ReadonlyMap<string, readonly string[]>;
}

interface MutableCounts {
  upstream: number;
  success: number;
  skipped: number;
  failed: number;
  upstreamFailed: number;
  removed: number;
}

const COUNTED: Readonly<Partial<Record<TaskState, keyof MutableCounts>>> = {
  success: "success",
  skipped: "skipped",
  failed: "failed",
  upstream_failed: "upstreamFailed",
  removed: "removed",
};

/**
 * One active run laid out for planning: its task instances by position, and what a plan asks of them, kept up to
 * date as they move. A move costs as much as its task has direct downstream, so that a whole run costs as much as
 * its graph has edges, not the square of its tasks.
 *
 * It is a view of rows: everything in it can be rebuilt from the store at any time.
 */
export class RunBoard {
  readonly graph: DagGraph;
  readonly ready = new Map<string, ReadyQueue>();
  /** Positions whose upstream changed since they were last judged. */
  readonly touched = new Set<number>();
  /** Positions held back by the run before this one. */
  readonly heldByPast = new Set<number>();
  /** Positions in `up_for_retry`, `up_for_reschedule` or `deferred`: time may move them. */
  readonly timed = new Set<number>();
  readonly restarting = new Set<number>();
  isPaused: boolean;
  /** True while a move of the run itself is being written. */
  isRunHeld = false;
  #run: DagRun;
  readonly past: PastRun | null;
  readonly #usage: Usage;
  readonly #skips = new Map<string, ReadonlySet<string>>();
  readonly #instances: (TaskInstance | undefined)[];
  readonly #positions = new Map<string, number>();
  readonly #counts: MutableCounts[];
  readonly #held = new Map<number, "move" | "start">();
  readonly #byState = new Map<TaskState, number>();
  readonly #taken = new Set<number>();
  /** No `timed` position is due before this; may be too early, never too late. */
  #nextDueAt = Number.POSITIVE_INFINITY;

  constructor(options: BoardOptions) {
    const { graph } = options;
    this.graph = graph;
    this.isPaused = options.isPaused;
    this.#run = options.run;
    this.past = options.past;
    this.#usage = options.usage;
    this.#instances = graph.tasks.map(() => undefined);
    this.#counts = graph.upstream.map((sources) => emptyCounts(sources.length));
    for (const [taskId, skipped] of options.skips) this.#skips.set(taskId, new Set(skipped));
    for (const taskInstance of options.taskInstances) this.#lay(taskInstance);
    for (const position of graph.tasks.keys()) this.#layMissing(position);
  }

  get run(): DagRun {
    return this.#run;
  }

  get size(): number {
    return this.#positions.size;
  }

  /** Task instances queued or running, with those on their way there. */
  get active(): number {
    return this.#taken.size;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  countState(state: TaskState): number {
    return this.#byState.get(state) ?? 0;
  }

  /** Task instances that are not in a terminal state. */
  get unfinished(): number {
    let count = 0;
    for (const [state, many] of this.#byState) count += isTerminal(state) ? 0 : many;
    return count;
  }

  get hasReady(): boolean {
    for (const queue of this.ready.values()) if (queue.length > 0) return true;
    return false;
  }

  instanceAt(position: number): TaskInstance | undefined {
    return this.#instances[position];
  }

  /** By position; undefined for a task that the run has no instance of. */
  get instances(): readonly (TaskInstance | undefined)[] {
    return this.#instances;
  }

  taskAt(position: number): TaskSpec | undefined {
    return this.graph.tasks[position];
  }

  positionOf(taskInstanceId: string): number | undefined {
    return this.#positions.get(taskInstanceId);
  }

  countsAt(position: number): UpstreamCounts {
    return itemAt(this.#counts, position);
  }

  /** True while a move of this task instance is being written. */
  isHeld(position: number): boolean {
    return this.#held.has(position);
  }

  /** Instances of a task, in this run, that are queued or running. */
  activeOfTask(position: number): number {
    return this.#taken.has(position) ? 1 : 0;
  }

  /** When time may next move a task, as far as this board knows; undefined when only events can. */
  get nextDueAt(): Date | undefined {
    return Number.isFinite(this.#nextDueAt) ? new Date(this.#nextDueAt) : undefined;
  }

  /** Positions whose time has come. */
  findDue(now: Date): readonly number[] {
    if (now.getTime() < this.#nextDueAt) return [];
    return [...this.timed].filter((position) => dueAt(this.#instances[position]) <= now.getTime());
  }

  /** Every touched position and every due one was judged; `heldByPast` are to be judged when the run before moves. */
  settle(heldByPast: readonly number[], now: Date): void {
    this.touched.clear();
    for (const position of heldByPast) this.heldByPast.add(position);
    if (now.getTime() < this.#nextDueAt) return;
    this.#nextDueAt = Number.POSITIVE_INFINITY;
    for (const position of this.timed) {
      const at = dueAt(this.#instances[position]);
      // What was due and was not moved waits for its upstream, which touches it when it changes.
      if (at > now.getTime()) this.#nextDueAt = Math.min(this.#nextDueAt, at);
    }
  }

  /** True where an upstream branch that succeeded chose another way. */
  isSkippedByBranch(position: number): boolean {
    const { taskId } = itemAt(this.graph.tasks, position);
    return itemAt(this.graph.upstream, position).some((source) => {
      const upstream = this.#instances[source];
      return (
        upstream?.state === "success" && this.#skips.get(upstream.taskId)?.has(taskId) === true
      );
    });
  }

  /** Remembers what a branching task did not choose. */
  setSkips(taskId: string, skipped: readonly string[]): void {
    this.#skips.set(taskId, new Set(skipped));
  }

  setRun(run: DagRun): void {
    this.#run = run;
  }

  /** A task of the run before this one moved: what it may hold back is judged anew. */
  touchHeldBy(taskId: string): void {
    const position = this.graph.positionOf.get(taskId);
    if (position === undefined) return;
    for (const held of [position, ...itemAt(this.graph.upstream, position)]) {
      if (this.heldByPast.delete(held)) this.touched.add(held);
    }
  }

  /** Marks a task instance as being moved; `start` also takes its slot, so that no later plan gives it away. */
  hold(position: number, kind: "move" | "start"): void {
    this.#held.set(position, kind);
    this.#place(position);
  }

  /** Ends a hold, whether its move was applied or not. */
  release(position: number): void {
    this.#held.delete(position);
    this.touched.add(position);
    this.#place(position);
  }

  /** Takes over a task instance as it is now. */
  set(taskInstance: TaskInstance): void {
    const position = this.#positions.get(taskInstance.id);
    if (position === undefined) return;
    this.#count(position, itemAt(this.#instances, position).state, -1);
    this.#instances[position] = taskInstance;
    this.#count(position, taskInstance.state, 1);
    this.touched.add(position);
    this.#place(position);
  }

  /** Takes the board away: what it used is given back. */
  clear(): void {
    this.#held.clear();
    for (const [position, task] of this.graph.tasks.entries()) {
      this.#take(position, false);
      if (this.#instances[position]?.state === "deferred") this.#usage.countDeferred(task, -1);
    }
  }

  #lay(taskInstance: TaskInstance): void {
    const position = this.graph.positionOf.get(taskInstance.taskId);
    if (position === undefined) return;
    this.#positions.set(taskInstance.id, position);
    this.#instances[position] = taskInstance;
    this.#count(position, taskInstance.state, 1);
    this.touched.add(position);
    this.#place(position);
  }

  /** A task without an instance counts as removed, so that nothing waits for it in vain. */
  #layMissing(position: number): void {
    if (this.#instances[position] !== undefined) return;
    for (const next of itemAt(this.graph.downstream, position)) {
      itemAt(this.#counts, next).removed += 1;
    }
  }

  #count(position: number, state: TaskState, by: 1 | -1): void {
    this.#byState.set(state, (this.#byState.get(state) ?? 0) + by);
    if (state === "deferred") this.#usage.countDeferred(itemAt(this.graph.tasks, position), by);
    const counted = COUNTED[state];
    for (const next of itemAt(this.graph.downstream, position)) {
      if (counted !== undefined) itemAt(this.#counts, next)[counted] += by;
      this.touched.add(next);
    }
  }

  /** Puts a position into the sets that its state and hold call for. */
  #place(position: number): void {
    const state = this.#instances[position]?.state ?? "removed";
    const hold = this.#held.get(position);
    this.#take(position, hold === "start" || isOccupying(state));
    setMember(this.timed, position, isTimed(state) && hold === undefined);
    if (this.timed.has(position)) {
      this.#nextDueAt = Math.min(this.#nextDueAt, dueAt(this.#instances[position]));
    }
    setMember(this.restarting, position, state === "restarting" && hold === undefined);
    const queue = this.#queueFor(position);
    if (state === "scheduled" && hold === undefined) queue.add(position);
    else queue.delete(position);
  }

  #queueFor(position: number): ReadyQueue {
    const { pool } = itemAt(this.graph.tasks, position);
    const known = this.ready.get(pool);
    if (known !== undefined) return known;
    const queue = new ReadyQueue(this.graph.weights);
    this.ready.set(pool, queue);
    return queue;
  }

  #take(position: number, isTaken: boolean): void {
    if (this.#taken.has(position) === isTaken) return;
    const task = itemAt(this.graph.tasks, position);
    setMember(this.#taken, position, isTaken);
    this.#usage.countActive(this.graph.spec.dagId, task, isTaken ? 1 : -1);
  }
}

function isTimed(state: TaskState): boolean {
  return state === "up_for_retry" || state === "up_for_reschedule" || state === "deferred";
}

/** When time moves this task instance on, in milliseconds. */
export function dueAt(taskInstance: TaskInstance | undefined): number {
  switch (taskInstance?.state) {
    case "up_for_retry":
    case "up_for_reschedule":
      return taskInstance.nextTryAt?.getTime() ?? 0;
    case "deferred":
      return Date.parse(taskInstance.deferral?.timeoutAt ?? "") || Number.POSITIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

function setMember(set: Set<number>, position: number, isMember: boolean): void {
  if (isMember) set.add(position);
  else set.delete(position);
}

function emptyCounts(upstream: number): MutableCounts {
  return { upstream, success: 0, skipped: 0, failed: 0, upstreamFailed: 0, removed: 0 };
}
