import type { Test } from "./environment-options.ts";
import { PyError } from "./errors.ts";
import { required } from "./runtime/arguments.ts";
import { arithmetic } from "./runtime/arithmetic.ts";
import { compareValues, isContained, isEqual } from "./values/compare.ts";
import { findLength, isIterable, isNumber } from "./values/iterate.ts";
import { isFloat, isInteger } from "./values/numeric.ts";
import { str } from "./values/text.ts";
import { isHostObject, PyDict, PyFloat, PySet, Undefined, type Value } from "./values/value.ts";

/** Says whether a value can be called. */
export function isCallable(value: Value): boolean {
  // In Python, an undefined has a method for calls, which only fails when it is used.
  return value instanceof Undefined || (isHostObject(value) && value.call !== undefined);
}

function isSequence(value: Value): boolean {
  if (value instanceof PySet) return false;
  if (isHostObject(value)) return value.getLength !== undefined && value.getItem !== undefined;
  if (value instanceof Undefined) return value.behavior !== "strict";
  return findLength(value) !== undefined;
}

function isMapping(value: Value): boolean {
  return (
    value instanceof PyDict ||
    (isHostObject(value) &&
      value.iterate !== undefined &&
      value.getItem !== undefined &&
      value.getAttribute?.("items") !== undefined)
  );
}

function remainder(value: Value, by: Value): Value {
  return arithmetic("%", value, by);
}

function isSame(value: Value, other: Value): boolean {
  if (value === other) return true;
  if (value instanceof PyFloat && other instanceof PyFloat) return value.value === other.value;
  return false;
}

function isCased(value: Value, change: "upper" | "lower"): boolean {
  const text = str(value);
  const isChanged = change === "upper" ? text.toUpperCase() === text : text.toLowerCase() === text;
  return isChanged && /\p{L}/u.test(text);
}

type Compare = (left: Value, right: Value) => boolean;

function binary(name: string, compare: Compare): Test {
  return (value, [other]) => compare(value, required(name, "other", other));
}

const equal = binary("eq", isEqual);
const notEqual = binary("ne", (left, right) => !isEqual(left, right));
const less = binary("lt", (left, right) => compareValues(left, right, "<") < 0);
const lessOrEqual = binary("le", (left, right) => compareValues(left, right, "<=") <= 0);
const greater = binary("gt", (left, right) => compareValues(left, right, ">") > 0);
const greaterOrEqual = binary("ge", (left, right) => compareValues(left, right, ">=") >= 0);

/** Jinja's tests, by name. */
export const BUILTIN_TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["defined", (value) => !(value instanceof Undefined)],
  ["undefined", (value) => value instanceof Undefined],
  ["none", (value) => value === null],
  ["boolean", (value) => typeof value === "boolean"],
  ["true", (value) => value === true],
  ["false", (value) => value === false],
  ["integer", (value) => isInteger(value)],
  ["float", (value) => isFloat(value)],
  ["number", (value) => isNumber(value)],
  ["string", (value) => typeof value === "string"],
  ["mapping", (value) => isMapping(value)],
  ["iterable", (value) => isIterable(value)],
  ["sequence", (value) => isSequence(value)],
  ["callable", (value) => isCallable(value)],
  ["sameas", binary("sameas", isSame)],
  ["escaped", () => false],
  ["odd", (value) => isEqual(remainder(value, 2), 1)],
  ["even", (value) => isEqual(remainder(value, 2), 0)],
  ["divisibleby", binary("divisibleby", (value, by) => isEqual(remainder(value, by), 0))],
  ["lower", (value) => isCased(value, "lower")],
  ["upper", (value) => isCased(value, "upper")],
  ["in", binary("in", isContained)],
  [
    "filter",
    (value, _args, _kwargs, { filters }) => typeof value === "string" && filters.has(value),
  ],
  ["test", (value, _args, _kwargs, { tests }) => typeof value === "string" && tests.has(value)],
  ...["eq", "equalto", "=="].map((name) => [name, equal] as const),
  ...["ne", "!="].map((name) => [name, notEqual] as const),
  ...["lt", "lessthan", "<"].map((name) => [name, less] as const),
  ...["le", "<="].map((name) => [name, lessOrEqual] as const),
  ...["gt", "greaterthan", ">"].map((name) => [name, greater] as const),
  ...["ge", ">="].map((name) => [name, greaterOrEqual] as const),
]);

/** Finds a test that a filter was given the name of. */
export function getTest(tests: ReadonlyMap<string, Test>, name: Value): Test {
  const test = tests.get(str(name));
  if (test !== undefined) return test;
  throw new PyError("TemplateRuntimeError", `No test named '${str(name)}'.`);
}
