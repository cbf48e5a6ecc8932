import { getItem } from "../runtime/attributes.ts";
import type { Evaluation } from "../runtime/evaluation.ts";
import { str } from "../values/text.ts";
import { Undefined, type Value } from "../values/value.ts";

/** Reads an attribute like `a.b.0` of each item, as the filters that take `attribute` do. */
export function attributeGetter(
  evaluation: Evaluation,
  path: Value,
  fallback?: Value,
): (item: Value) => Value {
  const parts = typeof path === "number" ? [path] : str(path).split(".").map(toPart);
  return (item) => {
    let value = item;
    for (const part of parts) {
      value = getItem(evaluation, value, part);
      if (value instanceof Undefined && fallback !== undefined) value = fallback;
    }
    return value;
  };
}

function toPart(text: string): Value {
  return /^\d+$/u.test(text) ? Number(text) : text;
}

/** What sorting and grouping compare: texts without case unless asked for. */
export function foldCase(value: Value, isCaseSensitive: boolean): Value {
  return typeof value === "string" && !isCaseSensitive ? value.toLowerCase() : value;
}
