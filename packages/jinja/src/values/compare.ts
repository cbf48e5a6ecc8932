import { PyError } from "../errors.ts";
import { iterate } from "./iterate.ts";
import { asNumeric, type Numeric } from "./numeric.ts";
import { undefinedError } from "./text.ts";
import { typeName } from "./type-name.ts";
import { isHostObject, PyDict, PySet, PyTuple, Undefined, type Value } from "./value.ts";

/** How many parts two values may still be compared by: lists that hold each other twice have no end of them. */
type Comparison = { left: number };

const MAX_PARTS = 2_000_000;

/** Python's `==`. */
export function isEqual(left: Value, right: Value): boolean {
  return areEqual(left, right, { left: MAX_PARTS });
}

function areEqual(left: Value, right: Value, parts: Comparison): boolean {
  if (left instanceof Undefined) return isEqualUndefined(left, right);
  if (right instanceof Undefined) return isEqualUndefined(right, left);
  if (left === right) return true;
  if (isHostObject(left) && left.equals !== undefined) return left.equals(right);
  if (isHostObject(right) && right.equals !== undefined) return right.equals(left);
  const first = asNumeric(left);
  const second = asNumeric(right);
  if (first !== undefined && second !== undefined) return orderNumbers(first, second) === 0;
  return isEqualStructure(left, right, parts);
}

function isEqualUndefined(left: Undefined, right: Value): boolean {
  if (left.behavior === "strict") throw undefinedError(left);
  return right instanceof Undefined;
}

function isEqualStructure(left: Value, right: Value, parts: Comparison): boolean {
  parts.left -= 1;
  if (parts.left < 0) {
    throw new PyError(
      "LimitError",
      `values of more than ${MAX_PARTS} parts are compared: a limit stopped it`,
    );
  }
  if (Array.isArray(left)) return Array.isArray(right) && areEqualItems(left, right, parts);
  if (left instanceof PyTuple) {
    return right instanceof PyTuple && areEqualItems(left.items, right.items, parts);
  }
  if (left instanceof PyDict) return right instanceof PyDict && areEqualDicts(left, right, parts);
  if (!(left instanceof PySet) || !(right instanceof PySet)) return false;
  return left.size === right.size && isSubset(left, right);
}

function areEqualItems(
  left: readonly Value[],
  right: readonly Value[],
  parts: Comparison,
): boolean {
  return (
    left.length === right.length &&
    left.every((item, at) => areEqual(item, right[at] ?? null, parts))
  );
}

function areEqualDicts(left: PyDict, right: PyDict, parts: Comparison): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left.entries()) {
    const other = right.get(key);
    if (other === undefined || !areEqual(value, other, parts)) return false;
  }
  return true;
}

/** Says whether a set contains every item of another. */
export function isSubset(left: PySet, right: PySet): boolean {
  return [...left.values()].every((item) => right.has(item));
}

function orderNumbers(left: Numeric, right: Numeric): number {
  if (left.value < right.value) return -1;
  if (left.value > right.value) return 1;
  // Not `===`, which tells an int from a bigint of the same value.
  return left.value >= right.value ? 0 : Number.NaN;
}

/** Orders two texts by code point, as Python does. */
export function orderTexts(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  return codeRank(left.charCodeAt(at)) - codeRank(right.charCodeAt(at));
}

// Surrogates stand for characters above every other code unit.
function codeRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Negative, zero or positive; not a number for what has no order at all (nan); fails for different types. */
export function compareValues(left: Value, right: Value, operator = "<"): number {
  for (const side of [left, right]) {
    if (side instanceof Undefined) throw undefinedError(side);
  }
  if (typeof left === "string" && typeof right === "string") return orderTexts(left, right);
  const first = asNumeric(left);
  const second = asNumeric(right);
  if (first !== undefined && second !== undefined) return orderNumbers(first, second);
  const order = compareStructures(left, right, operator);
  if (order !== undefined) return order;
  throw new PyError(
    "TypeError",
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function compareStructures(left: Value, right: Value, operator: string): number | undefined {
  if (isHostObject(left) && left.compare !== undefined) return left.compare(right);
  if (isHostObject(right) && right.compare !== undefined) {
    const order = right.compare(left);
    return order === undefined ? undefined : -order;
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareItems(left, right, operator);
  if (left instanceof PyTuple && right instanceof PyTuple) {
    return compareItems(left.items, right.items, operator);
  }
  if (left instanceof PySet && right instanceof PySet) return compareSets(left, right);
  return undefined;
}

function compareItems(left: readonly Value[], right: readonly Value[], operator: string): number {
  for (const [at, item] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (!isEqual(item, other)) return compareValues(item, other, operator);
  }
  return left.length - right.length;
}

function compareSets(left: PySet, right: PySet): number {
  if (isSubset(left, right)) return left.size === right.size ? 0 : -1;
  return isSubset(right, left) ? 1 : Number.NaN;
}

/** Python's `in`. */
export function isContained(value: Value, container: Value): boolean {
  if (typeof container === "string") {
    if (typeof value === "string") return container.includes(value);
    if (value instanceof Undefined) throw undefinedError(value);
    throw new PyError(
      "TypeError",
      `'in <string>' requires string as left operand, not ${typeName(value)}`,
    );
  }
  if (container instanceof PyDict || container instanceof PySet) return container.has(value);
  if (isHostObject(container) && container.contains !== undefined) return container.contains(value);
  if (isHostObject(container) && container.iterate === undefined) {
    throw new PyError("TypeError", `argument of type '${typeName(container)}' is not iterable`);
  }
  return iterateContainer(container).some((item) => item === value || isEqual(item, value));
}

function iterateContainer(container: Value): readonly Value[] {
  if (container !== null && typeof container === "object") return iterate(container);
  throw new PyError("TypeError", `argument of type '${typeName(container)}' is not iterable`);
}
