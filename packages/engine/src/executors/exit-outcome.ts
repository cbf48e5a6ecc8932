import type { Outcome } from "@airloom/core";
import type { ChildExit } from "../runner/open-child.ts";
import type { LocalExecutorSettings } from "./local-executor.ts";

type HeapLimit = Pick<LocalExecutorSettings, "heapLimitMb">;

/** What the end of its process means for the attempt that it had under way. */
export function exitOutcome(exit: ChildExit, settings: HeapLimit): Outcome {
  if (exit.code === null && exit.signal === null) {
    return { kind: "lost", message: "its process could not be started" };
  }
  const failure = {
    kind: "killed",
    message: describeExit(exit, settings),
    place: null,
    stack: null,
  };
  return { kind: "failed", failure, retryable: true };
}

function describeExit({ code, signal, breach }: ChildExit, { heapLimitMb }: HeapLimit): string {
  if (breach !== null) {
    return `The task's process said what nobody understands, and was killed; does the task change built-in objects? ${breach}`;
  }
  if (signal === "SIGABRT" || code === 134) {
    return `The task ran out of memory or aborted its process: the heap limit is ${heapLimitMb} MB`;
  }
  if (signal === "SIGKILL") {
    return "The task's process was killed by SIGKILL: by the system for want of memory, or by somebody";
  }
  if (signal !== null) return `The task's process was ended by ${signal}`;
  return `The task ended its process with exit code ${code ?? "unknown"} before it was done`;
}
