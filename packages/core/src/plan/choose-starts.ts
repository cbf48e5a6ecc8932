import { itemAt } from "../item-at.ts";
import { Heap } from "./heap.ts";
import type { RunBoard } from "./run-board.ts";
import type { PlanSnapshot } from "./snapshot.ts";
import { Usage } from "./usage.ts";

/** A task that gets a slot. */
export interface Start {
  readonly board: RunBoard;
  readonly position: number;
}

/** A place in one list of waiting tasks, all of one run and one pool, heaviest first. */
interface Cursor {
  readonly board: RunBoard;
  readonly pool: string;
  readonly at: (index: number) => number | undefined;
  index: number;
  /** What it points at. */
  position: number;
}

/**
 * Gives the free slots to the heaviest waiting tasks that all limits allow.
 *
 * Every waiting task is within reach: a run or pool that is full drops out as a whole, a task that its own limits
 * hold back is stepped over, and neither takes a place from the others.
 */
export function chooseStarts(
  snapshot: PlanSnapshot,
  scheduled: ReadonlyMap<RunBoard, readonly number[]>,
): readonly Start[] {
  const budget = Math.min(snapshot.parallelism - snapshot.usage.active, snapshot.freeSlots);
  if (budget <= 0) return [];

  const taken = new Taken(snapshot);
  const cursors = new Heap<Cursor>(precedes);
  for (const cursor of openCursors(snapshot.ready, scheduled)) cursors.push(cursor);
  const starts: Start[] = [];
  while (starts.length < budget) {
    const cursor = cursors.pop();
    if (cursor === undefined) break;
    const { board, position } = cursor;
    if (taken.isFull(cursor)) continue;
    if (taken.take(board, position)) starts.push({ board, position });
    cursor.index += 1;
    const next = cursor.at(cursor.index);
    if (next !== undefined) cursors.push({ ...cursor, position: next });
  }
  return starts;
}

function* openCursors(
  ready: Iterable<RunBoard>,
  scheduled: ReadonlyMap<RunBoard, readonly number[]>,
): Iterable<Cursor> {
  for (const board of ready) {
    if (board.isPaused || board.run.state !== "running") continue;
    for (const [pool, queue] of board.ready) {
      const position = queue.at(0);
      if (position === undefined) continue;
      yield { board, pool, index: 0, position, at: (index) => queue.at(index) };
    }
  }
  for (const [board, positions] of scheduled) {
    const byPool = Map.groupBy(positions, (position) => itemAt(board.graph.tasks, position).pool);
    for (const [pool, group] of byPool) {
      const sorted = group.toSorted(
        (left, right) => weigh(board, right) - weigh(board, left) || left - right,
      );
      yield { board, pool, index: 0, position: itemAt(sorted, 0), at: (index) => sorted[index] };
    }
  }
}

/** Heavier first, then the older run, then the order of the Dag file, as in Airflow. */
function precedes(left: Cursor, right: Cursor): boolean {
  const byWeight = weigh(left.board, left.position) - weigh(right.board, right.position);
  if (byWeight !== 0) return byWeight > 0;
  const byAge = left.board.run.runAfter.getTime() - right.board.run.runAfter.getTime();
  return byAge === 0 ? left.position < right.position : byAge < 0;
}

function weigh(board: RunBoard, position: number): number {
  return itemAt(board.graph.weights, position);
}

/** What is taken already, with what this plan gives away. */
class Taken {
  readonly #snapshot: PlanSnapshot;
  readonly #own = new Usage();
  readonly #ownOfRun = new Map<RunBoard, number>();

  constructor(snapshot: PlanSnapshot) {
    this.#snapshot = snapshot;
  }

  /** True where no task of the cursor's run and pool can start. */
  isFull({ board, pool }: Cursor): boolean {
    const active = board.active + (this.#ownOfRun.get(board) ?? 0);
    return active >= board.graph.spec.maxActiveTasks || this.#freeSlots(pool) <= 0;
  }

  /** Takes the slots of one task, if its own limits allow. */
  take(board: RunBoard, position: number): boolean {
    const task = itemAt(board.graph.tasks, position);
    if (task.poolSlots > this.#freeSlots(task.pool)) return false;
    const { dagId } = board.graph.spec;
    const ofTask =
      this.#snapshot.usage.activeOfTask(dagId, task.taskId) +
      this.#own.activeOfTask(dagId, task.taskId);
    if (ofTask >= (task.maxActiveTisPerDag ?? Number.POSITIVE_INFINITY)) return false;
    if (board.activeOfTask(position) >= (task.maxActiveTisPerDagrun ?? Number.POSITIVE_INFINITY)) {
      return false;
    }
    this.#own.countActive(dagId, task, 1);
    this.#ownOfRun.set(board, (this.#ownOfRun.get(board) ?? 0) + 1);
    return true;
  }

  #freeSlots(pool: string): number {
    const limit = this.#snapshot.pools.get(pool);
    if (limit === undefined || this.#snapshot.fullPools.has(pool)) return 0;
    if (limit.slots < 0) return Number.POSITIVE_INFINITY;
    return (
      limit.slots - this.#snapshot.usage.takenSlots(pool, limit) - this.#own.takenSlots(pool, limit)
    );
  }
}
