import { AsyncLocalStorage } from "node:async_hooks";
import type { JsonObject, Resumption } from "@airloom/core";
import type { TaskClient } from "./client.ts";
import type { TaskLog } from "./log.ts";

/** Which attempt this is. */
export interface AttemptIdentity {
  readonly dagId: string;
  readonly taskId: string;
  readonly runId: string;
  /** Counts from 1. */
  readonly tryNumber: number;
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number;
  /** Counts clears: tries of one chain belong together and share their task state. */
  readonly chain: number;
  /**
   * One text that names this attempt in the world: the same before a deferral and after it, another on every try and
   * after every clear.
   */
  readonly attemptKey: string;
}

/** What a running task knows about itself. */
export interface TaskContext extends AttemptIdentity {
  /** Aborted when the task is to stop: killed, cleared, timed out. */
  readonly signal: AbortSignal;
  readonly logicalDate: Date | null;
  readonly dataIntervalStart: Date | null;
  readonly dataIntervalEnd: Date | null;
  readonly runAfter: Date;
  /** The logical date as `YYYY-MM-DD` in the Dag's timezone; that of `runAfter` for a run without one. */
  readonly ds: string;
  readonly params: JsonObject;
  /** What the run was triggered with. */
  readonly conf: JsonObject;
  readonly log: TaskLog;
  readonly client: TaskClient;
  /** What woke this task after it deferred; null when it starts afresh. */
  readonly resumption: Resumption | null;
}

const storage = new AsyncLocalStorage<TaskContext>();

/** Calls `body` so that `getContext()` and `getClient()` answer inside it. */
export function runInContext<T>(context: TaskContext, body: () => T): T {
  return storage.run(context, body);
}

/** The context of the running task, from anywhere its code calls. */
export function getContext(): TaskContext {
  const context = storage.getStore();
  if (context === undefined) {
    throw new Error(
      "Cannot get the task context here: getContext() answers only while a task runs, not while the Dag file is read",
    );
  }
  return context;
}

/** The client of the running task: variables, connections, XComs, task state. */
export function getClient(): TaskClient {
  return getContext().client;
}
