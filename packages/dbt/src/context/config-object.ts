import { callable, type HostObject, type Kwargs, PyDict, type Value } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { renderText, toData, toValue } from "../template/values.ts";
import type { NodeAccess } from "./node-access.ts";
import { recordObject } from "./record-object.ts";

function valuesOf(args: readonly Value[], kwargs: Kwargs): JsonObject {
  const positional = args[0] instanceof PyDict ? [...args[0].entries()] : [];
  if (args.length > 1 || (args.length === 1 && positional.length === 0)) {
    throw new DbtError("Compilation", "config() expects keyword arguments or one dict");
  }
  return Object.fromEntries(
    [...positional, ...kwargs].map(([key, value]) => [renderText(key), toData(value)]),
  );
}

function read(node: NodeAccess, name: string, fallback: Value): Value {
  const value = node.config(name);
  if (value !== undefined && value !== null) return toValue(value);
  const meta = node.config("meta");
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return fallback;
  const inMeta = new Map(Object.entries(meta)).get(name);
  return inMeta === undefined ? fallback : toValue(inMeta);
}

function requireValue(node: NodeAccess, name: string): Value {
  const value = node.config(name);
  if (value !== undefined && value !== null) return toValue(value);
  if (!node.execute) return "";
  throw new DbtError(
    "Compilation",
    `Model '${node.uniqueId ?? node.name}' does not define a required config parameter '${name}'`,
  );
}

/** dbt's `config`: called it sets values, its methods read them. */
export function createConfigObject(node: NodeAccess): HostObject {
  const methods: Readonly<Record<string, Value>> = {
    get: callable((args, kwargs) => {
      const [name = null, fallback = null] = bindArguments(
        "get",
        ["name", "default", "validator"],
        args,
        kwargs,
      );
      if (!node.execute) return fallback ?? "";
      return read(node, renderText(name), fallback);
    }),
    require: callable(([name = null]) => requireValue(node, renderText(name))),
    set: callable(([name = null, value = null]) => {
      node.configure({ [renderText(name)]: toData(value) });
      return "";
    }),
    meta_get: callable(([name = null, fallback = null]) => {
      const meta = toValue(node.config("meta"));
      return meta instanceof PyDict ? (meta.get(name) ?? fallback) : fallback;
    }),
    persist_relation_docs: callable(() => false),
    persist_column_docs: callable(() => false),
  };
  return {
    ...recordObject("config", (name) => methods[name] ?? attribute(node, name)),
    call: (args: readonly Value[], kwargs: Kwargs) => {
      node.configure(valuesOf(args, kwargs));
      return "";
    },
  };
}

function attribute(node: NodeAccess, name: string): Value | undefined {
  const value = node.config(name);
  return value === undefined ? undefined : toValue(value);
}
