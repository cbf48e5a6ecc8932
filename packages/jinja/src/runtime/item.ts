import { codePoints, hasPairs } from "../values/code-points.ts";
import { asNumeric, toIndex } from "../values/numeric.ts";
import { undefinedError } from "../values/text.ts";
import { isHostObject, PyDict, PyTuple, Undefined, type Value } from "../values/value.ts";

/** What an attribute, item or call of an undefined gives: itself, or an error. */
export function useUndefined(object: Undefined): Undefined {
  if (object.behavior === "permissive") return object;
  throw undefinedError(object);
}

/** `object[key]`, or `undefined` when there is none. */
export function findItem(object: Value, key: Value): Value | undefined {
  if (object instanceof PyDict) return isHashable(key) ? object.get(key) : undefined;
  if (object instanceof Undefined) return useUndefined(object);
  if (isHostObject(object)) return object.getItem?.(key);
  const numeric = asNumeric(key);
  if (numeric === undefined || numeric.isFloat) return undefined;
  const index = toIndex(key, "index");
  if (typeof object === "string") {
    const chars = hasPairs(object) ? codePoints(object) : object;
    return chars[index < 0 ? chars.length + index : index];
  }
  if (Array.isArray(object)) return object.at(index);
  return object instanceof PyTuple ? object.items.at(index) : undefined;
}

function isHashable(key: Value): boolean {
  return !Array.isArray(key) && !(key instanceof PyDict);
}
