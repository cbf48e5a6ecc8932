import type { NoInputs, Operator } from "../operator.ts";
import { type DeclareIf, type DeclareSwitch, makeCondition, makeSwitch } from "./condition.ts";
import { dagError } from "./dag-error.ts";
import {
  checkNodeId,
  type Declarations,
  type DeclaredTask,
  type TaskBody,
} from "./declarations.ts";
import { fillFromDefaults } from "./fill-from-defaults.ts";
import { capturePlace } from "./place.ts";
import {
  checkTaskOptions,
  type DefaultArguments,
  type TaskOptions,
  taskDefaultsOf,
} from "./task-options.ts";
import { makeTaskRef, placeTask, type TaskFactory, type TaskRef } from "./task-ref.ts";
import type { Wire } from "./wire.ts";

/** The code of a task: gets its inputs as one object. */
export type Handler<Inputs, Output> = (inputs: Inputs) => Output | Promise<Output>;

/** `dag.task(...)`: declares a task and gives the factory that places it. */
export interface DeclareTask {
  <Output, Inputs = NoInputs>(
    taskId: string,
    body: Handler<Inputs, Output> | Operator<Inputs, Output>,
    options?: TaskOptions,
  ): TaskFactory<Inputs, Wire<Output>>;
  /** Takes the id from the function's or the operator's name. */
  <Output, Inputs = NoInputs>(
    body: Handler<Inputs, Output> | Operator<Inputs, Output>,
    options?: TaskOptions,
  ): TaskFactory<Inputs, Wire<Output>>;
}

/** Where tasks are declared: a Dag, or a group in it. */
export interface DeclarationScope {
  readonly declarations: Declarations;
  readonly groupId: string | null;
  /** In front of every id declared here. */
  readonly prefix: string;
  readonly defaultArgs: DefaultArguments;
}

/** `dag.task` of one scope. */
export function makeDeclareTask(scope: DeclarationScope): DeclareTask {
  function task<Output, Inputs>(
    first: string | Handler<Inputs, Output> | Operator<Inputs, Output>,
    second?: Handler<Inputs, Output> | Operator<Inputs, Output> | TaskOptions,
    third?: TaskOptions,
  ): TaskFactory<Inputs, Wire<Output>> {
    const [id, body, options] =
      typeof first === "string" ? [first, second, third] : [undefined, first, second];
    const declared = declareTask(scope, {
      id,
      body: toTaskBody(body, id),
      options: isPlainOptions(options) ? options : {},
    });
    return makeFactory(declared, scope.declarations);
  }
  return task;
}

/** `dag.if` of one scope. */
export function makeDeclareIf(scope: DeclarationScope): DeclareIf {
  return (run: (inputs: never) => unknown, ...rest: readonly unknown[]) =>
    makeCondition(placeCondition(scope, "if", { run, rest }), scope.declarations);
}

/** `dag.switch` of one scope. */
export function makeDeclareSwitch(scope: DeclarationScope): DeclareSwitch {
  return (run: (inputs: never) => unknown, ...rest: readonly unknown[]) =>
    makeSwitch(placeCondition(scope, "switch", { run, rest }), scope.declarations);
}

function placeCondition(
  scope: DeclarationScope,
  kind: "if" | "switch",
  call: { readonly run: (inputs: never) => unknown; readonly rest: readonly unknown[] },
): DeclaredTask {
  const [first] = call.rest;
  const id = typeof first === "string" ? first : undefined;
  const [args, options] = id === undefined ? call.rest : call.rest.slice(1);
  const task = declareTask(scope, {
    id,
    body: { kind, run: call.run },
    options: isPlainOptions(options) ? options : {},
  });
  placeTask(task, scope.declarations, isRecord(args) ? args : {});
  return task;
}

function declareTask(
  scope: DeclarationScope,
  given: {
    readonly id: string | undefined;
    readonly body: TaskBody;
    readonly options: TaskOptions;
  },
): DeclaredTask {
  const place = capturePlace();
  const written = given.options.taskId ?? given.id ?? nameOf(given.body);
  if (written === "") {
    throw dagError(
      "dag.bad_id",
      "Cannot name this task: give it an id, or use a named function",
      place,
    );
  }
  checkNodeId(written, "task", place);
  checkTaskOptions(given.options, `task "${written}"`, place);
  const task: DeclaredTask = {
    taskId: `${scope.prefix}${written}`,
    groupId: scope.groupId,
    body: withDefaults(given.body, scope.defaultArgs),
    options: { ...taskDefaultsOf(scope.defaultArgs), ...dropUndefined(given.options) },
    place,
    inputs: undefined,
    branches: { yes: null, no: null, cases: [] },
  };
  scope.declarations.addTask(task);
  return task;
}

function withDefaults(body: TaskBody, defaultArgs: DefaultArguments): TaskBody {
  return body.kind === "operator"
    ? { ...body, operator: fillFromDefaults(body.operator, defaultArgs) }
    : body;
}

function nameOf(body: TaskBody): string {
  return body.kind === "operator" ? body.operator.name : body.run.name;
}

function toTaskBody<Inputs, Output>(
  body: Handler<Inputs, Output> | Operator<Inputs, Output> | TaskOptions | undefined,
  id: string | undefined,
): TaskBody {
  if (typeof body === "function") return { kind: "handler", run: body };
  if (isOperator(body)) return { kind: "operator", operator: body };
  const message = `Cannot declare task "${id ?? ""}": expected a function or an operator, got ${typeof body}`;
  throw dagError("dag.bad_spec", message, capturePlace());
}

function isOperator<Inputs, Output>(
  body: Operator<Inputs, Output> | TaskOptions | undefined,
): body is Operator<Inputs, Output> {
  return body !== undefined && "kind" in body && body.kind === "operator";
}

function isPlainOptions(value: unknown): value is TaskOptions {
  return isRecord(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Leaves out keys whose value is undefined, so that they do not hide a default. */
export function dropUndefined<T extends object>(options: T): Partial<T> {
  const known = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Partial<T>;
}

function makeFactory<Inputs, Output>(
  task: DeclaredTask,
  declarations: Declarations,
): TaskFactory<Inputs, Output> {
  const factory = (inputs: Readonly<Record<string, unknown>> = {}): TaskRef<Output> => {
    placeTask(task, declarations, inputs);
    return makeTaskRef<Output>(task.taskId, declarations);
  };
  // The three shapes of a factory differ in what the compiler asks of the caller, not in what is done.
  return factory as TaskFactory<Inputs, Output>;
}
