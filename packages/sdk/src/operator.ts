import type { JsonObject, JsonValue, Resumption } from "@airloom/core";
import type { OperatorDefaults } from "./authoring/operator-defaults.ts";
import type { TaskContext } from "./context.ts";

/** Arguments of a task: each is a value that survives JSON. */
export type TaskInputs = { readonly [name: string]: JsonValue };

/** A task that takes no arguments. */
export type NoInputs = Readonly<Record<never, never>>;

/**
 * A field that may be written as a value, as a template such as `"{{ ds }}"`, or as a function of the context.
 *
 * Strings inside arrays and objects are templates too.
 */
export type Templated<T> = T | string | ((context: TaskContext) => T | Promise<T>);

/** What a `Templated<T>` is once rendered: a template gives a string, whatever it stands for. */
export type Rendered<T> = T | string;

/** The fields of an operator as its author wrote them. */
export type TemplatedFields<Fields> = { readonly [Name in keyof Fields]: Templated<Fields[Name]> };

/** The fields of an operator as `execute` gets them. */
export type RenderedFields<Fields> = { readonly [Name in keyof Fields]: Rendered<Fields[Name]> };

/** A link on the task's page whose address the task pushes as an XCom. */
export interface OperatorLink {
  readonly name: string;
  readonly xcomKey: string;
}

/** A ready-made task: a value that goes where a handler goes. Made by `defineOperator`. */
export interface Operator<Inputs = NoInputs, Output = unknown> {
  readonly kind: "operator";
  /** What people see as the kind of the task, such as `run_dbt_cloud_job`. */
  readonly name: string;
  /** True for one without user code: the scheduler completes it by itself. */
  readonly isEmpty: boolean;
  /** Rendered before `execute` and before `resume`, and shown on the task's page. */
  readonly fields: { readonly [name: string]: unknown };
  readonly links: readonly OperatorLink[];
  /** Fields that default arguments fill where the author left them out: field name → argument name. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly execute: (
    context: TaskContext,
    given: { readonly inputs: Inputs; readonly fields: JsonObject },
  ) => Output | Promise<Output>;
  /** Called instead of `execute` after a deferral, also when the wait timed out or its trigger failed. */
  readonly resume:
    | ((
        context: TaskContext,
        given: { readonly fields: JsonObject; readonly resumption: Resumption },
      ) => Output | Promise<Output>)
    | null;
  /** Called when the attempt is told to stop, also while it is deferred: cancel here what runs outside. */
  readonly onKill: ((context: TaskContext) => void | Promise<void>) | null;
}

/** What an operator's author writes. */
export interface OperatorSpec<Fields, Inputs, Output> {
  readonly name: string;
  readonly fields: TemplatedFields<Fields>;
  /** @default [] */
  readonly links?: readonly OperatorLink[];
  /** Fields that default arguments fill where the author left them out: field name → argument name. @default {} */
  readonly defaults?: { readonly [Name in keyof Fields]?: Extract<keyof OperatorDefaults, string> };
  readonly execute: (
    context: TaskContext,
    given: { readonly inputs: Inputs; readonly fields: RenderedFields<Fields> },
  ) => Output | Promise<Output>;
  /** Called instead of `execute` after a deferral. Without it, `execute` is called again with `context.resumption` set. */
  readonly resume?: (
    context: TaskContext,
    given: { readonly fields: RenderedFields<Fields>; readonly resumption: Resumption },
  ) => Output | Promise<Output>;
  /** Called when the attempt is told to stop, also while it is deferred. */
  readonly onKill?: (context: TaskContext) => void | Promise<void>;
}

/**
 * Makes an operator.
 *
 * @example
 * ```ts
 * const greet = (name: Templated<string>) =>
 *   defineOperator({
 *     name: "greet",
 *     fields: { name },
 *     execute: (context, { fields }) => context.log.info(`hello ${fields.name}`),
 *   });
 * ```
 */
export function defineOperator<Fields, Output, Inputs = NoInputs>(
  spec: OperatorSpec<Fields, Inputs, Output>,
): Operator<Inputs, Output> {
  const { resume } = spec;
  return {
    kind: "operator",
    name: spec.name,
    isEmpty: false,
    fields: spec.fields,
    links: spec.links ?? [],
    defaults: namesOf(spec.defaults ?? {}),
    execute: (context, { inputs, fields }) =>
      spec.execute(context, { inputs, fields: asRendered<Fields>(fields) }),
    resume:
      resume === undefined
        ? null
        : (context, { fields, resumption }) =>
            resume(context, { fields: asRendered<Fields>(fields), resumption }),
    onKill: spec.onKill ?? null,
  };
}

function namesOf(defaults: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(defaults).map(([field, name]) => [field, String(name)]));
}

// Rendering keeps the names and shape of the fields: the one place where that is taken on trust.
function asRendered<Fields>(fields: JsonObject): RenderedFields<Fields> {
  return fields as RenderedFields<Fields>;
}
