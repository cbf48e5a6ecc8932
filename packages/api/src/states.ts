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
