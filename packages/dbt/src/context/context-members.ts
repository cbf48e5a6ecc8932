import { callable, type Kwargs, PyDict, PyTuple, Undefined, type Value } from "@airloom/jinja";
import { createRelation } from "../adapter/relation.ts";
import { ResultTable } from "../adapter/result-table.ts";
import { DbtError } from "../error.ts";
import { createEnvVar } from "../project/base-scope.ts";
import { describeTarget } from "../project/target-object.ts";
import { COMPATIBLE_DBT_VERSION } from "../project/version.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { hasTemplate } from "../template/render-yaml.ts";
import { isTruthy, renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { createAdapterObject, createApiObject } from "./adapter-object.ts";
import { createConfigObject } from "./config-object.ts";
import { createExceptionsObject } from "./exceptions-object.ts";
import type { NodeContext } from "./node-context.ts";
import { recordObject } from "./record-object.ts";
import { createRef, createSource } from "./reference-functions.ts";
import { TEXT_FUNCTIONS } from "./text-functions.ts";
import { createModules, createTimestamp } from "./time-modules.ts";
import { findVar, varNames } from "./workspace.ts";

function text(value: Value | undefined): string {
  return value === undefined || value === null ? "" : renderText(value);
}

function missingVar(context: NodeContext, name: string): DbtError {
  const hint = renderHint(name, varNames(context.workspace, context.node.packageName));
  return new DbtError(
    "Compilation",
    `Required var '${name}' not found in config: Vars supplied to ${context.node.name} do not include it${hint}`,
  );
}

function createVar(context: NodeContext): Value {
  const has = (name: string): boolean =>
    findVar(context.workspace, context.node.packageName, name) !== undefined;
  const find = (name: string): Value | Promise<Value> | undefined => {
    const value = findVar(context.workspace, context.node.packageName, name);
    if (value === undefined) return undefined;
    // As in dbt, a text is rendered where it is used; texts inside lists and mappings are not.
    const isTemplate = typeof value === "string" && hasTemplate(value);
    return isTemplate ? renderTemplate(context, value) : toValue(value);
  };
  return {
    ...recordObject("var", (name) =>
      name === "has_var" ? callable(([key]) => has(text(key))) : undefined,
    ),
    call: (args: readonly Value[], kwargs: Kwargs) => {
      const [name, fallback] = bindArguments("var", ["name", "default"], args, kwargs);
      const value = find(text(name));
      if (value !== undefined) return value;
      if (fallback !== undefined) return fallback;
      if (!context.execute) return null;
      throw missingVar(context, text(name));
    },
  };
}

function loadResult(context: NodeContext, name: string): Value {
  const result = context.loadResult(name);
  if (result === undefined) return null;
  const rows = result.table.rows.map((row) => new PyTuple(row));
  return new PyDict([
    ["response", "OK"],
    ["data", rows],
    ["table", result.table],
  ]);
}

function createTarget(context: NodeContext): Value {
  return describeTarget(context.workspace.target);
}

function renderTemplate(context: NodeContext, source: string): Value | Promise<Value> {
  const { environments } = context.workspace;
  return context.execute
    ? environments.run.compile(source).renderAsync(context)
    : environments.parse.compile(source).render(context);
}

function createContextObject(context: NodeContext): Value {
  return recordObject("context", (name) =>
    name === "get"
      ? callable(([key, fallback = null]) => context.get(text(key)) ?? fallback)
      : context.get(name),
  );
}

function createFlags(context: NodeContext): Value {
  return recordObject("flags", (name) => {
    const value = context.workspace.flags[name.toUpperCase()];
    return value === undefined ? null : toValue(value);
  });
}

function log(context: NodeContext, args: readonly Value[], kwargs: Kwargs): Value {
  const [message, isInfo] = bindArguments("log", ["msg", "info"], args, kwargs);
  context.log(text(message), isInfo !== undefined && isTruthy(isInfo));
  return "";
}

/** dbt's own names, whatever macros of the project are called. */
function createBuiltins(context: NodeContext): Value {
  const find = (name: string): Value | undefined => findMember(context, name);
  const get = callable(([key, fallback = null]) => find(text(key)) ?? fallback);
  return recordObject("dict", (name) => (name === "get" ? get : find(name)));
}

type Member = (context: NodeContext) => Value | undefined;

const MEMBERS: Readonly<Record<string, Member>> = {
  ref: createRef,
  source: createSource,
  config: (context) => createConfigObject(context.node),
  var: createVar,
  env_var: (context) => createEnvVar(context.workspace.env),
  doc: (context) => callable((args) => context.node.doc(args.map(renderText)), "doc"),
  adapter: (context) =>
    createAdapterObject(
      context,
      callable((args, kwargs) => {
        const [name, namespace] = bindArguments(
          "dispatch",
          ["macro_name", "macro_namespace"],
          args,
          kwargs,
        );
        const given =
          namespace === undefined || namespace === null || namespace instanceof Undefined;
        return context.dispatch(text(name), given ? undefined : text(namespace));
      }, "dispatch"),
    ),
  api: () => createApiObject(createRelation),
  exceptions: (context) => createExceptionsObject((message) => context.workspace.warn(message)),
  target: createTarget,
  env: createTarget,
  flags: createFlags,
  execute: (context) => context.execute,
  this: (context) => context.node.relation ?? (context.execute ? undefined : null),
  model: (context) => context.node.model(),
  graph: (context) => context.node.graph(),
  database: (context) => context.node.relation?.database ?? context.target.database,
  schema: (context) => context.node.relation?.schema ?? context.target.schema,
  context: createContextObject,
  builtins: createBuiltins,
  log: (context) => callable((args, kwargs) => log(context, args, kwargs), "log"),
  print: (context) =>
    callable(([message]) => {
      const isWanted = context.execute && context.workspace.flags["PRINT"] === true;
      if (isWanted) context.log(text(message), true);
      return "";
    }, "print"),
  render: (context) => callable(([source]) => renderTemplate(context, text(source)), "render"),
  selected_resources: (context) => [...context.node.selected],
  load_result: (context) => callable(([name]) => loadResult(context, text(name)), "load_result"),
  store_result: (context) =>
    callable((args, kwargs) => {
      const [name, , table] = bindArguments(
        "store_result",
        ["name", "response", "agate_table"],
        args,
        kwargs,
      );
      const rows = table instanceof ResultTable ? table : new ResultTable([], []);
      context.storeResult(text(name), { table: rows, rowsChanged: 0 });
      return "";
    }, "store_result"),
  store_raw_result: () => callable(() => "", "store_raw_result"),
  write: () => callable(() => "", "write"),
  try_or_compiler_error: () =>
    callable((args, kwargs) => attempt(args, kwargs), "try_or_compiler_error"),
  submit_python_job: () =>
    callable(() => {
      throw new DbtError("Runtime", "Cannot run a Python model: this engine runs SQL models");
    }),
  run_started_at: (context) => createTimestamp(context.workspace.startedAt),
  invocation_id: (context) => context.workspace.invocationId,
  dbt_version: () => COMPATIBLE_DBT_VERSION,
  project_name: (context) => context.workspace.project.name,
  thread_id: () => "Thread-1 (worker)",
  modules: () => createModules(() => new Date()),
  dbt_metadata_envs: (context) =>
    new PyDict(
      Object.entries(context.workspace.env)
        .filter(([key]) => key.startsWith("DBT_ENV_CUSTOM_ENV_"))
        .map(([key, value]) => [key.slice("DBT_ENV_CUSTOM_ENV_".length), value ?? null]),
    ),
  invocation_args_dict: (context) =>
    new PyDict(
      Object.entries(context.workspace.flags).map(([key, value]) => [
        key.toLowerCase(),
        toValue(value),
      ]),
    ),
  column_name: () => undefined,
};

async function attemptCall(args: readonly Value[], kwargs: Kwargs): Promise<Value> {
  const [message, target, ...rest] = args;
  try {
    if (
      typeof target === "object" &&
      target !== null &&
      "call" in target &&
      target.call !== undefined
    ) {
      return await target.call(rest, kwargs);
    }
  } catch (error) {
    throw new DbtError("Compilation", text(message), { cause: error });
  }
  return null;
}

function attempt(args: readonly Value[], kwargs: Kwargs): Value | Promise<Value> {
  return attemptCall(args, kwargs);
}

/** One of dbt's own names in templates. */
export function findMember(context: NodeContext, name: string): Value | undefined {
  if (Object.hasOwn(MEMBERS, name)) return MEMBERS[name]?.(context);
  return Object.hasOwn(TEXT_FUNCTIONS, name) ? TEXT_FUNCTIONS[name] : undefined;
}
