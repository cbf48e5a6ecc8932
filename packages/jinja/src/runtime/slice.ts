import { PyError } from "../errors.ts";
import { codePoints, hasPairs } from "../values/code-points.ts";
import { toIndex } from "../values/numeric.ts";
import { undefinedError } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { isHostObject, PyDict, PyTuple, Undefined, type Value } from "../values/value.ts";

type Bounds = readonly [lower: Value, upper: Value, step: Value];

/** `object[lower:upper:step]`. */
export function getSlice(object: Value, bounds: Bounds): Value {
  if (typeof object === "string") {
    if (!hasPairs(object) && isOne(bounds[2])) return sliceText(object, bounds);
    return sliceItems(codePoints(object), bounds).join("");
  }
  if (Array.isArray(object)) return sliceItems(object, bounds);
  if (object instanceof PyTuple) return new PyTuple(sliceItems(object.items, bounds));
  if (isHostObject(object) && object.iterate !== undefined && object.getItem !== undefined) {
    return sliceItems([...object.iterate()], bounds);
  }
  if (object instanceof Undefined) {
    if (object.behavior === "permissive") return object;
    throw undefinedError(object);
  }
  if (object instanceof PyDict) throw new PyError("TypeError", "unhashable type: 'slice'");
  throw new PyError("TypeError", `'${typeName(object)}' object is not subscriptable`);
}

function isOne(step: Value): boolean {
  return step === null || step === 1;
}

function sliceText(text: string, bounds: Bounds): string {
  const [from, to] = resolveBounds(bounds, text.length, 1);
  return text.slice(from, Math.max(from, to));
}

function sliceItems<T>(items: readonly T[], bounds: Bounds): T[] {
  const step = bounds[2] === null ? 1 : toIndex(bounds[2], "slice step");
  if (step === 0) throw new PyError("ValueError", "slice step cannot be zero");
  const [from, to] = resolveBounds(bounds, items.length, step);
  if (step === 1) return items.slice(from, Math.max(from, to));
  const result: T[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) {
    result.push(...items.slice(at, at + 1));
  }
  return result;
}

function resolveBounds(bounds: Bounds, length: number, step: number): readonly [number, number] {
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? length : length - 1;
  const resolve = (bound: Value, fallback: number): number => {
    if (bound === null) return fallback;
    const index = toIndex(bound, "slice index");
    return Math.min(highest, Math.max(lowest, index < 0 ? index + length : index));
  };
  const [lower, upper] = bounds;
  return step > 0
    ? [resolve(lower, lowest), resolve(upper, highest)]
    : [resolve(lower, highest), resolve(upper, lowest)];
}
