export {
  AirloomError,
  type Connection,
  type ConnectionTestResult,
  type ErrorCode,
  type JsonObject,
  type JsonValue,
  MAX_XCOM_BYTES,
  NODE_STATES,
  type NodeState,
  type Resumption,
  type RunState,
  type TaskNode,
  type TriggerRule,
  type WeightRule,
} from "@airloom/core";
export type { NodeReport, TaskClient, XComAddress } from "./client.ts";
export {
  type ConnectionField,
  type ConnectionType,
  defineConnectionType,
  findConnectionType,
  getConnectionTypes,
} from "./connection-type.ts";
export { type AttemptIdentity, getClient, getContext, type TaskContext } from "./context.ts";
export type { TaskLog } from "./log.ts";
export {
  defineOperator,
  type NoInputs,
  type Operator,
  type OperatorLink,
  type OperatorSpec,
  type Rendered,
  type RenderedFields,
  type TaskInputs,
  type Templated,
  type TemplatedFields,
} from "./operator.ts";
export { defer, TaskDeferred, TaskFailed, TaskRescheduled, TaskSkipped } from "./outcome.ts";
export { defineTrigger, type Trigger, type TriggerCall, type TriggerContext } from "./trigger.ts";
