export type { Environment } from "./environment.ts";
export type { CompileOptions, EnvironmentOptions, Filter, Test } from "./environment-options.ts";
export type { TemplateErrorKind, TemplateFrame } from "./errors.ts";
export { MacroReturn, PyError, TemplateError } from "./errors.ts";
export { Budget, DEFAULT_LIMITS, type Limits } from "./runtime/budget.ts";
export type { Evaluation } from "./runtime/evaluation.ts";
export type { Macro } from "./runtime/macro.ts";
export { findName, type Scope, scopeOf } from "./runtime/scope.ts";
export type {
  BlockDefinition,
  BlockKind,
  CallSite,
  MacroOptions,
  Parameter,
  RenderOptions,
  StaticArgument,
  Template,
  TemplateModule,
} from "./template.ts";
export {
  type Awaitable,
  type BinaryOperator,
  callable,
  type HostObject,
  isHostObject,
  type Kwargs,
  NO_KWARGS,
  PyDict,
  PyFloat,
  PySet,
  PyTuple,
  pyType,
  Undefined,
  type UndefinedBehavior,
  type Value,
} from "./values/value.ts";
