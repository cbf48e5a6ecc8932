import {
  type ActiveRun,
  applyRunMove,
  applyTaskMove,
  isRunFinished,
  type JsonValue,
  type RunBoard,
  type RunMove,
  type TaskMove,
  type TaskState,
} from "@airloom/core";
import type { AppliedMoves } from "../commit/group-commit.ts";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import { type Boards, type RunExtras, SKIP_KEY } from "./boards.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** What loading runs needs. */
export interface RunLoadOptions {
  readonly store: SchedulerStore;
  readonly boards: Boards;
  readonly rim: RetryRim;
}

/**
 * Reads runs from the store and lays out their boards.
 *
 * What this process writes while a read is under way may or may not be in what was read: such moves are kept and
 * replayed, each only where it still fits.
 */
export class RunLoads {
  readonly #options: RunLoadOptions;
  readonly #wanted = new Set<string>();
  #loading: ReadonlySet<string> = new Set();
  #tasks: TaskMove[] = [];
  #runs: RunMove[] = [];

  constructor(options: RunLoadOptions) {
    this.#options = options;
  }

  /** True while a run is about to be laid out anew. */
  isLoading(dagRunId: string): boolean {
    return this.#wanted.has(dagRunId) || this.#loading.has(dagRunId);
  }

  /** Asks for runs to be read; `load` does it. */
  want(dagRunIds: readonly string[]): void {
    for (const id of dagRunIds) this.#wanted.add(id);
  }

  /** Keeps what is written while reads are under way. */
  follow(applied: AppliedMoves): void {
    if (this.#loading.size === 0) return;
    this.#tasks.push(...applied.tasks);
    this.#runs.push(...applied.runs);
  }

  /** Reads what is wanted until nothing is. */
  async load(): Promise<void> {
    if (this.#loading.size > 0) return;
    while (this.#wanted.size > 0) {
      this.#loading = new Set(this.#wanted);
      this.#wanted.clear();
      try {
        await this.#loadOnce([...this.#loading]);
      } finally {
        this.#loading = new Set();
        this.#tasks = [];
        this.#runs = [];
      }
    }
  }

  /** Reads and lays out every active run. */
  async loadAll(): Promise<readonly RunBoard[]> {
    const { store, boards, rim } = this.#options;
    const active = await retryWhileAway(() => store.loadActiveRuns(), rim);
    const laid: RunBoard[] = [];
    for (const run of active) laid.push(boards.lay(run, await this.#loadExtras(run)));
    return laid;
  }

  async #loadOnce(ids: readonly string[]): Promise<void> {
    const { store, boards, rim } = this.#options;
    const active = await retryWhileAway(() => store.loadActiveRuns(ids), rim);
    const extras = new Map<string, RunExtras>();
    for (const run of active) extras.set(run.run.id, await this.#loadExtras(run));
    const byId = new Map(active.map((run) => [run.run.id, run]));
    for (const id of ids) {
      const run = byId.get(id);
      const beside = extras.get(id);
      if (run === undefined || beside === undefined) boards.drop(id);
      else this.#replay(boards.lay(run, this.#replayPast(beside)));
    }
  }

  async #loadExtras(active: ActiveRun): Promise<RunExtras> {
    return { past: await this.#loadPast(active), skips: await this.#loadSkips(active) };
  }

  async #loadPast(active: ActiveRun): Promise<RunExtras["past"]> {
    const { store, boards, rim } = this.#options;
    if (!boards.graphOf(active).needsPast) return null;
    const previous = await retryWhileAway(() => store.findPreviousRun(active.run.id), rim);
    if (previous === undefined) return null;
    const states = new Map<string, TaskState>(
      previous.taskInstances.map(({ taskId, state }) => [taskId, state]),
    );
    return { dagRunId: previous.run.id, states };
  }

  async #loadSkips({ spec, taskInstances }: ActiveRun): Promise<RunExtras["skips"]> {
    const { store, rim } = this.#options;
    const skips = new Map<string, readonly string[]>();
    const branching = new Set(spec.tasks.flatMap(({ branch, taskId }) => (branch ? [taskId] : [])));
    for (const { state, dagId, runId, taskId, mapIndex } of taskInstances) {
      if (state !== "success" || !branching.has(taskId)) continue;
      const key = { dagId, runId, taskId, mapIndex, key: SKIP_KEY };
      const entry = await retryWhileAway(() => store.findXCom(key), rim);
      skips.set(taskId, readSkips(entry?.value));
    }
    return skips;
  }

  #replay(board: RunBoard): void {
    for (const { taskInstance, transition } of this.#tasks) {
      const known = board.instanceAt(board.positionOf(taskInstance.id) ?? -1);
      if (known?.state !== transition.from || known.tryNumber !== transition.tryNumber) continue;
      board.set(applyTaskMove(known, transition));
    }
    for (const { run, transition } of this.#runs) {
      if (run.id !== board.run.id || board.run.state !== transition.from) continue;
      board.setRun(applyRunMove(board.run, transition));
    }
    if (isRunFinished(board.run.state)) this.#options.boards.drop(board.run.id);
    else this.#options.boards.touch(board);
  }

  #replayPast(extras: RunExtras): RunExtras {
    for (const { taskInstance, transition } of this.#tasks) {
      if (taskInstance.dagRunId !== extras.past?.dagRunId) continue;
      extras.past.states.set(taskInstance.taskId, transition.to);
    }
    return extras;
  }
}

/** What a branching task wrote about its choice; nothing for anything else. */
function readSkips(value: JsonValue | undefined): readonly string[] {
  if (typeof value !== "object" || value === null || !("skipped" in value)) return [];
  const { skipped } = value;
  if (!Array.isArray(skipped)) return [];
  return skipped.filter((taskId): taskId is string => typeof taskId === "string");
}
