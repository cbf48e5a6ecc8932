export {
  NODE_STATES,
  type NodeState,
  RUN_STATES,
  RUN_TYPES,
  type RunState,
  type RunType,
  TASK_STATES,
  type TaskState,
} from "@airloom/core";

/** The saved views of the Dags page. */
export const UI_DAG_SEGMENTS = ["all", "failing", "running", "waiting", "paused"] as const;
