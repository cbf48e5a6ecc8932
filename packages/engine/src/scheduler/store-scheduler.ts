import {
  type ExecutorEvent,
  explainTask,
  findTimeoutAt,
  isRunFinished,
  type PlanSnapshot,
  plan,
  type Reason,
  type Resumption,
  type RunBoard,
  type RunMove,
  resumeAttempt,
  type TaskInstance,
} from "@airloom/core";
import type { AppliedMoves } from "../commit/group-commit.ts";
import { isUnavailable } from "../commit/is-unavailable.ts";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import { type AttemptEnd, writeAttemptEnd } from "./attempt-ends.ts";
import { Attempts } from "./attempts.ts";
import { Boards } from "./boards.ts";
import { DagSchedule } from "./dag-schedule.ts";
import { findOtherRuns } from "./find-other-runs.ts";
import { HoldReasons } from "./hold-reasons.ts";
import { adoptAttempts, findExpired } from "./lost-attempts.ts";
import { pauseFailingDag } from "./pause-failing-dag.ts";
import { PoolLimits } from "./pool-limits.ts";
import { RunLoads } from "./run-loads.ts";
import type { Scheduler, SchedulerOptions } from "./scheduler.ts";
import { DEFAULT_SETTINGS, type SchedulerSettings } from "./scheduler-settings.ts";
import { Starter } from "./starter.ts";
import { Timers } from "./timers.ts";
import { Work } from "./work.ts";
import { Writer } from "./writer.ts";

/**
 * The scheduler: hears what happened, plans, writes, starts.
 *
 * One turn plans over all boards that changed, as late as the event loop allows, so that a burst of events costs one
 * plan.
 */
export class StoreScheduler implements Scheduler {
  readonly #options: SchedulerOptions;
  readonly #settings: SchedulerSettings;
  /** Begins every lease token of this life: a token that begins otherwise is a dead process's. */
  readonly #epoch: string;
  readonly #boards = new Boards();
  readonly #work = new Work();
  readonly #attempts: Attempts;
  readonly #loads: RunLoads;
  readonly #schedule: DagSchedule;
  readonly #writer: Writer;
  readonly #starter: Starter;
  readonly #timers: Timers;
  readonly #rim: RetryRim;
  readonly #pools: PoolLimits;
  readonly #holdReasons: HoldReasons;
  readonly #ends: (() => void)[] = [];
  #isTurning = false;
  #isScheduling = false;
  #isClosed = false;

  constructor(options: SchedulerOptions) {
    const { store, clock, logger, executor, commit, loadFileFor } = options;
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#epoch = options.newId();
    this.#rim = { clock, logger, isClosed: () => this.#isClosed };
    const beside = { store, rim: this.#rim, boards: this.#boards };
    this.#attempts = new Attempts({ executor, store, clock, leaseMs: this.#settings.leaseMs });
    this.#loads = new RunLoads(beside);
    this.#schedule = new DagSchedule({
      ...beside,
      clock,
      logger,
      onRun: (run) => this.wakeRun(run.id),
    });
    this.#starter = new Starter({
      ...beside,
      attempts: this.#attempts,
      loadFileFor,
      onFailure: (taskInstance, leaseToken, failure) =>
        this.#end(taskInstance.id, {
          leaseToken,
          outcome: { kind: "failed", failure, retryable: false },
          skip: [],
        }),
    });
    this.#writer = new Writer({
      commit,
      boards: this.#boards,
      onStale: (dagRunIds) => {
        this.#loads.want(dagRunIds);
        this.#wake();
      },
      onQueued: (move) => this.#do(() => this.#starter.start(move)),
      onRefused: (move) => this.#pools.markFull(move.taskInstance.pool),
    });
    this.#timers = new Timers(clock);
    this.#pools = new PoolLimits(store, this.#rim);
    this.#holdReasons = new HoldReasons(store);
  }

  /** Reads where everything stands, takes back what a dead process left, and begins to move. */
  async open(): Promise<void> {
    const { commit, executor, events, logger, clock } = this.#options;
    this.#ends.push(commit.onApplied((applied) => this.#follow(applied)));
    executor.onEvent((event) => this.#hear(event));
    await this.#pools.load();
    const boards = await this.#loads.loadAll();
    const lost = boards.flatMap((board) => adoptAttempts(board, clock.now()));
    logger.log(
      "info",
      `The scheduler takes up ${boards.length} runs; ${lost.length} moves take back what a dead process held`,
    );
    if (lost.length > 0) await this.#writer.write(lost);
    await this.#schedule.open();
    this.#ends.push(
      events.subscribe((event) => {
        if (event.kind === "dag") this.wakeDag(event.dagId);
      }),
    );
    this.#timers.every("tick", this.#settings.tickMs, () => this.#do(() => this.#tick()));
    this.#timers.every("renew", this.#settings.leaseMs / 3, () => this.#do(() => this.#renew()));
    this.#followSchedule();
    this.#wake();
  }

  wakeRun(dagRunId: string): void {
    this.#loads.want([dagRunId]);
    this.#wake();
  }

  wakeDag(dagId: string): void {
    if (this.#isClosed) return;
    this.#do(async () => {
      await this.#schedule.refresh(dagId);
      this.#loads.want(this.#boards.ofDag(dagId).map(({ run }) => run.id));
      this.#followSchedule();
      this.#wake();
    });
  }

  async resumeDeferred(
    taskInstanceId: string,
    tryNumber: number,
    resumption: Resumption,
  ): Promise<boolean> {
    const taskInstance = await this.#find(taskInstanceId);
    if (taskInstance?.state !== "deferred" || taskInstance.tryNumber !== tryNumber) return false;
    const now = this.#options.clock.now();
    const move = resumeAttempt(taskInstance, { resumption, now, actor: "triggerer" });
    const [isApplied] = await this.#writer.write([move]);
    return isApplied === true;
  }

  async explain(taskInstanceId: string): Promise<readonly Reason[]> {
    const located = this.#boards.locate(taskInstanceId);
    return located === undefined ? [] : this.#explain(located.board, located.position);
  }

  async settled(): Promise<void> {
    await this.#work.settled();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timers.close();
    for (const end of this.#ends) end();
    await this.#work.settled();
  }

  /** Runs a piece of work that nobody waits for. */
  #do(piece: () => Promise<void>): void {
    this.#work.run(piece, (error) => {
      if (this.#isClosed) return;
      // What is asked again by the next tick need not alarm anybody.
      const level = isUnavailable(error) ? "warning" : "error";
      this.#options.logger.log(level, `The scheduler stumbled: ${describe(error)}`);
    });
  }

  /** Has a turn taken once all that happens now has been heard. */
  #wake(): void {
    if (this.#isTurning || this.#isClosed) return;
    this.#isTurning = true;
    this.#work.begin();
    setImmediate(() => {
      this.#isTurning = false;
      this.#do(() => this.#turn());
      this.#work.end();
    });
  }

  async #turn(): Promise<void> {
    if (this.#isClosed) return;
    this.#do(() => this.#load());
    const now = this.#options.clock.now();
    const isKnown = ({ run }: RunBoard): boolean => !this.#loads.isLoading(run.id);
    const boards = this.#withQueued([...this.#boards.dirty]).filter(isKnown);
    this.#boards.dirty.clear();
    const decided = plan(
      { ...this.#snapshot(now), boards, ready: [...this.#boards.ready].filter(isKnown) },
      now,
    );
    for (const [board, heldByPast] of decided.judged) board.settle(heldByPast, now);
    for (const board of boards) this.#wakeFor(board, now);
    if (decided.tasks.length > 0 || decided.runs.length > 0) await this.#writer.writePlan(decided);
  }

  async #load(): Promise<void> {
    await this.#loads.load();
    if (this.#boards.dirty.size > 0) this.#wake();
  }

  #snapshot(now: Date): Omit<PlanSnapshot, "boards" | "ready"> {
    const { parallelism, prefetch, leaseMs } = this.#settings;
    const free = this.#options.executor.freeSlots + prefetch;
    return {
      usage: this.#boards.usage,
      pools: this.#pools.limits,
      fullPools: this.#pools.full,
      runningRuns: this.#boards.running,
      freeSlots: free - this.#writer.queueing - this.#starter.starting,
      parallelism,
      carried: this.#attempts.carried,
      newLeaseToken: () => `${this.#epoch}.${this.#options.newId()}`,
      leaseExpiresAt: new Date(now.getTime() + leaseMs),
    };
  }

  /** The queued runs of a Dag are judged together, so that the oldest goes first. */
  #withQueued(boards: readonly RunBoard[]): readonly RunBoard[] {
    const dagIds = new Set(
      boards.flatMap(({ run }) => (run.state === "queued" ? [run.dagId] : [])),
    );
    if (dagIds.size === 0) return boards;
    const together = new Set(boards);
    for (const board of this.#boards.all) {
      if (board.run.state === "queued" && dagIds.has(board.run.dagId)) together.add(board);
    }
    return [...together];
  }

  /** Has the board looked at again when time may move it. */
  #wakeFor(board: RunBoard, now: Date): void {
    const { run, isPaused, nextDueAt } = board;
    if (isPaused) return;
    const waitsFor = run.state === "queued" ? [run.runAfter] : [nextDueAt, findTimeoutAt(board)];
    const ahead = waitsFor.flatMap((at) => (at !== undefined && at > now ? [at.getTime()] : []));
    if (ahead.length === 0) return;
    this.#timers.atLatest("due", new Date(Math.min(...ahead)), () => {
      for (const other of this.#boards.all) this.#boards.touch(other);
      this.#wake();
    });
  }

  /** Takes over what this process wrote, whoever asked for it. */
  #follow(applied: AppliedMoves): void {
    this.#loads.follow(applied);
    this.#attempts.follow(applied);
    this.#boards.follow(applied);
    if (applied.tasks.length > 0) this.#pools.forgetFull();
    for (const move of applied.runs) this.#followRun(move);
    this.#wake();
  }

  #followRun({ run, transition }: RunMove): void {
    const board = this.#boards.find(run.id);
    if (!isRunFinished(transition.to)) {
      if (board === undefined) this.wakeRun(run.id);
      return;
    }
    // A person cleared a task while the run's end was being written: it goes on.
    if (board !== undefined && transition.actor === "scheduler" && isCleared(board)) {
      this.#do(() => this.#reopen(board));
      return;
    }
    this.#boards.drop(run.id);
    this.#schedule.release(run.dagId);
    this.#followSchedule();
    if (transition.to !== "failed" || board === undefined) return;
    const most = board.graph.spec.maxConsecutiveFailedDagRuns;
    if (most > 0) this.#do(() => pauseFailingDag(run, most, { ...this.#options, rim: this.#rim }));
  }

  /** An attempt ended. */
  #hear(event: ExecutorEvent): void {
    if (event.kind !== "finished" || this.#isClosed) return;
    this.#attempts.end(event.taskInstanceId, event.leaseToken);
    this.#do(() => this.#end(event.taskInstanceId, event));
  }

  async #end(taskInstanceId: string, end: AttemptEnd): Promise<void> {
    const { store } = this.#options;
    const options = { store, boards: this.#boards, writer: this.#writer, rim: this.#rim };
    await writeAttemptEnd(taskInstanceId, end, options);
    this.#wake();
  }

  async #reopen(board: RunBoard): Promise<void> {
    const { run } = board;
    const now = this.#options.clock.now();
    const move: RunMove = {
      run,
      transition: {
        dagRunId: run.id,
        from: run.state,
        to: "queued",
        actor: "scheduler",
        reason: "a task was cleared while the run ended",
        set: { queuedAt: now, startedAt: null, endedAt: null, clearNumber: run.clearNumber + 1 },
      },
    };
    await this.#writer.write([], [move]);
  }

  /** The slow safety net: what events should have told, found by asking. */
  async #tick(): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    await store.saveHeartbeat("scheduler", now);
    await this.#pools.load();
    const expired = await findExpired(
      { store, boards: this.#boards, attempts: this.#attempts },
      now,
    );
    if (expired.length > 0) await this.#writer.write(expired);
    this.#loads.want(await findOtherRuns(store, this.#boards));
    await this.#schedule.discover();
    this.#followSchedule();
    await this.#holdReasons.save(this.#boards.ready, (board, position) =>
      this.#explain(board, position),
    );
    this.#wake();
  }

  async #renew(): Promise<void> {
    for (const { taskInstanceId, dagRunId } of await this.#attempts.renew()) {
      this.#options.executor.abort(taskInstanceId, "its lease is gone");
      this.wakeRun(dagRunId);
    }
  }

  #followSchedule(): void {
    const { nextAt } = this.#schedule;
    if (nextAt === undefined || this.#isClosed) return;
    if (nextAt <= this.#options.clock.now()) this.#do(() => this.#createDue());
    else this.#timers.atLatest("schedule", nextAt, () => this.#do(() => this.#createDue()));
  }

  /** One at a time: what falls due meanwhile is found by the look that follows. */
  async #createDue(): Promise<void> {
    if (this.#isScheduling) return;
    this.#isScheduling = true;
    try {
      await this.#schedule.createDue();
    } finally {
      this.#isScheduling = false;
      this.#followSchedule();
    }
  }

  async #find(taskInstanceId: string): Promise<TaskInstance | undefined> {
    const located = this.#boards.locate(taskInstanceId);
    if (located !== undefined) return located.taskInstance;
    const { store } = this.#options;
    return retryWhileAway(() => store.findTaskInstanceById(taskInstanceId), this.#rim);
  }

  #explain(board: RunBoard, position: number): readonly Reason[] {
    const now = this.#options.clock.now();
    const snapshot = { ...this.#snapshot(now), allBoards: this.#boards.all };
    return explainTask(board, position, { snapshot, now });
  }
}

/** True where tasks came back to life since the run was last judged. */
function isCleared(board: RunBoard): boolean {
  return board.unfinished > 0 && board.touched.size > 0;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
