import type { Filter } from "../environment-options.ts";
import { PyError } from "../errors.ts";
import { isTruthy } from "../values/iterate.ts";
import { asNumeric, isFloat, makeFloat, makeInteger, toIndex } from "../values/numeric.ts";
import { repr, str, undefinedError } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Undefined, type Value } from "../values/value.ts";
import { defineFilters } from "./define.ts";

const WHOLE = /^[+-]?\d+(?:_\d+)*$/u;

/** Reads an int as Python's `int(text, base)`; `undefined` when it is none. */
export function readInteger(value: Value, base: number): Value | undefined {
  if (typeof value === "string") return readIntegerText(value.trim(), base);
  const numeric = asNumeric(value);
  if (numeric === undefined) return undefined;
  if (!numeric.isFloat) return numeric.value;
  if (!Number.isFinite(numeric.value)) return undefined;
  const whole = Math.trunc(numeric.value);
  return Number.isSafeInteger(whole) ? whole + 0 : makeInteger(BigInt(whole));
}

const PREFIXES: Readonly<Record<number, RegExp>> = { 2: /^0b/iu, 8: /^0o/iu, 16: /^0x/iu };

const MAX_DIGITS = 20_000;

function readIntegerText(text: string, base: number): Value | undefined {
  if (text.length > MAX_DIGITS) {
    throw new PyError("OverflowError", "integer of too many digits: a limit stopped it");
  }
  if (base === 10)
    return WHOLE.test(text)
      ? makeInteger(BigInt(text.replaceAll("_", "").replace(/^\+/u, "")))
      : undefined;
  const isNegative = text.startsWith("-");
  const digits = text
    .replace(/^[+-]/u, "")
    .replace(PREFIXES[base] ?? /^$/u, "")
    .toLowerCase();
  if (digits === "") return undefined;
  let result = 0n;
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) return undefined;
    result = result * BigInt(base) + BigInt(digit);
  }
  return makeInteger(isNegative ? -result : result);
}

const REAL = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?$/iu;

/** Reads a float as Python's `float(text)`; `undefined` when it is none. */
export function readFloat(value: Value): number | undefined {
  if (typeof value !== "string") {
    const numeric = asNumeric(value);
    return numeric === undefined ? undefined : Number(numeric.value);
  }
  const text = value.trim().toLowerCase();
  if (REAL.test(text)) return Number(text.replaceAll("_", ""));
  const special = /^([+-]?)(inf|infinity|nan)$/u.exec(text);
  if (special === null) return undefined;
  if (special[2] === "nan") return Number.NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

function toInteger(value: Value, fallback: Value | undefined, base: Value | undefined): Value {
  const whole = readInteger(value, base === undefined ? 10 : toIndex(base, "base"));
  if (whole !== undefined) return whole;
  if (value instanceof Undefined && value.behavior !== "permissive") throw undefinedError(value);
  const real = typeof value === "string" ? readFloat(value) : undefined;
  const truncated = real === undefined ? undefined : readInteger(makeFloat(real), 10);
  if (truncated !== undefined) return truncated;
  return fallback === undefined ? 0 : fallback;
}

function toFloat(value: Value, fallback: Value | undefined): Value {
  if (value instanceof Undefined && value.behavior !== "permissive") throw undefinedError(value);
  const real = readFloat(value);
  if (real !== undefined) return makeFloat(real);
  return fallback === undefined ? makeFloat(0) : fallback;
}

function absolute(value: Value): Value {
  const numeric = asNumeric(value);
  if (numeric === undefined) {
    if (value instanceof Undefined) throw undefinedError(value);
    throw new PyError("TypeError", `bad operand type for abs(): '${typeName(value)}'`);
  }
  if (numeric.isFloat) return makeFloat(Math.abs(numeric.value));
  if (typeof numeric.value === "bigint") return numeric.value < 0n ? -numeric.value : numeric.value;
  return Math.abs(numeric.value);
}

/** Python's `round`: half goes to the even neighbour, decided on the exact binary value. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 100) return value;
  if (digits <= 0) {
    const unit = 10 ** -digits;
    const scaled = Math.abs(value) / unit;
    const down = Math.floor(scaled);
    const rest = scaled - down;
    const isUp = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
    const rounded = (isUp ? down + 1 : down) * unit;
    return value < 0 ? -rounded : rounded;
  }
  if (Math.abs(value) >= 1e21) return value;
  const fixed = Number(Math.abs(value).toFixed(digits));
  return breakTie(Math.abs(value), fixed, digits) * Math.sign(value);
}

// `toFixed` rounds exact halves up; Python rounds them to even.
function breakTie(size: number, fixed: number, digits: number): number {
  const exact = size.toFixed(Math.min(100, digits + 30));
  const tail = exact.slice(exact.indexOf(".") + 1 + digits);
  if (!/^50*$/u.test(tail)) return fixed;
  const down = exact.slice(0, exact.indexOf(".") + 1 + digits);
  return Number(down.at(-1)) % 2 === 0 ? Number(down) : fixed;
}

function round(value: Value, args: readonly (Value | undefined)[]): Value {
  const [precision = 0, method = "common"] = args;
  const digits = toIndex(precision, "precision");
  const numeric = asNumeric(value);
  if (numeric === undefined) {
    if (value instanceof Undefined) throw undefinedError(value);
    throw new PyError("TypeError", `type ${typeName(value)} doesn't define __round__ method`);
  }
  const kind = str(method);
  if (kind === "common") {
    if (!numeric.isFloat && digits >= 0) return numeric.value;
    const rounded = roundHalfEven(Number(numeric.value), digits);
    return isFloat(value) ? makeFloat(rounded) : rounded;
  }
  if (kind !== "ceil" && kind !== "floor") {
    throw new PyError("FilterArgumentError", "method must be common, ceil or floor");
  }
  const scale = 10 ** digits;
  return makeFloat(Math[kind](Number(numeric.value) * scale) / scale);
}

function notANumber(value: Value): Error {
  if (value instanceof Undefined) return undefinedError(value);
  if (typeof value === "string") {
    return new PyError("ValueError", `could not convert string to float: ${repr(value)}`);
  }
  const type = typeName(value);
  return new PyError(
    "TypeError",
    `float() argument must be a string or a real number, not '${type}'`,
  );
}

function fileSize(value: Value, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  const bytes = readFloat(value);
  if (bytes === undefined) throw notANumber(value);
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
  const power = Math.min(units.length, Math.floor(Math.log(bytes) / Math.log(base)));
  const unit = units[power - 1] ?? "k";
  const label = isBinary ? `${unit.toUpperCase()}iB` : `${unit}B`;
  return `${(bytes / base ** power).toFixed(1)} ${label}`;
}

/** Filters about numbers. */
export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = defineFilters({
  abs: ["", (value) => absolute(value)],
  int: ["default base", (value, [fallback, base]) => toInteger(value, fallback, base)],
  float: ["default", (value, [fallback]) => toFloat(value, fallback)],
  round: ["precision method", round],
  filesizeformat: ["binary", (value, [binary]) => fileSize(value, isTruthy(binary ?? false))],
});
