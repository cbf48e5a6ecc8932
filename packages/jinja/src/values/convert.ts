import { PyError } from "../errors.ts";
import { makeFloat } from "./numeric.ts";
import { str } from "./text.ts";
import { isHostObject, PyDict, PyFloat, PySet, PyTuple, Undefined, type Value } from "./value.ts";
import { startWalk, type Walk, walkInto } from "./walk.ts";

/**
 * Makes a template value of JSON-like data: objects become dicts, arrays become lists, `undefined` becomes none,
 * whole numbers become ints. Template values inside stay what they are.
 */
export function toPython(data: unknown): Value {
  if (data === undefined || data === null) return null;
  if (typeof data === "string" || typeof data === "boolean" || typeof data === "bigint")
    return data;
  if (typeof data === "number") {
    if (!Number.isInteger(data)) return data;
    // Whole numbers become ints, which have no negative zero.
    return Number.isSafeInteger(data) ? data + 0 : makeFloat(data);
  }
  if (typeof data !== "object") {
    throw new PyError(
      "TypeError",
      `Cannot hand a ${typeof data} to a template: wrap it in callable()`,
    );
  }
  return objectToPython(data);
}

function objectToPython(data: object): Value {
  if (Array.isArray(data)) return data.map(toPython);
  if (isTemplateValue(data)) return data;
  if (data instanceof Map) {
    const entries: Iterable<[unknown, unknown]> = data;
    return new PyDict([...entries].map(([key, value]) => [toPython(key), toPython(value)]));
  }
  if (data instanceof Set) return new PySet([...data].map(toPython));
  const entries: [string, unknown][] = Object.entries(data);
  return new PyDict(entries.map(([key, value]) => [key, toPython(value)]));
}

function isTemplateValue(
  data: object,
): data is Exclude<Value, null | boolean | number | bigint | string | Value[]> {
  return (
    data instanceof PyDict ||
    data instanceof PyTuple ||
    data instanceof PySet ||
    data instanceof PyFloat ||
    data instanceof Undefined ||
    isHostObject(data)
  );
}

/** A value that survives JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Makes JSON of a template value: dict keys become text, tuples and sets lists, undefined null. */
export function toJs(value: Value): JsonValue {
  return toJsWithin(value, startWalk());
}

function toJsWithin(value: unknown, walk: Walk): JsonValue {
  if (value === null || value === undefined || value instanceof Undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof PyFloat) return value.value;
  if (typeof value !== "object") return null;
  return walkInto(walk, value, failOnCycle, () => objectToJs(value, walk));
}

function failOnCycle(): never {
  throw new PyError("ValueError", "Circular reference detected");
}

function objectToJs(value: object, walk: Walk): JsonValue {
  const convert = (item: unknown): JsonValue => toJsWithin(item, walk);
  if (Array.isArray(value)) return value.map(convert);
  if (value instanceof PyTuple) return value.items.map(convert);
  if (value instanceof PySet) return [...value.values()].map(convert);
  if (value instanceof PyDict) {
    // `fromEntries` defines own properties, so a key `__proto__` stays data.
    return Object.fromEntries([...value.entries()].map(([key, held]) => [str(key), convert(held)]));
  }
  if (isHostObject(value)) return value.toJson === undefined ? str(value) : convert(value.toJson());
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.map(([key, held]) => [key, convert(held)]));
}
