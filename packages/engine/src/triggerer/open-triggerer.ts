import { randomInt } from "node:crypto";
import {
  applyTaskMove,
  type Clock,
  type LiveEvents,
  type Logger,
  type LogStore,
  type Resumption,
  type SecretMask,
  type Store,
  type TaskApi,
  type TaskInstance,
  type TaskMove,
} from "@airloom/core";
import type { GroupCommit } from "../commit/group-commit.ts";
import { type AttemptLog, logKeyOf, openAttemptLog } from "../logs/attempt-log.ts";
import { AttemptMasks } from "../logs/attempt-masks.ts";
import { answerCall } from "../runner/answer-call.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { type Child, openChild } from "../runner/open-child.ts";
import { programUrl } from "../runner/program-url.ts";
import { openReaper } from "../runner/reaper.ts";
import { findWaitId, readTriggererMessage } from "./read-triggerer-message.ts";
import type { TriggererMessage, TriggererRequest } from "./triggerer-protocol.ts";

/** What `openTriggerer` needs. */
export interface TriggererOptions {
  readonly modules: ModuleSettings;
  readonly store: Pick<Store, "loadDeferred" | "findRun">;
  /** Hears of attempts that defer and of waits that end. */
  readonly commit: Pick<GroupCommit, "onApplied">;
  readonly taskApi: TaskApi;
  readonly logs: LogStore;
  /** What attempts must not show, shared with the executor that they come from and go back to. @default its own */
  readonly masks?: AttemptMasks;
  readonly events: LiveEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Modules, as absolute paths or URLs, that define triggers; a trigger none of them has is looked for in the attempt's Dag file. */
  readonly triggerModules: readonly string[];
  /** Absolute path of the Dag file of an attempt. */
  readonly findFile: (taskInstance: TaskInstance) => Promise<string | undefined>;
  /** Told when a trigger fired, failed or timed out: `scheduler.resumeDeferred`. */
  readonly resume: (
    taskInstanceId: string,
    tryNumber: number,
    resumption: Resumption,
  ) => Promise<boolean>;
  /** How long one trigger may keep all others waiting before its attempt fails. @default 30_000 */
  readonly blockedMs?: number;
}

/** The process in which deferred tasks wait. */
export interface Triggerer {
  /** Process id; another one after it was restarted. */
  readonly pid: number;
  /** Number of waits under way. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** Starts the triggerer with every wait the store knows, and keeps it running. */
export async function openTriggerer(options: TriggererOptions): Promise<Triggerer> {
  const triggerer = new TriggererHandle(options);
  for (const taskInstance of await options.store.loadDeferred()) triggerer.add(taskInstance);
  return triggerer;
}

/** One deferred attempt. */
interface Waiting {
  readonly id: number;
  readonly taskInstance: TaskInstance;
  readonly mask: SecretMask;
  readonly log: AttemptLog;
  readonly cancelTimeout: () => void;
  /** True from when it is over for the platform, while its operator still cancels. */
  isEnded: boolean;
}

const HEAP_LIMIT_MB = 1_024;
const MAX_BACKOFF_MS = 10_000;
const PING_MS = 1_000;
const CANCEL_MS = 10_000;
const MAX_ID = 2 ** 47;

class TriggererHandle implements Triggerer {
  readonly #options: TriggererOptions;
  readonly #reaper = openReaper();
  readonly #masks: AttemptMasks;
  readonly #byId = new Map<number, Waiting>();
  readonly #byTask = new Map<string, Waiting>();
  readonly #pinger: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #child: Child;
  #restarts = 0;
  #isClosed = false;
  #lastEntered: number | undefined;
  /** Pings are counted from when the process has started up, which may take a while on a busy machine. */
  #isReady = false;
  #pings = 0;
  #pongs = 0;

  constructor(options: TriggererOptions) {
    this.#options = options;
    this.#masks = options.masks ?? new AttemptMasks();
    this.#child = this.#startChild();
    this.#pinger = setInterval(() => this.#ping(), PING_MS);
    this.#pinger.unref();
    this.#unsubscribe = options.commit.onApplied(({ tasks }) => {
      for (const move of tasks) this.#follow(move);
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get waiting(): number {
    return this.#byTask.size;
  }

  /** Begins the wait of a deferred task instance; one that is known already goes on. */
  add(taskInstance: TaskInstance): void {
    const { deferral, id: taskInstanceId } = taskInstance;
    if (deferral === null || this.#byTask.has(taskInstanceId) || this.#isClosed) return;
    const { logs, events, clock } = this.#options;
    const mask = this.#masks.open(taskInstance);
    const waiting: Waiting = {
      // Triggers of all Dags share a process: one that reached its link must not guess the name of another's wait.
      id: randomInt(MAX_ID),
      taskInstance,
      mask,
      log: openAttemptLog(logKeyOf(taskInstance), { logs, events, mask }),
      cancelTimeout:
        deferral.timeoutAt === null
          ? () => undefined
          : clock.schedule(new Date(deferral.timeoutAt), () => this.#onTimeout(waiting)),
      isEnded: false,
    };
    this.#byId.set(waiting.id, waiting);
    this.#byTask.set(taskInstanceId, waiting);
    void this.#sendWait(waiting);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearInterval(this.#pinger);
    for (const waiting of this.#byId.values()) waiting.cancelTimeout();
    await this.#child.destroy();
    await this.#child.exited;
    await Promise.all([...this.#byId.values()].map(({ log }) => log.end()));
    this.#reaper.close();
  }

  #follow({ taskInstance, transition }: TaskMove): void {
    if (transition.to === "deferred") {
      this.add(applyTaskMove(taskInstance, transition));
      return;
    }
    if (transition.from !== "deferred") return;
    const waiting = this.#byTask.get(taskInstance.id);
    // A wait that fired has left already: whatever still waits here was ended by somebody.
    if (waiting === undefined) return;
    const isKilled = transition.to !== "scheduled";
    this.#masks.close(taskInstance);
    void this.#end(waiting, transition.reason ?? `set to ${transition.to}`, isKilled);
  }

  #startChild(): Child {
    const { modules, triggerModules } = this.#options;
    const child = openChild({
      program: programUrl("./main", import.meta.url),
      modules,
      reaper: this.#reaper,
      heapLimitMb: HEAP_LIMIT_MB,
      output: "ignore",
      onMessage: (message) => this.#read(message),
    });
    this.#child = child;
    this.#lastEntered = undefined;
    this.#isReady = false;
    this.#pings = 0;
    this.#pongs = 0;
    void child.exited.then(() => this.#restart());
    const { entry, cacheDir } = modules;
    this.#send({ kind: "start", entry, cacheDir, triggerModules });
    return child;
  }

  #restart(): void {
    if (this.#isClosed) return;
    this.#restarts += 1;
    const delayMs = Math.min(50 * 2 ** this.#restarts, MAX_BACKOFF_MS);
    this.#options.logger.log("warning", "The triggerer ended and is started again", {
      delayMs,
      waiting: this.waiting,
    });
    setTimeout(() => {
      if (this.#isClosed) return;
      this.#startChild();
      for (const waiting of this.#byId.values()) {
        if (waiting.isEnded) this.#forget(waiting);
        else void this.#sendWait(waiting);
      }
    }, delayMs).unref();
  }

  async #sendWait(waiting: Waiting): Promise<void> {
    const { taskInstance, id } = waiting;
    const { deferral, leaseToken } = taskInstance;
    const child = this.#child;
    const file = await this.#options.findFile(taskInstance).catch(() => undefined);
    // Makes the attempt known to the task API while it holds its lease, so that it can still look up what to cancel.
    await this.#options.taskApi
      .findRunState(attemptOf(taskInstance), taskInstance)
      .catch(() => undefined);
    if (deferral === null || waiting.isEnded || this.#child !== child) return;
    const { trigger, input } = deferral;
    this.#send({
      kind: "wait",
      id,
      taskInstance,
      leaseToken: leaseToken ?? "",
      trigger,
      input,
      file: file ?? null,
    });
  }

  /** A wait that speaks what nobody understands ends with it: told again, it would only say the same. */
  #read(message: unknown): void {
    try {
      this.#hear(readTriggererMessage(message));
    } catch (error) {
      const waiting = this.#byId.get(findWaitId(message) ?? -1);
      if (waiting === undefined) throw error;
      const { trigger = "unknown" } = waiting.taskInstance.deferral ?? {};
      const why = error instanceof Error ? error.message : String(error);
      const text = `Trigger "${trigger}" said what nobody understands: ${why}`;
      void this.#resume(waiting, { kind: "error", message: waiting.mask.mask(text) });
    }
  }

  #hear(message: TriggererMessage): void {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        return;
      case "pong":
        this.#pongs = message.count;
        this.#restarts = 0;
        return;
      case "entered":
        this.#lastEntered = message.id;
        return;
      case "stale":
        void this.#child.destroy();
        return;
      case "stray":
        this.#options.logger.log("error", `A trigger left an error to nobody: ${message.message}`);
        return;
      default:
        this.#hearWait(message);
    }
  }

  #hearWait(message: Extract<TriggererMessage, { readonly id: number }>): void {
    const waiting = this.#byId.get(message.id);
    if (waiting === undefined) return;
    switch (message.kind) {
      case "fired":
        void this.#resume(waiting, { kind: "event", payload: message.payload });
        return;
      case "failed":
        void this.#resume(waiting, { kind: "error", message: waiting.mask.mask(message.message) });
        return;
      case "cancelled":
        this.#forget(waiting);
        return;
      case "log":
        waiting.log.say("triggerer", message.level, message.text);
        return;
      case "mask":
        waiting.mask.add(message.value);
        return;
      case "called":
        void this.#answer(waiting, message.call);
        return;
      case "entered":
        return;
    }
  }

  async #answer(
    waiting: Waiting,
    call: Extract<TriggererMessage, { readonly kind: "called" }>["call"],
  ): Promise<void> {
    const { taskApi } = this.#options;
    const attempt = attemptOf(waiting.taskInstance);
    const answer = await answerCall(call, attempt, { taskApi, mask: waiting.mask });
    this.#send({ kind: "answered", id: waiting.id, answer });
  }

  #onTimeout(waiting: Waiting): void {
    if (waiting.isEnded) return;
    waiting.log.say("triggerer", "warning", "The wait took longer than its timeout");
    this.#send({
      kind: "end",
      id: waiting.id,
      reason: "The wait took longer than its timeout",
      killed: null,
    });
    void this.#resume(waiting, { kind: "timeout" });
  }

  /** The wait is over for itself: the task goes on. */
  async #resume(waiting: Waiting, resumption: Resumption): Promise<void> {
    if (waiting.isEnded) return;
    this.#forget(waiting);
    const { id, tryNumber } = waiting.taskInstance;
    try {
      await this.#options.resume(id, tryNumber, resumption);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.logger.log("error", `Cannot resume task instance ${id}: ${why}`);
      // Still deferred in the database: it waits again and tells again.
      this.add(waiting.taskInstance);
    }
  }

  /** Somebody ended the wait from outside. */
  async #end(waiting: Waiting, reason: string, isKilled: boolean): Promise<void> {
    waiting.isEnded = true;
    waiting.cancelTimeout();
    this.#byTask.delete(waiting.taskInstance.id);
    const { dagId, runId } = waiting.taskInstance;
    const run = isKilled
      ? await this.#options.store.findRun(dagId, runId).catch(() => undefined)
      : undefined;
    this.#send({ kind: "end", id: waiting.id, reason, killed: run === undefined ? null : { run } });
    setTimeout(() => this.#forget(waiting), CANCEL_MS).unref();
  }

  #forget(waiting: Waiting): void {
    waiting.isEnded = true;
    waiting.cancelTimeout();
    void waiting.log.end();
    this.#byId.delete(waiting.id);
    if (this.#byTask.get(waiting.taskInstance.id) === waiting) {
      this.#byTask.delete(waiting.taskInstance.id);
    }
  }

  /** A trigger that computes or blocks instead of waiting holds up all others: name it, then part with it. */
  #ping(): void {
    if (!this.#isReady) return;
    const missedMs = (this.#pings - this.#pongs) * PING_MS;
    if (missedMs >= (this.#options.blockedMs ?? 30_000)) this.#partWithBlocking();
    this.#pings += 1;
    this.#send({ kind: "ping", count: this.#pings });
  }

  #partWithBlocking(): void {
    const waiting = this.#byId.get(this.#lastEntered ?? -1);
    const trigger = waiting?.taskInstance.deferral?.trigger ?? "unknown";
    const message = `Trigger "${trigger}" blocks the triggerer: it has to await, not compute`;
    this.#options.logger.log("error", message, {
      dagId: waiting?.taskInstance.dagId ?? null,
      taskId: waiting?.taskInstance.taskId ?? null,
    });
    if (waiting !== undefined) void this.#resume(waiting, { kind: "error", message });
    void this.#child.destroy();
  }

  #send(request: TriggererRequest): void {
    this.#child.send(request);
  }
}

function attemptOf(taskInstance: TaskInstance): {
  readonly taskInstanceId: string;
  readonly tryNumber: number;
  readonly leaseToken: string;
} {
  const { id, tryNumber, leaseToken } = taskInstance;
  return { taskInstanceId: id, tryNumber, leaseToken: leaseToken ?? "" };
}
