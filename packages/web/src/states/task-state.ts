import type { TaskState } from "@airloom/api";
import type { StateLook } from "./state-look.ts";

/** How each state of a task instance looks and what it is called. */
export const TASK_LOOKS = {
  none: {
    label: "not yet",
    meaning: "not yet looked at",
    shape: "dashed-ring",
    colour: "--st-none",
  },
  scheduled: {
    label: "scheduled",
    meaning: "ready, waits for a slot",
    shape: "clock",
    colour: "--st-scheduled",
  },
  queued: {
    label: "queued",
    meaning: "handed to a worker queue",
    shape: "bars",
    colour: "--st-queued",
  },
  running: { label: "running", meaning: "a worker is on it", shape: "arc", colour: "--st-running" },
  success: { label: "success", meaning: "done", shape: "disc-check", colour: "--st-success" },
  failed: {
    label: "failed",
    meaning: "no tries left",
    shape: "octagon-cross",
    colour: "--st-failed",
  },
  up_for_retry: {
    label: "up for retry",
    meaning: "waits for the next try",
    shape: "circular-arrow",
    colour: "--st-up_for_retry",
  },
  up_for_reschedule: {
    label: "up for reschedule",
    meaning: "sensor looks again later",
    shape: "calendar",
    colour: "--st-up_for_reschedule",
  },
  deferred: {
    label: "deferred",
    meaning: "the triggerer waits for it",
    shape: "crescent",
    colour: "--st-deferred",
  },
  upstream_failed: {
    label: "upstream failed",
    meaning: "something before it failed",
    shape: "diamond-arrow",
    colour: "--st-upstream_failed",
  },
  skipped: {
    label: "skipped",
    meaning: "a branch or rule left it out",
    shape: "double-chevron",
    colour: "--st-skipped",
  },
  removed: {
    label: "removed",
    meaning: "no longer in the Dag",
    shape: "struck-ring",
    colour: "--st-removed",
  },
  restarting: {
    label: "restarting",
    meaning: "cleared while running",
    shape: "two-arrows",
    colour: "--st-restarting",
  },
  awaiting_input: {
    label: "awaiting input",
    meaning: "a person must answer",
    shape: "speech",
    colour: "--st-awaiting_input",
  },
} as const satisfies Readonly<Record<TaskState, StateLook>>;

const FINISHED: Readonly<Record<TaskState, boolean>> = {
  none: false,
  scheduled: false,
  queued: false,
  running: false,
  success: true,
  failed: true,
  up_for_retry: false,
  up_for_reschedule: false,
  deferred: false,
  upstream_failed: true,
  skipped: true,
  removed: true,
  restarting: false,
  awaiting_input: false,
};

export function isTaskFinished(state: TaskState): boolean {
  return FINISHED[state];
}
