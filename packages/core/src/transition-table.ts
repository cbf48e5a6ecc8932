import type { RunState, TaskState } from "./state.ts";

/**
 * Every legal move of a task instance. `store.transition()` refuses all others, and the invariant
 * checker replays history against it.
 *
 * Terminal states lead only to `none` (clear), or to another terminal state when a person marks one.
 */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  none: ["scheduled", "success", "skipped", "upstream_failed", "failed", "removed"],
  scheduled: ["queued", "skipped", "success", "failed", "upstream_failed", "none", "removed"],
  queued: [
    "running",
    "scheduled",
    "up_for_retry",
    "none",
    "success",
    "failed",
    "skipped",
    "removed",
  ],
  running: [
    "success",
    "failed",
    "skipped",
    "up_for_retry",
    "up_for_reschedule",
    "deferred",
    "awaiting_input",
    "restarting",
    "removed",
  ],
  deferred: [
    "scheduled",
    "success",
    "failed",
    "skipped",
    "up_for_retry",
    "restarting",
    "none",
    "removed",
  ],
  awaiting_input: ["scheduled", "success", "failed", "skipped", "restarting", "none", "removed"],
  up_for_retry: ["scheduled", "none", "success", "failed", "skipped", "upstream_failed", "removed"],
  up_for_reschedule: [
    "scheduled",
    "none",
    "success",
    "failed",
    "skipped",
    "upstream_failed",
    "removed",
  ],
  restarting: ["scheduled", "none", "success", "failed", "up_for_retry", "removed"],
  success: ["none", "failed", "skipped"],
  failed: ["none", "success", "skipped"],
  upstream_failed: ["none", "success", "failed", "skipped"],
  skipped: ["none", "success", "failed"],
  removed: ["none"],
};

/** Every legal move of a dag run. Back to `queued` only by clear. */
export const RUN_TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ["running", "failed", "success"],
  running: ["success", "failed", "queued"],
  success: ["queued", "failed"],
  failed: ["queued", "success"],
};

export function isTaskTransition(from: TaskState, to: TaskState): boolean {
  return TASK_TRANSITIONS[from].includes(to);
}

export function isRunTransition(from: RunState, to: RunState): boolean {
  return RUN_TRANSITIONS[from].includes(to);
}
