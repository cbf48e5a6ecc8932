import { PyError } from "../errors.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { compareValues } from "../values/compare.ts";
import { toPython } from "../values/convert.ts";
import { renderFloat } from "../values/numeric.ts";
import { str } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { isHostObject, PyDict, PyFloat, PyTuple, type Value } from "../values/value.ts";
import { startWalk, type Walk, walkInto } from "../values/walk.ts";

/** How `dumpJson` writes. */
export type JsonStyle = { readonly indent: number | undefined; readonly sortKeys: boolean };

/** Writes JSON exactly as Python's `json.dumps` does: separators, escapes and floats included. */
export function dumpJson(value: Value, style: JsonStyle): string {
  return dump(value, style, startWalk());
}

function dump(value: Value, style: JsonStyle, walk: Walk): string {
  if (value === null) return "null";
  if (typeof value === "string") return dumpText(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : dumpFloat(value);
  if (value instanceof PyFloat) return dumpFloat(value.value);
  const text = walkInto(walk, value, failOnCycle, () => dumpObject(value, style, walk));
  checkTextLength(text.length);
  return text;
}

function failOnCycle(): never {
  throw new PyError("ValueError", "Circular reference detected");
}

function dumpObject(value: Value, style: JsonStyle, walk: Walk): string {
  if (Array.isArray(value)) return dumpList(value, style, walk);
  if (value instanceof PyTuple) return dumpList(value.items, style, walk);
  if (value instanceof PyDict) return dumpDict(value, style, walk);
  if (isHostObject(value) && value.toJson !== undefined) {
    return dump(toPython(value.toJson()), style, walk);
  }
  throw new PyError("TypeError", `Object of type ${typeName(value)} is not JSON serializable`);
}

function dumpFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return renderFloat(value);
}

// Python escapes everything beyond ASCII by default.
function dumpText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (char) =>
    char === "\u007f" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function wrap(
  parts: readonly string[],
  brackets: readonly [string, string],
  style: JsonStyle,
  depth: number,
): string {
  const [open, close] = brackets;
  if (parts.length === 0) return open + close;
  if (style.indent === undefined) return open + parts.join(", ") + close;
  const inner = `\n${" ".repeat(style.indent * depth)}`;
  const outer = `\n${" ".repeat(style.indent * (depth - 1))}`;
  return open + inner + parts.join(`,${inner}`) + outer + close;
}

function dumpList(items: readonly Value[], style: JsonStyle, walk: Walk): string {
  return wrap(
    items.map((item) => dump(item, style, walk)),
    ["[", "]"],
    style,
    walk.path.length,
  );
}

function dumpDict(dict: PyDict, style: JsonStyle, walk: Walk): string {
  const entries = [...dict.entries()];
  if (style.sortKeys) entries.sort(([left], [right]) => compareValues(left, right) || 0);
  const parts = entries.map(
    ([key, value]) => `${dumpText(dumpKey(key))}: ${dump(value, style, walk)}`,
  );
  return wrap(parts, ["{", "}"], style, walk.path.length);
}

function dumpKey(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  if (typeof key === "number" || typeof key === "bigint" || key instanceof PyFloat) return str(key);
  throw new PyError(
    "TypeError",
    `keys must be str, int, float, bool or None, not ${typeName(key)}`,
  );
}
