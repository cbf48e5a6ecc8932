/** States of a task instance, in Airflow 3's words. `none` is Airflow's null. */
export const TASK_STATES = [
  "none",
  "scheduled",
  "queued",
  "running",
  "success",
  "failed",
  "restarting",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
  "skipped",
  "deferred",
  "awaiting_input",
  "removed",
] as const;

export type TaskState = (typeof TASK_STATES)[number];

/** States from which only *clear* (or a person's mark) leads away. */
export const TERMINAL_TASK_STATES = [
  "success",
  "failed",
  "upstream_failed",
  "skipped",
  "removed",
] as const satisfies readonly TaskState[];

export type TerminalTaskState = (typeof TERMINAL_TASK_STATES)[number];

const TERMINAL: ReadonlySet<TaskState> = new Set(TERMINAL_TASK_STATES);

export function isTerminal(state: TaskState): state is TerminalTaskState {
  return TERMINAL.has(state);
}

/** States that hold a pool slot. `deferred` holds one only where the pool includes deferred tasks. */
export const OCCUPYING_TASK_STATES = ["queued", "running"] as const satisfies readonly TaskState[];

export const RUN_STATES = ["queued", "running", "success", "failed"] as const;
export type RunState = (typeof RUN_STATES)[number];

export function isRunFinished(state: RunState): boolean {
  return state === "success" || state === "failed";
}

export const RUN_TYPES = [
  "manual",
  "scheduled",
  "backfill",
  "asset_triggered",
  "asset_materialization",
] as const;
export type RunType = (typeof RUN_TYPES)[number];

export const TRIGGERED_BY = [
  "cli",
  "operator",
  "rest_api",
  "ui",
  "test",
  "timetable",
  "asset",
  "backfill",
] as const;
export type TriggeredBy = (typeof TRIGGERED_BY)[number];

/** States of one dbt node inside a task instance: dbt's own result words plus where it stands before it has one. */
export const NODE_STATES = [
  "none",
  "running",
  "success",
  "error",
  "skipped",
  "pass",
  "fail",
  "warn",
  "no-op",
  "partial success",
  "runtime error",
] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** Whether dbt has done with a node: everything but the words for where it stands before it has a result. */
export function isNodeFinished(state: NodeState): boolean {
  return state !== "none" && state !== "running";
}
