import { PyError } from "../errors.ts";
import { findMethod } from "../methods/methods.ts";
import { orElse } from "../values/or-else.ts";
import { repr } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import {
  type Awaitable,
  isHostObject,
  type Kwargs,
  PyDict,
  pyType,
  Undefined,
  type Value,
} from "../values/value.ts";
import type { Evaluation } from "./evaluation.ts";
import { findItem, useUndefined } from "./item.ts";

/** `object.name`: an attribute or method, else an item, else undefined. */
export function getAttribute(evaluation: Evaluation, object: Value, name: string): Value {
  return orElse(findAttribute(object, name), () => missingAttribute(evaluation, object, name));
}

function findAttribute(object: Value, name: string): Value | undefined {
  if (object instanceof Undefined) return useUndefined(object);
  // Names that start and end with two underscores are Python's own machinery: no template needs them.
  if (name.startsWith("__")) return object instanceof PyDict ? object.get(name) : undefined;
  if (isHostObject(object)) {
    const attribute = object.getAttribute?.(name);
    return attribute === undefined ? object.getItem?.(name) : attribute;
  }
  const method = findMethod(object, name);
  if (method !== undefined) return bindMethod(object, name, method);
  return object instanceof PyDict ? object.get(name) : undefined;
}

type Method = NonNullable<ReturnType<typeof findMethod>>;

function bindMethod(object: Value, name: string, method: Method): Value {
  return {
    [pyType]: "builtin_function_or_method",
    call: (args, kwargs) => method(object, args, kwargs),
    toText: () => `<built-in method ${name} of ${typeName(object)} object>`,
  };
}

function missingAttribute(evaluation: Evaluation, object: Value, name: string): Undefined {
  const owner = object === null ? "None" : `${typeName(object)} object`;
  return evaluation.missing(
    object === null ? `'None' has no attribute '${name}'` : `'${owner}' has no attribute '${name}'`,
  );
}

/** `object[key]`: an item, else an attribute of that name, else undefined. */
export function getItem(evaluation: Evaluation, object: Value, key: Value): Value {
  const item = findItem(object, key);
  if (item !== undefined) return item;
  if (typeof key !== "string") return missingItem(evaluation, object, key);
  return orElse(findAttribute(object, key), () => missingAttribute(evaluation, object, key));
}

function missingItem(evaluation: Evaluation, object: Value, key: Value): Undefined {
  const owner = object === null ? "None" : `${typeName(object)} object`;
  return evaluation.missing(`${owner} has no element ${repr(key)}`);
}

/** `object.name(args)`, without making the bound method first. */
export function callMethod(
  evaluation: Evaluation,
  object: Value,
  name: string,
  args: readonly Value[],
  kwargs: Kwargs,
): Awaitable<Value> {
  const method =
    isHostObject(object) || name.startsWith("__") ? undefined : findMethod(object, name);
  if (method !== undefined) return method(object, args, kwargs);
  return callValue(getAttribute(evaluation, object, name), args, kwargs);
}

/** `callee(args)`. */
export function callValue(callee: Value, args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
  if (callee instanceof Undefined) return useUndefined(callee);
  if (isHostObject(callee) && callee.call !== undefined) return callee.call(args, kwargs);
  throw new PyError("TypeError", `'${typeName(callee)}' object is not callable`);
}

/** Assigns `object.name = value`, for namespaces and host objects that allow it. */
export function setAttribute(object: Value, name: string, value: Value): void {
  if (isHostObject(object) && object.setAttribute !== undefined && !name.startsWith("__")) {
    object.setAttribute(name, value);
    return;
  }
  throw new PyError("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
}
