import { PyError } from "../errors.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { renderFloat } from "./numeric.ts";
import { PyDict, PyFloat, PySet, PyTuple, pyType, Undefined, type Value } from "./value.ts";
import { startWalk, type Walk, walkInto } from "./walk.ts";

/** The text of a value, as `{{ value }}` prints it. */
export function str(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : renderFloat(value);
  }
  if (value instanceof Undefined) {
    if (value.behavior === "strict") throw undefinedError(value);
    return "";
  }
  if (isPlain(value)) return repr(value);
  return value.toText?.() ?? repr(value);
}

function isPlain(
  value: Exclude<Value, string | number | Undefined>,
): value is null | boolean | bigint | Value[] | PyDict | PySet | PyTuple | PyFloat {
  return value === null || typeof value !== "object" || !(pyType in value);
}

/** The error of using something that does not exist. */
export function undefinedError(value: Undefined): PyError {
  return new PyError("UndefinedError", value.message);
}

/** How Python spells a value in code. */
export function repr(value: Value): string {
  return reprWithin(value, startWalk());
}

function reprWithin(value: Value, walk: Walk): string {
  if (typeof value === "string") return reprString(value);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "bigint") {
    return typeof value === "bigint" || Number.isInteger(value)
      ? String(value)
      : renderFloat(value);
  }
  if (value instanceof PyFloat) return renderFloat(value.value);
  if (value instanceof Undefined) return "Undefined";
  const text = walkInto(
    walk,
    value,
    () => (value instanceof PyDict ? "{...}" : "[...]"),
    () => reprObject(value, walk),
  );
  checkTextLength(text.length);
  return text;
}

type Structure = Exclude<Value, null | boolean | number | bigint | string | PyFloat | Undefined>;

function reprObject(value: Structure, walk: Walk): string {
  const item = (part: Value): string => reprWithin(part, walk);
  if (Array.isArray(value)) return `[${value.map(item).join(", ")}]`;
  if (value instanceof PyTuple) {
    const items = value.items.map(item);
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  }
  if (value instanceof PyDict) {
    return `{${[...value.entries()].map(([key, held]) => `${item(key)}: ${item(held)}`).join(", ")}}`;
  }
  if (value instanceof PySet) {
    return value.size === 0 ? "set()" : `{${[...value.values()].map(item).join(", ")}}`;
  }
  return value.toRepr?.() ?? `<${value[pyType]} object>`;
}

// Python escapes what it does not call printable: controls, separators, surrogates, unassigned.
const NEEDS_ESCAPE = /[\\\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(NEEDS_ESCAPE, escapeChar);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

const SHORT_ESCAPES = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeChar(char: string): string {
  const short = SHORT_ESCAPES.get(char);
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
