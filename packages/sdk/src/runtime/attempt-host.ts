import type { AttemptKey, TaskApi, Workload } from "@airloom/core";
import type { AttemptIdentity } from "../context.ts";
import type { TaskLog } from "../log.ts";

/** How bad a line of the log is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** What a process gives to the attempt it runs. */
export interface AttemptHost {
  readonly api: TaskApi;
  readonly signal: AbortSignal;
  log(level: LogLevel, text: string): void;
  maskSecret(value: string): void;
  now(): Date;
}

/** The key with which the platform knows an attempt. */
export function attemptKeyOf(workload: Pick<Workload, "taskInstance" | "leaseToken">): AttemptKey {
  const { taskInstance, leaseToken } = workload;
  return { taskInstanceId: taskInstance.id, tryNumber: taskInstance.tryNumber, leaseToken };
}

/** How an attempt is called in its author's words. */
export function identityOf(taskInstance: Workload["taskInstance"]): AttemptIdentity {
  const { dagId, taskId, runId, tryNumber, mapIndex, chain } = taskInstance;
  const attemptKey = [dagId, runId, taskId, mapIndex, chain, tryNumber].join("/");
  return { dagId, taskId, runId, tryNumber, mapIndex, chain, attemptKey };
}

/** The log of an attempt, for its author. */
export function makeTaskLog(host: Pick<AttemptHost, "log">): TaskLog {
  return {
    debug: (text) => host.log("debug", text),
    info: (text) => host.log("info", text),
    warning: (text) => host.log("warning", text),
    error: (text) => host.log("error", text),
  };
}
