import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import {
  type AttemptKey,
  assertNever,
  type LiveEvents,
  type LogStore,
  type Outcome,
  type SecretMask,
  type TaskApi,
  type Workload,
} from "@airloom/core";
import { type AttemptLog, logKeyOf, openAttemptLog } from "../logs/attempt-log.ts";
import type { AttemptMasks } from "../logs/attempt-masks.ts";
import { answerCall } from "../runner/answer-call.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { type Child, type ChildExit, openChild } from "../runner/open-child.ts";
import { isGroupAlive } from "../runner/process-group.ts";
import { programUrl } from "../runner/program-url.ts";
import { type RunnerMessage, type RunnerRequest, TAKEN_AWAY } from "../runner/protocol.ts";
import { readRunnerMessage } from "../runner/read-message.ts";
import type { Reaper } from "../runner/reaper.ts";
import type { MemoryWatch } from "../runner/watch-memory.ts";
import { exitOutcome } from "./exit-outcome.ts";
import type { LocalExecutorSettings } from "./local-executor.ts";

/** What all task processes of an executor share. */
export interface RunnerSurroundings {
  readonly modules: ModuleSettings;
  readonly taskApi: TaskApi;
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly reaper: Reaper;
  readonly memory: MemoryWatch;
  readonly masks: AttemptMasks;
  readonly settings: LocalExecutorSettings;
}

interface FinishedRun {
  readonly kind: "finished";
  readonly outcome: Outcome;
  readonly skip: readonly string[];
}

/** How an attempt ended; `stale` asks for another process, and says whether the attempt's start is durable already. */
export type RunResult = FinishedRun | { readonly kind: "stale"; readonly isConfirmed: boolean };

/** What an attempt is started with. */
export interface RunOptions {
  /** Its start is durable already: another process had turned out to be stale. */
  readonly isConfirmed: boolean;
  /** Called once its start is durable. */
  readonly onStarted: () => void;
}

/** Why an attempt is stopped from outside. */
export interface StopReason {
  readonly kind: "killed" | "timeout" | "lost";
  readonly message: string;
}

/** The attempt a process has under way. */
interface Job {
  readonly workload: Workload;
  readonly attempt: AttemptKey;
  readonly mark: string;
  readonly mask: SecretMask;
  readonly log: AttemptLog;
  readonly calls: Set<Promise<void>>;
  /** Standard streams whose end of this attempt has not come yet. */
  readonly openStreams: Set<string>;
  readonly result: PromiseWithResolvers<FinishedRun | { readonly kind: "stale" }>;
  readonly streamsEnded: PromiseWithResolvers<void>;
  isConfirmed: boolean;
  stop: StopReason | undefined;
  hasHeardStop: boolean;
  readonly cancelled: PromiseWithResolvers<void>;
}

const OUTPUT_END_MS = 1_000;
const HEAR_STOP_MS = 500;

/** One task process: runs attempts one after the other, and is killed with the one that has to be killed. */
export class RunnerProcess {
  /** Files it has imported, with the hash they were asked for with. */
  readonly imported = new Map<string, string>();
  attempts = 0;
  readonly ready: Promise<void>;
  readonly exited: Promise<ChildExit>;
  readonly #child: Child;
  readonly #with: RunnerSurroundings;
  readonly #ready = Promise.withResolvers<void>();
  #job: Job | undefined;
  #isEnding = false;

  constructor(surroundings: RunnerSurroundings) {
    this.#with = surroundings;
    const { modules, reaper, settings } = surroundings;
    this.#child = openChild({
      program: programUrl("../runner/main", import.meta.url),
      modules,
      reaper,
      heapLimitMb: settings.heapLimitMb,
      output: "pipe",
      onMessage: (message) => this.#hear(readRunnerMessage(message)),
    });
    this.#send({ kind: "start", entry: modules.entry, cacheDir: modules.cacheDir });
    this.ready = this.#ready.promise;
    this.exited = this.#child.exited;
    void this.exited.then((exit) => this.#onExit(exit));
    this.#readOutput("stdout", this.#child.stdout);
    this.#readOutput("stderr", this.#child.stderr);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** False once it can take no further attempt. */
  get isUsable(): boolean {
    return !this.#isEnding;
  }

  /** Runs one attempt. Resolves when its output is written and, where it had to be killed, its group is gone. */
  async run(workload: Workload, options: RunOptions): Promise<RunResult> {
    const job = this.#openJob(workload, options);
    this.#job = job;
    this.attempts += 1;
    const starting = this.#start(job, options);
    const endTimeout = this.#watchTime(job);
    const endWatch = this.#watchMemory(job);
    const result = await job.result.promise;
    endTimeout();
    endWatch();
    await Promise.all(job.calls);
    if (this.#isEnding) await this.exited;
    else await this.#awaitStreams(job);
    // Whether it has been started must be known before another process takes it.
    if (result.kind === "stale") await starting;
    await job.log.end();
    this.#job = undefined;
    if (result.kind === "finished" && result.outcome.kind !== "deferred") {
      this.#with.masks.close(workload.taskInstance);
    }
    if (result.kind !== "stale") return result;
    // What is being stopped must not begin again in another process.
    return job.stop === undefined
      ? { kind: "stale", isConfirmed: job.isConfirmed }
      : stopped(job.stop);
  }

  /** Stops the attempt: abort signal and `onKill`, then SIGTERM to the group, then SIGKILL. */
  async stop(reason: StopReason): Promise<void> {
    const job = this.#job;
    if (job === undefined || job.stop !== undefined) return;
    job.stop = reason;
    job.log.say("scheduler", "warning", reason.message);
    this.#isEnding = true;
    if (reason.kind !== "lost") await this.#askToStop(job, reason);
    await this.#killGroup();
    job.result.resolve(stopped(reason));
  }

  /** Ends an idle process. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#child.destroy();
    await this.exited;
  }

  async #askToStop(job: Job, reason: StopReason): Promise<void> {
    const { settings } = this.#with;
    this.#send({ kind: "abort", reason: reason.message });
    const over = Promise.race([job.cancelled.promise, this.exited]);
    // A process that does not even say that it heard is stuck in its own code: nothing in it can clean up.
    await Promise.race([over, delay(HEAR_STOP_MS)]);
    if (job.hasHeardStop) await Promise.race([over, delay(settings.killHookMs)]);
  }

  async #killGroup(): Promise<void> {
    const { pid } = this.#child;
    this.#child.signal("SIGTERM");
    const end = Date.now() + this.#with.settings.killGraceMs;
    while (isGroupAlive(pid) && Date.now() < end) await delay(10);
    await this.#child.destroy();
    await this.exited;
  }

  /**
   * Makes the start durable and has the attempt run. A file that is new to the process is imported meanwhile; one that
   * it knows waits, because a message less is what counts then.
   */
  async #start(job: Job, { onStarted }: RunOptions): Promise<void> {
    const { workload, mark } = job;
    const isKnown = this.imported.get(workload.file) === workload.fileHash;
    this.imported.set(workload.file, workload.fileHash);
    const isEarly = !isKnown && !job.isConfirmed;
    if (isEarly) this.#send({ kind: "run", workload, mark, isConfirmed: false });
    if (!job.isConfirmed) {
      job.isConfirmed = await this.#confirm(job);
      // What is being stopped must not begin.
      if (this.#job !== job || job.stop !== undefined) return;
      if (job.isConfirmed) onStarted();
    }
    const { isConfirmed } = job;
    if (isEarly) this.#send({ kind: "confirm", isConfirmed });
    else if (isConfirmed) this.#send({ kind: "run", workload, mark, isConfirmed });
    else {
      // Its process never heard of it.
      job.streamsEnded.resolve();
      job.result.resolve({ kind: "finished", outcome: TAKEN_AWAY, skip: [] });
    }
  }

  async #confirm(job: Job): Promise<boolean> {
    try {
      return await this.#with.taskApi.start(job.attempt);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      job.log.say("scheduler", "error", `The start could not be confirmed: ${why}`);
      return false;
    }
  }

  #openJob(workload: Workload, { isConfirmed }: RunOptions): Job {
    const { logs, events, masks } = this.#with;
    const { taskInstance, leaseToken } = workload;
    const mask = masks.open(taskInstance);
    return {
      workload,
      attempt: { taskInstanceId: taskInstance.id, tryNumber: taskInstance.tryNumber, leaseToken },
      mark: `\0${randomBytes(18).toString("base64url")}`,
      mask,
      log: openAttemptLog(logKeyOf(taskInstance), { logs, events, mask }),
      calls: new Set(),
      openStreams: new Set(["stdout", "stderr"]),
      result: Promise.withResolvers(),
      streamsEnded: Promise.withResolvers(),
      isConfirmed,
      stop: undefined,
      hasHeardStop: false,
      cancelled: Promise.withResolvers(),
    };
  }

  #watchTime(job: Job): () => void {
    const seconds = job.workload.task.executionTimeout;
    if (seconds === null) return () => undefined;
    const message = `The attempt took longer than its executionTimeout of ${seconds} s`;
    const timer = setTimeout(() => void this.stop({ kind: "timeout", message }), seconds * 1_000);
    return () => clearTimeout(timer);
  }

  #watchMemory(job: Job): () => void {
    const limitMb = this.#with.settings.memoryLimitMb;
    if (limitMb === null) return () => undefined;
    return this.#with.memory.watch(this.pid, limitMb, (holder) => {
      const who = holder === "process" ? "process" : "process and those it started";
      const message = `The task's ${who} took more memory than the limit of ${limitMb} MB`;
      if (this.#job === job) void this.stop({ kind: "killed", message });
    });
  }

  #hear(message: RunnerMessage): void {
    if (message.kind === "ready") {
      this.#ready.resolve();
      return;
    }
    const job = this.#job;
    // What an earlier attempt left running speaks for nobody.
    if (job === undefined) return;
    switch (message.kind) {
      case "stale":
        this.#isEnding = true;
        job.result.resolve({ kind: "stale" });
        void this.#child.destroy();
        return;
      case "log":
        if (message.source === "task") job.log.say("task", message.level, message.text);
        else job.log.write(message.source, message.level, message.text);
        return;
      case "mask":
        job.mask.add(message.value);
        return;
      case "call":
        this.#answer(job, message);
        return;
      case "aborting":
        job.hasHeardStop = true;
        return;
      case "cancelled":
        job.cancelled.resolve();
        return;
      case "finished":
        this.#finish(job, message);
        return;
      default:
        assertNever(message);
    }
  }

  #finish(job: Job, message: Extract<RunnerMessage, { readonly kind: "finished" }>): void {
    // An attempt that is being stopped ends as stopped, however its code took it.
    if (job.stop !== undefined) return;
    const { outcome, skip } = message;
    if (!message.isClean) {
      this.#isEnding = true;
      void this.#awaitStreams(job).then(() => this.#child.destroy());
    }
    job.result.resolve({
      kind: "finished",
      outcome: maskOutcome(outcome, job.mask),
      skip,
    });
  }

  #answer(job: Job, call: Extract<RunnerMessage, { readonly kind: "call" }>): void {
    const { taskApi } = this.#with;
    const answered = answerCall(call, job.attempt, { taskApi, mask: job.mask }).then((answer) => {
      this.#send(answer);
      job.calls.delete(answered);
    });
    job.calls.add(answered);
  }

  #onExit(exit: ChildExit): void {
    this.#isEnding = true;
    const job = this.#job;
    if (job === undefined || job.stop !== undefined) return;
    const outcome = maskOutcome(exitOutcome(exit, this.#with.settings), job.mask);
    if (outcome.kind === "failed") job.log.say("scheduler", "error", outcome.failure.message);
    job.result.resolve({ kind: "finished", outcome, skip: [] });
    void this.#child.destroy();
  }

  #readOutput(source: "stdout" | "stderr", stream: Readable | null): void {
    if (stream === null) return;
    const level = source === "stdout" ? "info" : "error";
    stream.setEncoding("utf8");
    stream.on("error", () => undefined);
    let pending = "";
    stream.on("data", (chunk: string) => {
      const job = this.#job;
      const text = pending + chunk;
      const end = job === undefined ? -1 : text.indexOf(job.mark);
      if (job === undefined) return;
      if (end < 0) {
        // The mark may come in two pieces; it begins with a character that text does not have.
        const cut = text.lastIndexOf("\0");
        const keep = cut >= 0 && text.length - cut <= job.mark.length ? text.length - cut : 0;
        pending = keep === 0 ? "" : text.slice(-keep);
        job.log.write(source, level, keep === 0 ? text : text.slice(0, -keep));
        return;
      }
      pending = "";
      if (end > 0) job.log.write(source, level, text.slice(0, end));
      job.openStreams.delete(source);
      if (job.openStreams.size === 0) job.streamsEnded.resolve();
    });
  }

  /** What was written before the attempt ended may still be on its way. */
  async #awaitStreams(job: Job): Promise<void> {
    await Promise.race([job.streamsEnded.promise, this.exited, delay(OUTPUT_END_MS)]);
  }

  #send(request: RunnerRequest): void {
    this.#child.send(request);
  }
}

function stopped({ kind, message }: StopReason): FinishedRun {
  const failure = { kind, message, place: null, stack: null };
  const outcome: Outcome =
    kind === "lost" ? { kind, message } : { kind: "failed", failure, retryable: true };
  return { kind: "finished", outcome, skip: [] };
}

function maskOutcome(outcome: Outcome, mask: SecretMask): Outcome {
  return outcome.kind === "failed" || outcome.kind === "skipped"
    ? mask.maskShown(outcome)
    : outcome;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
