import {
  isTruthy as isTruthyInPython,
  PySet,
  PyTuple,
  str,
  toJs,
  toPython,
  Undefined,
  type Value,
} from "@airloom/jinja";
import type { JsonValue } from "../json.ts";

/** Turns plain data into what templates compute with; objects become dicts. */
export function toValue(data: JsonValue | undefined): Value {
  return toPython(data);
}

/** Turns any object of the manifest into a template value. */
export function toValueOf(data: object): Value {
  return toPython(data);
}

/** Turns a template value into plain data. */
export function toData(value: Value): JsonValue {
  return toJs(value);
}

/** Whether Python would count the value as true. */
export function isTruthy(value: Value): boolean {
  return isTruthyInPython(value);
}

/** The value as `{{ value }}` prints it. */
export function renderText(value: Value): string {
  return value instanceof Undefined ? "" : str(value);
}

/** The items of a list, tuple or set; one value counts as a list of one, none as an empty list. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null || value instanceof Undefined) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof PyTuple) return value.items;
  if (value instanceof PySet) return [...value.values()];
  return [value];
}
