import type { Deferral, Outcome, Resumption, TaskApi, Workload } from "@airloom/core";
import type { Dag } from "../authoring/dag.ts";
import { openAttempt } from "../runtime/attempt.ts";
import type { AttemptHost } from "../runtime/attempt-host.ts";
import { makeTriggerContext } from "../runtime/trigger-context.ts";
import { findTrigger } from "../trigger.ts";

/** An outcome after which nothing more happens to the task. */
export type FinalOutcome = Extract<Outcome, { readonly kind: "success" | "skipped" | "failed" }>;

/** How a task ended after all its tries, deferrals and reschedules. */
export interface TaskEnd {
  readonly outcome: FinalOutcome;
  readonly skip: readonly string[];
  readonly tries: number;
}

/** Runs one task until it is over: tries follow each other at once, triggers run here. */
export async function runToEnd(
  dag: Dag,
  first: Workload,
  world: { readonly api: TaskApi; readonly onLog: (text: string) => void },
): Promise<TaskEnd> {
  const abort = new AbortController();
  const host: AttemptHost = {
    api: world.api,
    signal: abort.signal,
    log: (level, text) => world.onLog(level === "info" ? text : `${level}: ${text}`),
    maskSecret: () => undefined,
    now: () => new Date(),
  };
  let workload = first;
  for (;;) {
    const { outcome, skip } = await openAttempt(dag, workload, host).run();
    const { tryNumber } = workload.taskInstance;
    if (outcome.kind === "success" || outcome.kind === "skipped") {
      return { outcome, skip, tries: tryNumber };
    }
    if (outcome.kind === "deferred") {
      const resumption = await waitHere(outcome.deferral, workload, host);
      workload = { ...workload, resumption };
    } else if (outcome.kind === "rescheduled") {
      await untilDate(outcome.nextTryAt);
    } else {
      const end = toFailed(outcome);
      if (!end.retryable || tryNumber > workload.task.retries) {
        return { outcome: end, skip, tries: tryNumber };
      }
      workload = nextTry(workload);
    }
  }
}

function toFailed(outcome: Extract<Outcome, { readonly kind: "failed" | "lost" }>): FinalOutcome & {
  readonly kind: "failed";
} {
  if (outcome.kind === "failed") return outcome;
  const failure = { kind: "lost", message: outcome.message, place: null, stack: null };
  return { kind: "failed", retryable: true, failure };
}

function nextTry(workload: Workload): Workload {
  const { taskInstance } = workload;
  return {
    ...workload,
    taskInstance: { ...taskInstance, tryNumber: taskInstance.tryNumber + 1 },
    resumption: null,
  };
}

async function waitHere(
  deferral: Deferral,
  workload: Workload,
  host: AttemptHost,
): Promise<Resumption> {
  const trigger = findTrigger(deferral.trigger);
  if (trigger === undefined) {
    return {
      kind: "error",
      message: `Cannot find trigger "${deferral.trigger}": import its module`,
    };
  }
  const context = makeTriggerContext(workload, { ...host, schedule });
  try {
    return { kind: "event", payload: await trigger.run(deferral.input, context) };
  } catch (error) {
    return { kind: "error", message: error instanceof Error ? error.message : String(error) };
  }
}

function schedule(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

function untilDate(at: Date): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at.getTime() - Date.now()));
  });
}
