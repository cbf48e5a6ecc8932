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
export type { Condition, DeclareIf, DeclareSwitch, Switch } from "./authoring/condition.ts";
export { Bundle, Dag } from "./authoring/dag.ts";
export type { DagOptions, Schedule } from "./authoring/dag-options.ts";
export { defineOperatorDefaults, type OperatorDefaults } from "./authoring/operator-defaults.ts";
export { type OperatorNaming, refuseUnknownOptions } from "./authoring/operator-options.ts";
export type { DeclareTask, Handler } from "./authoring/scope.ts";
export type { DeclareGroup, GroupOptions, TaskGroup } from "./authoring/task-group.ts";
export { TaskHandler, withArgNames } from "./authoring/task-handler.ts";
export type { DefaultArguments, TaskOptions } from "./authoring/task-options.ts";
export type { Arguments, DagNode, TaskFactory, TaskRef } from "./authoring/task-ref.ts";
export type { Wire } from "./authoring/wire.ts";
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
export { ConnectionNotFoundError, VariableNotFoundError } from "./not-found.ts";
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
export { empty } from "./operators/empty.ts";
export { type PokeResult, type SensorOptions, sensor } from "./operators/sensor.ts";
export { untilTime } from "./operators/time-trigger.ts";
export { type TriggerDagRunOptions, triggerDagRun } from "./operators/trigger-dag-run.ts";
export { type WaitOptions, waitForTime } from "./operators/wait-for-time.ts";
export { defer, TaskDeferred, TaskFailed, TaskRescheduled, TaskSkipped } from "./outcome.ts";
export type { TestedRun, TestedTask, TestOptions } from "./testing/test-run.ts";
export { defineTrigger, type Trigger, type TriggerCall, type TriggerContext } from "./trigger.ts";
