import type { Clock, Executor, RunBoard, TaskInstance } from "@airloom/core";
import type { AppliedMoves } from "../commit/group-commit.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** An attempt that the executor carries. */
export interface Attempt {
  readonly taskInstanceId: string;
  readonly dagRunId: string;
  readonly leaseToken: string;
}

/** What carrying attempts needs. */
export interface AttemptOptions {
  readonly executor: Executor;
  readonly store: Pick<SchedulerStore, "renewLeases">;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** The attempts the executor carries for this scheduler: their leases, and what must be stopped. */
export class Attempts {
  readonly #options: AttemptOptions;
  readonly #carried = new Map<string, Attempt>();

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  get carried(): ReadonlyMap<string, Attempt> {
    return this.#carried;
  }

  /** The same attempt, not an earlier or later one of its task instance. */
  isCarried(taskInstance: TaskInstance): boolean {
    const attempt = this.#carried.get(taskInstance.id);
    return attempt !== undefined && attempt.leaseToken === taskInstance.leaseToken;
  }

  /** Hands a queued task instance to the executor. */
  start(
    board: RunBoard,
    taskInstance: TaskInstance,
    from: { readonly file: string; readonly fileHash: string; readonly leaseToken: string },
  ): void {
    const task = board.taskAt(board.positionOf(taskInstance.id) ?? -1);
    if (task === undefined) return;
    const { leaseToken } = from;
    const { id } = taskInstance;
    this.#carried.set(id, { taskInstanceId: id, dagRunId: taskInstance.dagRunId, leaseToken });
    this.#options.executor.start({
      taskInstance,
      leaseToken,
      run: board.run,
      task,
      file: from.file,
      fileHash: from.fileHash,
      resumption: taskInstance.resumption,
    });
  }

  /** The process of an attempt has ended. */
  end(taskInstanceId: string, leaseToken: string): void {
    if (this.#carried.get(taskInstanceId)?.leaseToken !== leaseToken) return;
    this.#carried.delete(taskInstanceId);
  }

  /** Stops what somebody else moved on: a person, a clear, a timeout. */
  follow(applied: AppliedMoves): void {
    for (const { taskInstance, transition } of applied.tasks) {
      if (transition.to === "queued" || transition.to === "running") continue;
      const attempt = this.#carried.get(taskInstance.id);
      if (attempt === undefined) continue;
      const reason = transition.reason ?? `it was set to ${transition.to}`;
      this.#options.executor.abort(attempt.taskInstanceId, reason);
    }
  }

  /** Renews all leases in one statement. Answers the attempts whose lease is gone. */
  async renew(): Promise<readonly Attempt[]> {
    const held = [...this.#carried.values()];
    if (held.length === 0) return [];
    const { store, clock, leaseMs } = this.#options;
    const expiresAt = new Date(clock.now().getTime() + leaseMs);
    const renewed = new Set(await store.renewLeases(held, expiresAt));
    return held.filter(({ taskInstanceId }) => !renewed.has(taskInstanceId));
  }
}
