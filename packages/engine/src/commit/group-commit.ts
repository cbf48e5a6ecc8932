import {
  AirloomError,
  type Clock,
  isRunTransition,
  isTaskTransition,
  type LiveEvents,
  type Logger,
  type RunMove,
  type Store,
  type TaskMove,
} from "@airloom/core";
import { isUnavailable } from "./is-unavailable.ts";
import { describeMoves } from "./live-moves.ts";
import { writeMoves } from "./write-moves.ts";
/** Moves that one caller wants applied in one transaction. */
export interface MoveBatch {
  readonly tasks?: readonly TaskMove[];
  readonly runs?: readonly RunMove[];
}

/** For every move, in order, whether it was applied. */
export interface MoveAnswer {
  readonly tasks: readonly boolean[];
  readonly runs: readonly boolean[];
}

/** The moves of one flush that were applied, in the order in which they took effect. */
export interface AppliedMoves {
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
}

/**
 * The way to the one writer of states: collects the moves of scheduler, runner host, triggerer host and people,
 * and writes all that gathered while the previous transaction was in flight as one call of `store.transition()`.
 *
 * Contract: the moves of one `apply` commit together; `apply` resolves after they are durable and after the
 * listeners of `onApplied` have heard of them; a database that is away only delays it.
 */
export interface GroupCommit {
  apply(batch: MoveBatch): Promise<MoveAnswer>;
  /** Hears of every applied move of this process, in commit order. The returned function ends it. */
  onApplied(listener: (applied: AppliedMoves) => void): () => void;
  /** Writes what is waiting and refuses what comes later. */
  close(): Promise<void>;
}

/** What `openGroupCommit` needs. */
export interface GroupCommitOptions {
  readonly store: Pick<Store, "transition" | "loadTaskHistory" | "findRun">;
  readonly clock: Clock;
  readonly events: LiveEvents;
  readonly logger: Logger;
}

/** Opens the one queue of state changes of this process. */
export function openGroupCommit(options: GroupCommitOptions): GroupCommit {
  return new StoreCommit(options);
}

/** One caller's moves, and who to answer. */
interface Waiting {
  readonly tasks: readonly TaskMove[];
  readonly runs: readonly RunMove[];
  readonly resolve: (answer: MoveAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Most moves of one transaction; a single caller's moves are never split. */
const MAX_FLUSH = 2_000;

class StoreCommit implements GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #listeners = new Set<(applied: AppliedMoves) => void>();
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  async apply(batch: MoveBatch): Promise<MoveAnswer> {
    const { tasks = [], runs = [] } = batch;
    if (this.#isClosed) throw new AirloomError("database.unavailable", CLOSED);
    // Checked for each caller by itself, because the store refuses a whole transaction for one illegal move.
    for (const { transition } of tasks) checkTaskMove(transition);
    for (const { transition } of runs) checkRunMove(transition);
    if (tasks.length === 0 && runs.length === 0) return { tasks: [], runs: [] };

    const { promise, resolve, reject } = Promise.withResolvers<MoveAnswer>();
    this.#waiting.push({ tasks, runs, resolve, reject });
    // Begun in a microtask, so that all that one event leads to is written together.
    this.#flushing ??= Promise.resolve().then(() => this.#flush());
    return promise;
  }

  onApplied(listener: (applied: AppliedMoves) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) await this.#write(this.#take());
    this.#flushing = undefined;
  }

  #take(): readonly Waiting[] {
    let size = 0;
    const end = this.#waiting.findIndex(({ tasks, runs }) => {
      size += tasks.length + runs.length;
      return size > MAX_FLUSH;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1));
  }

  async #write(callers: readonly Waiting[]): Promise<void> {
    const tasks = callers.flatMap((caller) => caller.tasks);
    const runs = callers.flatMap((caller) => caller.runs);
    let answer: MoveAnswer;
    try {
      answer = await writeMoves(
        { tasks, runs },
        { ...this.#options, isClosed: () => this.#isClosed },
      );
    } catch (error) {
      // One caller's mistake is not the others': each is written by itself, and only the guilty one hears of it.
      if (callers.length > 1 && !isUnavailable(error)) {
        for (const caller of callers) await this.#write([caller]);
        return;
      }
      for (const caller of callers) caller.reject(error);
      return;
    }
    this.#announce({
      tasks: tasks.filter((_, index) => answer.tasks[index] === true),
      runs: runs.filter((_, index) => answer.runs[index] === true),
    });
    respond(callers, answer);
  }

  #announce(applied: AppliedMoves): void {
    if (applied.tasks.length === 0 && applied.runs.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(applied);
      } catch (error) {
        // The moves are durable already: a listener that fails must not make their callers believe otherwise.
        this.#options.logger.log("error", `A listener failed on applied moves: ${String(error)}`);
      }
    }
    for (const event of describeMoves(applied)) this.#options.events.publish(event);
  }
}

const CLOSED = "Cannot change a state: this process is closing its database";

function respond(callers: readonly Waiting[], answer: MoveAnswer): void {
  let task = 0;
  let run = 0;
  for (const { tasks, runs, resolve } of callers) {
    resolve({
      tasks: answer.tasks.slice(task, task + tasks.length),
      runs: answer.runs.slice(run, run + runs.length),
    });
    task += tasks.length;
    run += runs.length;
  }
}

function checkTaskMove({ taskInstanceId, from, to }: TaskMove["transition"]): void {
  if (!isTaskTransition(from, to)) {
    throw new Error(`Task instance ${taskInstanceId} cannot move from "${from}" to "${to}"`);
  }
}

function checkRunMove({ dagRunId, from, to }: RunMove["transition"]): void {
  if (!isRunTransition(from, to)) {
    throw new Error(`Dag run ${dagRunId} cannot move from "${from}" to "${to}"`);
  }
}
