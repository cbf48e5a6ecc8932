import type { Failure, TaskInstance, TaskMove } from "@airloom/core";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import type { Attempts } from "./attempts.ts";
import type { Boards } from "./boards.ts";
import type { SchedulerOptions } from "./scheduler.ts";

/** What starting attempts needs. */
export interface StarterOptions extends Pick<SchedulerOptions, "store" | "loadFileFor"> {
  readonly boards: Boards;
  readonly attempts: Attempts;
  readonly rim: RetryRim;
  /** An attempt that cannot be handed to the executor. */
  readonly onFailure: (
    taskInstance: TaskInstance,
    leaseToken: string,
    failure: Failure,
  ) => Promise<void>;
}

/** Hands task instances that are durably queued to the executor. */
export class Starter {
  readonly #options: StarterOptions;
  #starting = 0;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Attempts that are queued but not yet with the executor. */
  get starting(): number {
    return this.#starting;
  }

  /** Starts one attempt, unless somebody moved it on meanwhile. */
  async start(move: TaskMove): Promise<void> {
    const leaseToken = move.transition.set?.leaseToken;
    if (typeof leaseToken !== "string") return;
    this.#starting += 1;
    try {
      await this.#start(move.taskInstance.id, leaseToken);
    } finally {
      this.#starting -= 1;
    }
  }

  async #start(taskInstanceId: string, leaseToken: string): Promise<void> {
    const { boards, attempts, loadFileFor, rim } = this.#options;
    const queued = this.#findQueued(taskInstanceId, leaseToken);
    if (queued === undefined) return;
    try {
      await this.#clearXComs(queued.taskInstance);
      const file = await loadFileFor(queued.board.run, boards.fileOf(queued.board));
      const still = this.#findQueued(taskInstanceId, leaseToken);
      if (still !== undefined && !rim.isClosed()) {
        attempts.start(still.board, still.taskInstance, { ...file, leaseToken });
      }
    } catch (error) {
      if (rim.isClosed()) return;
      const message = error instanceof Error ? error.message : String(error);
      const failure = { kind: "error", message, place: null, stack: null };
      await this.#options.onFailure(queued.taskInstance, leaseToken, failure);
    }
  }

  #findQueued(taskInstanceId: string, leaseToken: string) {
    const located = this.#options.boards.locate(taskInstanceId);
    const { state, leaseToken: held } = located?.taskInstance ?? {};
    return state === "queued" && held === leaseToken ? located : undefined;
  }

  /** A further attempt starts without the values of the one before; a resumed one goes on with its own. */
  async #clearXComs({ tryNumber, resumption, dagId, runId, taskId, mapIndex }: TaskInstance) {
    if (tryNumber <= 1 || resumption !== null) return;
    const { store, rim } = this.#options;
    await retryWhileAway(() => store.clearXComs({ dagId, runId, taskId, mapIndex }), rim);
  }
}
