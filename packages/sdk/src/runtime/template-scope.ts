import type { Connection, JsonValue } from "@airloom/core";
import {
  callable,
  type HostObject,
  type Kwargs,
  pyType,
  type Scope,
  scopeOf,
  toJs,
  toPython,
  type Value,
} from "@airloom/jinja";
import type { TaskClient } from "../client.ts";
import type { TaskContext } from "../context.ts";
import { renderTimestamp } from "./dates.ts";
import { makeMacros, objectOf, toNoDash, toTemplateDate } from "./template-dates.ts";

/** Makes the names a template may use, after loading the variables and connections that it names. */
export async function loadTemplateScope(template: string, context: TaskContext): Promise<Scope> {
  const [variables, connections] = await Promise.all([
    loadNamed(template, VARIABLE, (name) => context.client.getVariable(name)),
    loadNamed(template, CONNECTION, (name) => context.client.getConnection(name)),
  ]);
  return scopeOf({
    ...dateNames(context),
    ...runNames(context),
    var: objectOf("var", {
      value: lookup("var.value", variables, {
        convert: (text) => text,
        load: (name) => context.client.getVariable(name),
      }),
      json: lookup("var.json", variables, {
        convert: (text) => toPython(JSON.parse(text)),
        load: (name) => context.client.getVariable(name),
      }),
    }),
    conn: lookup("conn", connections, {
      convert: describeConnection,
      load: (name) => context.client.getConnection(name),
    }),
  });
}

function dateNames(context: TaskContext): Readonly<Record<string, Value>> {
  const at = context.logicalDate ?? context.runAfter;
  const optional = (date: Date | null): Value => (date === null ? null : toTemplateDate(date));
  return {
    ds: context.ds,
    ds_nodash: context.ds.replaceAll("-", ""),
    ts: renderTimestamp(at),
    ts_nodash: toNoDash(at),
    ts_nodash_with_tz: `${toNoDash(at)}+0000`,
    logical_date: optional(context.logicalDate),
    data_interval_start: optional(context.dataIntervalStart),
    data_interval_end: optional(context.dataIntervalEnd),
    macros: makeMacros(),
  };
}

function runNames(context: TaskContext): Readonly<Record<string, Value>> {
  const { dagId, taskId, runId, tryNumber, mapIndex } = context;
  const conf = toPython(context.conf);
  const instance = objectOf("task_instance", {
    dag_id: dagId,
    task_id: taskId,
    run_id: runId,
    try_number: tryNumber,
    map_index: mapIndex,
    xcom_pull: callable((args, kwargs) => pullXCom(context.client, args, kwargs), "xcom_pull"),
  });
  return {
    run_id: runId,
    dag: objectOf("dag", { dag_id: dagId }),
    task: objectOf("task", { task_id: taskId }),
    ti: instance,
    task_instance: instance,
    task_instance_key_str: `${dagId}__${taskId}__${context.ds.replaceAll("-", "")}`,
    params: toPython(context.params),
    conf,
    dag_run: objectOf("dag_run", {
      dag_id: dagId,
      run_id: runId,
      conf,
      logical_date: context.logicalDate === null ? null : toTemplateDate(context.logicalDate),
      run_after: toTemplateDate(context.runAfter),
    }),
  };
}

const VARIABLE = /\bvar\s*\.\s*(?:value|json)\s*(?:\.\s*(\w+)|\[\s*["']([^"']+)["']\s*\])/gu;
const CONNECTION = /\bconn\s*(?:\.\s*(\w+)|\[\s*["']([^"']+)["']\s*\])/gu;

/** Attributes are looked up without waiting, so what a template may name is loaded before it is rendered. */
async function loadNamed<T>(
  template: string,
  pattern: RegExp,
  load: (name: string) => Promise<T | null>,
): Promise<ReadonlyMap<string, T>> {
  const names = new Set(
    [...template.matchAll(pattern)].map(([, plain, quoted]) => plain ?? quoted ?? ""),
  );
  names.delete("get");
  const loaded = await Promise.all(
    [...names].map(async (name) => [name, await load(name)] as const),
  );
  return new Map(loaded.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** `var.value` and its kin: attributes and items that were loaded, and `get(name, default)` for all others. */
function lookup<T>(
  type: string,
  loaded: ReadonlyMap<string, T>,
  by: { readonly convert: (value: T) => Value; readonly load: (name: string) => Promise<T | null> },
): HostObject {
  const find = (name: Value): Value | undefined => {
    const value = typeof name === "string" ? loaded.get(name) : undefined;
    return value === undefined ? undefined : by.convert(value);
  };
  const get = callable(async ([name, otherwise]) => {
    const value = typeof name === "string" ? await by.load(name) : null;
    return value === null ? (otherwise ?? null) : by.convert(value);
  }, "get");
  return {
    [pyType]: type,
    getAttribute: (name) => (name === "get" ? get : find(name)),
    getItem: find,
    toText: () => `<${type}>`,
  };
}

function describeConnection(connection: Connection): Value {
  return objectOf("connection", {
    conn_id: connection.connectionId,
    conn_type: connection.connType,
    description: connection.description,
    host: connection.host,
    login: connection.login,
    password: connection.password,
    schema: connection.schema,
    port: connection.port,
    extra: connection.extra,
    extra_dejson: parseExtra(connection.extra),
  });
}

function parseExtra(extra: string | null): Value {
  try {
    return toPython(JSON.parse(extra ?? "{}"));
  } catch {
    return toPython({});
  }
}

/** `ti.xcom_pull(task_ids=…, key="return_value")`: a list of task ids gives a list of values. */
async function pullXCom(
  client: TaskClient,
  args: readonly Value[],
  kwargs: Kwargs,
): Promise<Value> {
  const asked = toJs(args[0] ?? kwargs.get("task_ids") ?? null);
  const key = toJs(kwargs.get("key") ?? "return_value");
  const pull = async (taskId: JsonValue): Promise<JsonValue> =>
    client.getXCom({
      ...(typeof taskId === "string" ? { taskId } : {}),
      ...(typeof key === "string" ? { key } : {}),
    });
  const ids: JsonValue = asked;
  return toPython(Array.isArray(ids) ? await Promise.all(ids.map(pull)) : await pull(ids));
}
