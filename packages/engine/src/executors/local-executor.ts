import { availableParallelism } from "node:os";
import type {
  Executor,
  ExecutorEvent,
  LiveEvents,
  Logger,
  LogStore,
  Outcome,
  TaskApi,
  Workload,
} from "@airloom/core";
import { AttemptMasks } from "../logs/attempt-masks.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { openReaper } from "../runner/reaper.ts";
import { MemoryWatch } from "../runner/watch-memory.ts";
import { RunnerProcess, type RunnerSurroundings } from "./runner-process.ts";

/** The numbers a local executor goes by. */
export interface LocalExecutorSettings {
  /** Most attempts at once. @default 32 */
  readonly parallelism: number;
  /** Processes that are kept when there is nothing to do. @default 1 */
  readonly idleProcesses: number;
  /** How long an idle process above that number is kept. @default 30_000 */
  readonly idleMs: number;
  /** A process is replaced after so many attempts: rarely, because it costs as much as hundreds of them. @default 5_000 */
  readonly attemptsPerProcess: number;
  /** JavaScript heap of a process. @default 1_024 */
  readonly heapLimitMb: number;
  /** Resident memory of a process and those it starts beyond which its attempt is killed; Buffers and native code count too. @default none */
  readonly memoryLimitMb: number | null;
  /** How long `onKill` of an operator may take. @default 10_000 */
  readonly killHookMs: number;
  /** Between SIGTERM and SIGKILL. @default 5_000 */
  readonly killGraceMs: number;
}

/** What `openLocalExecutor` needs. */
export interface LocalExecutorOptions {
  readonly modules: ModuleSettings;
  readonly taskApi: TaskApi;
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly logger: Logger;
  /** What attempts must not show, shared with the triggerer in which some of them wait. @default its own */
  readonly masks?: AttemptMasks;
  readonly settings?: Partial<LocalExecutorSettings>;
}

const DEFAULTS: LocalExecutorSettings = {
  parallelism: 32,
  idleProcesses: 1,
  idleMs: 30_000,
  attemptsPerProcess: 5_000,
  heapLimitMb: 1_024,
  memoryLimitMb: null,
  killHookMs: 10_000,
  killGraceMs: 5_000,
};

/** A line that has not moved for this long is worth one more process. */
const PATIENCE_MS = 20;

/** So many processes hide the waits for the database behind each other; more only pay where attempts are long. */
const MOST_FOR_SHORT = 4 * availableParallelism();

/** Opens an executor that runs attempts in processes of this machine; the first one warms up at once. */
export function openLocalExecutor(options: LocalExecutorOptions): Executor {
  return new LocalExecutor(options);
}

interface IdleProcess {
  readonly process: RunnerProcess;
  readonly timer: NodeJS.Timeout;
}

class LocalExecutor implements Executor {
  readonly #settings: LocalExecutorSettings;
  readonly #surroundings: RunnerSurroundings;
  readonly #logger: Logger;
  readonly #listeners: ((event: ExecutorEvent) => void)[] = [];
  #queue: Workload[] = [];
  readonly #idle: IdleProcess[] = [];
  readonly #running = new Map<RunnerProcess, Workload>();
  readonly #all = new Set<RunnerProcess>();
  /** What waits again although its start is durable. */
  readonly #confirmed = new WeakSet<Workload>();
  /** Attempts whose output is still being written, and processes that are ending. */
  readonly #pending = new Set<Promise<void>>();
  #starting = 0;
  /** Attempts that have ended: tells whether the line moves. */
  #finished = 0;
  #patience: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LocalExecutorOptions) {
    const { modules, taskApi, logs, events, masks = new AttemptMasks() } = options;
    this.#settings = { ...DEFAULTS, ...options.settings };
    this.#logger = options.logger;
    const reaper = openReaper();
    const memory = new MemoryWatch();
    const settings = this.#settings;
    this.#surroundings = {
      modules,
      taskApi,
      logs,
      events,
      reaper,
      memory,
      masks,
      settings,
    };
    this.#grow();
  }

  get freeSlots(): number {
    const taken = this.#running.size + this.#queue.length;
    return this.#isClosed ? 0 : Math.max(0, this.#settings.parallelism - taken);
  }

  start(workload: Workload): void {
    if (this.#isClosed) {
      this.#report(workload, { kind: "lost", message: "the executor is closed" }, []);
      return;
    }
    this.#queue.push(workload);
    this.#dispatch();
  }

  abort(taskInstanceId: string, reason: string): void {
    const isMeant = ({ taskInstance }: Workload): boolean => taskInstance.id === taskInstanceId;
    const waiting = this.#queue.filter(isMeant);
    this.#queue = this.#queue.filter((workload) => !isMeant(workload));
    const failure = { kind: "killed", message: reason, place: null, stack: null };
    for (const workload of waiting) {
      this.#report(workload, { kind: "failed", failure, retryable: true }, []);
    }
    for (const [process, workload] of this.#running) {
      if (isMeant(workload)) void process.stop({ kind: "killed", message: reason });
    }
  }

  onEvent(listener: (event: ExecutorEvent) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#patience);
    const reason = { kind: "lost", message: "the executor was closed" } as const;
    for (const workload of this.#queue.splice(0)) this.#report(workload, reason, []);
    await Promise.all([...this.#running.keys()].map((process) => process.stop(reason)));
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all([...this.#all].map((process) => process.end()));
    await Promise.all(this.#pending);
    this.#surroundings.reaper.close();
  }

  /** Gives waiting work to idle processes, and adds processes where the line does not move. */
  #dispatch(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const [workload] = this.#queue.splice(0, 1);
      if (workload !== undefined) this.#assign(workload, this.#takeIdle(workload));
    }
    if (this.#queue.length === 0 || this.#isClosed) return;
    if (this.#all.size < availableParallelism()) this.#grow();
    this.#patience ??= this.#wait(this.#finished);
  }

  /** Adds a process when the line is long and few work on it, or when it does not move. */
  #wait(finishedBefore: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#patience = undefined;
      const isMoving = this.#finished !== finishedBefore;
      if (this.#queue.length > 0 && (this.#all.size < MOST_FOR_SHORT || !isMoving)) this.#grow();
      this.#dispatch();
    }, PATIENCE_MS);
  }

  /** Prefers the process that has imported the file, then one that has imported least. */
  #takeIdle(workload: Workload): RunnerProcess | undefined {
    const { file, fileHash } = workload;
    const matching = this.#idle.findIndex(({ process }) => process.imported.get(file) === fileHash);
    const position = matching >= 0 ? matching : this.#idle.length - 1;
    const [taken] = this.#idle.splice(position, 1);
    clearTimeout(taken?.timer);
    return taken?.process;
  }

  #grow(): void {
    if (this.#all.size >= this.#settings.parallelism) return;
    // More at once would only take the time of each other.
    if (this.#starting >= availableParallelism()) return;
    const process = new RunnerProcess(this.#surroundings);
    this.#all.add(process);
    this.#starting += 1;
    void process.exited.then(() => this.#forget(process));
    void Promise.race([process.ready, process.exited]).then(() => {
      this.#starting -= 1;
      if (process.isUsable) this.#addIdle(process);
      else if (!this.#isClosed) this.#onFailedStart();
    });
  }

  /** Work that no process can be started for must not wait for ever. */
  #onFailedStart(): void {
    this.#logger.log("error", "A task process could not be started");
    const [workload] = this.#queue.splice(0, 1);
    if (workload !== undefined) {
      this.#report(workload, { kind: "lost", message: "no process could be started for it" }, []);
    }
    this.#dispatch();
  }

  #addIdle(process: RunnerProcess): void {
    const timer = setTimeout(() => this.#trim(), this.#settings.idleMs);
    timer.unref();
    this.#idle.push({ process, timer });
    this.#dispatch();
  }

  #trim(): void {
    if (this.#idle.length <= this.#settings.idleProcesses) return;
    const [oldest] = this.#idle.splice(0, 1);
    clearTimeout(oldest?.timer);
    if (oldest !== undefined) this.#track(oldest.process.end());
  }

  #assign(workload: Workload, process: RunnerProcess | undefined): void {
    if (process?.isUsable !== true) {
      this.#queue.unshift(workload);
      return;
    }
    const { id, tryNumber } = workload.taskInstance;
    this.#running.set(process, workload);
    const onStarted = (): void => this.#emit({ kind: "started", taskInstanceId: id, tryNumber });
    const isConfirmed = this.#confirmed.has(workload);
    const run = process.run(workload, { isConfirmed, onStarted }).then((result) => {
      this.#running.delete(process);
      this.#finished += 1;
      if (result.kind === "stale") {
        if (result.isConfirmed) this.#confirmed.add(workload);
        this.#queue.unshift(workload);
        this.#grow();
      } else {
        this.#report(workload, result.outcome, result.skip);
      }
      this.#reuse(process);
      this.#dispatch();
    });
    this.#track(run);
  }

  #reuse(process: RunnerProcess): void {
    if (!process.isUsable || this.#isClosed) return;
    if (process.attempts >= this.#settings.attemptsPerProcess) this.#track(process.end());
    else this.#addIdle(process);
  }

  /** What has to be over before the executor is. */
  #track(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  #forget(process: RunnerProcess): void {
    this.#all.delete(process);
    const position = this.#idle.findIndex((idle) => idle.process === process);
    if (position < 0) return;
    clearTimeout(this.#idle[position]?.timer);
    this.#idle.splice(position, 1);
  }

  #report(workload: Workload, outcome: Outcome, skip: readonly string[]): void {
    const { id, tryNumber } = workload.taskInstance;
    const { leaseToken } = workload;
    this.#emit({ kind: "finished", taskInstanceId: id, tryNumber, leaseToken, outcome, skip });
  }

  #emit(event: ExecutorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
