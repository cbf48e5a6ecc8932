import type { Clock, Executor, ExecutorEvent, Outcome, Workload } from "@airloom/core";

/** What an attempt does: how it ends, what a branch passes over, and how long it takes. */
export interface Script {
  readonly outcome: Outcome;
  readonly skip?: readonly string[];
  readonly durationMs?: number;
}

/** What a memory executor needs. */
export interface MemoryExecutorOptions {
  readonly clock: Clock;
  readonly slots: number;
  /** Confirms a start, as `TaskApi.start` does; false: do not run. */
  readonly confirmStart: (workload: Workload) => Promise<boolean>;
  /** How an attempt ends that does not wait for its start to be confirmed: its process dies, or its file cannot be read. */
  readonly endsUnstarted?: (workload: Workload) => Outcome | undefined;
  /** What the attempt does once it may run. */
  readonly script: (workload: Workload) => Script;
}

interface Process {
  readonly workload: Workload;
  cancel: () => void;
}

/** An executor whose processes are entries of a table: accepts, confirms, runs for a while, reports once. It has no line: what is accepted begins at once, also beyond its slots. */
export class MemoryExecutor implements Executor {
  /** Attempts that began to run, in order. */
  readonly effects: {
    readonly taskInstanceId: string;
    readonly tryNumber: number;
    readonly leaseToken: string;
  }[] = [];
  readonly #options: MemoryExecutorOptions;
  readonly #processes = new Map<string, Process>();
  readonly #listeners: ((event: ExecutorEvent) => void)[] = [];
  readonly #reported: ExecutorEvent[] = [];
  #isClosed = false;

  constructor(options: MemoryExecutorOptions) {
    this.#options = options;
  }

  get freeSlots(): number {
    return this.#isClosed ? 0 : Math.max(0, this.#options.slots - this.#processes.size);
  }

  /** The attempts under way. */
  get carried(): readonly Workload[] {
    return [...this.#processes.values()].map(({ workload }) => workload);
  }

  start(workload: Workload): void {
    const process: Process = { workload, cancel: () => undefined };
    this.#processes.set(workload.leaseToken, process);
    if (this.#isClosed) this.#finish(process, lost("the executor is closed"));
    else void this.#run(process);
  }

  abort(taskInstanceId: string, reason: string): void {
    for (const process of this.#processes.values()) {
      if (process.workload.taskInstance.id !== taskInstanceId) continue;
      process.cancel();
      this.#finish(process, { outcome: killed(reason) });
    }
  }

  onEvent(listener: (event: ExecutorEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Reports an end once more, as a message that was delivered twice. */
  repeat(pick: (events: readonly ExecutorEvent[]) => ExecutorEvent | undefined): void {
    const event = pick(this.#reported);
    if (event !== undefined) this.#emit(event);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const process of this.#processes.values()) {
      process.cancel();
      this.#finish(process, lost("the executor was closed"));
    }
  }

  /** All processes die at once and nobody hears of it, as with a machine that is switched off. */
  crash(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#processes.values()) cancel();
    this.#processes.clear();
  }

  async #run(process: Process): Promise<void> {
    const { workload } = process;
    const confirming = this.#options.confirmStart(workload).catch(() => false);
    const outcome = this.#options.endsUnstarted?.(workload);
    if (outcome !== undefined) {
      this.#finish(process, { outcome });
      return;
    }
    const isConfirmed = await confirming;
    if (!this.#processes.has(workload.leaseToken)) return;
    if (!isConfirmed) {
      this.#finish(process, lost("its start was not confirmed"));
      return;
    }
    const { id, tryNumber } = workload.taskInstance;
    this.effects.push({ taskInstanceId: id, tryNumber, leaseToken: workload.leaseToken });
    this.#emit({ kind: "started", taskInstanceId: id, tryNumber });
    const script = this.#options.script(workload);
    const { clock } = this.#options;
    if (script.durationMs === undefined) this.#finish(process, script);
    else {
      const end = new Date(clock.now().getTime() + script.durationMs);
      process.cancel = clock.schedule(end, () => this.#finish(process, script));
    }
  }

  #finish({ workload }: Process, { outcome, skip = [] }: Script): void {
    if (!this.#processes.delete(workload.leaseToken)) return;
    const event = {
      kind: "finished",
      taskInstanceId: workload.taskInstance.id,
      tryNumber: workload.taskInstance.tryNumber,
      leaseToken: workload.leaseToken,
      outcome,
      skip,
    } as const;
    this.#reported.push(event);
    this.#emit(event);
  }

  #emit(event: ExecutorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function lost(message: string): Script {
  return { outcome: { kind: "lost", message } };
}

function killed(reason: string): Outcome {
  const failure = { kind: "killed", message: reason, place: null, stack: null };
  return { kind: "failed", failure, retryable: true };
}
