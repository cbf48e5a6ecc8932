import { PyError } from "../errors.ts";
import { checkItemCount } from "../runtime/budget.ts";
import { codePoints, countCodePoints } from "./code-points.ts";
import { isFloat } from "./numeric.ts";
import { undefinedError } from "./text.ts";
import { typeName } from "./type-name.ts";
import { isHostObject, PyDict, PyFloat, PySet, PyTuple, Undefined, type Value } from "./value.ts";

/** Says whether `for` can walk over a value. */
export function isIterable(value: Value): boolean {
  if (typeof value === "string" || Array.isArray(value)) return true;
  if (value instanceof PyTuple || value instanceof PyDict || value instanceof PySet) return true;
  if (value instanceof Undefined) return true;
  return isHostObject(value) && value.iterate !== undefined;
}

/** The items of a value, in order; dicts give their keys. The result may be the value itself: do not change it. */
export function iterate(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return codePoints(value);
  if (value instanceof PyTuple) return value.items;
  if (value instanceof PyDict) return [...value.keys()];
  if (value instanceof PySet) return [...value.values()];
  if (value instanceof Undefined) {
    if (value.behavior === "strict") throw undefinedError(value);
    return [];
  }
  if (isHostObject(value) && value.iterate !== undefined) return collect(value.iterate());
  throw new PyError("TypeError", `'${typeName(value)}' object is not iterable`);
}

function collect(items: Iterable<Value>): readonly Value[] {
  if (Array.isArray(items)) return items;
  const result: Value[] = [];
  for (const item of items) {
    result.push(item);
    if (result.length % 1024 === 0) checkItemCount(result.length);
  }
  return result;
}

/** The number of items, or `undefined` when a value has none. */
export function findLength(value: Value): number | undefined {
  if (typeof value === "string") return countCodePoints(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict || value instanceof PySet) return value.size;
  if (value instanceof Undefined) {
    if (value.behavior === "strict") throw undefinedError(value);
    return 0;
  }
  return isHostObject(value) ? value.getLength?.() : undefined;
}

/** The number of items; fails for values that have none. */
export function lengthOf(value: Value): number {
  const length = findLength(value);
  if (length === undefined) {
    throw new PyError("TypeError", `object of type '${typeName(value)}' has no len()`);
  }
  return length;
}

/** Python's truth: empty, zero, none and undefined are false. */
export function isTruthy(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (value === null || value === 0 || value === "" || value === 0n) return false;
  if (typeof value !== "object") return true;
  if (value instanceof PyFloat) return value.value !== 0;
  if (isHostObject(value) && value.isTruthy !== undefined) return value.isTruthy();
  return findLength(value) !== 0;
}

/** Says whether a value is a number of any type. */
export function isNumber(value: Value): boolean {
  return (
    typeof value === "number" ||
    typeof value === "bigint" ||
    typeof value === "boolean" ||
    isFloat(value)
  );
}
