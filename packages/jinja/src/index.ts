export { createEnvironment, type Environment } from "./environment.ts";
export type { CompileOptions, EnvironmentOptions, Filter, Test } from "./environment-options.ts";
export type { TemplateErrorKind, TemplateFrame } from "./errors.ts";
export { MacroReturn, PyError, TemplateError } from "./errors.ts";
export { dumpJson, type JsonStyle } from "./format/json.ts";
export { type ModuleOptions, pythonModules } from "./modules/python-modules.ts";
export type { RegexGuard } from "./modules/re-guard.ts";
export { bindArguments } from "./runtime/arguments.ts";
export { callValue } from "./runtime/attributes.ts";
export { Budget, checkItemCount, DEFAULT_LIMITS, type Limits } from "./runtime/budget.ts";
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
  TracedText,
} from "./template.ts";
export { isEqual } from "./values/compare.ts";
export { type JsonValue, toJs, toPython } from "./values/convert.ts";
export { isTruthy, iterate } from "./values/iterate.ts";
export { repr, str } from "./values/text.ts";
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
