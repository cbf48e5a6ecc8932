import { PyError } from "../errors.ts";
import { PyFloat, type Value } from "./value.ts";

/** A number apart from its spelling as a value. */
export type Numeric =
  | { readonly isFloat: true; readonly value: number }
  | { readonly isFloat: false; readonly value: number | bigint };

/** Reads a value as a number; `undefined` when it is none. Booleans are 0 and 1. */
export function asNumeric(value: Value): Numeric | undefined {
  if (typeof value === "number") {
    return Number.isInteger(value) ? { isFloat: false, value } : { isFloat: true, value };
  }
  if (typeof value === "boolean") return { isFloat: false, value: value ? 1 : 0 };
  if (typeof value === "bigint") return { isFloat: false, value };
  return value instanceof PyFloat ? { isFloat: true, value: value.value } : undefined;
}

/** Says whether a value is an int (booleans are not counted). */
export function isInteger(value: Value): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/** Says whether a value is a float. */
export function isFloat(value: Value): boolean {
  return value instanceof PyFloat || (typeof value === "number" && !Number.isInteger(value));
}

/** The value of a float. */
export function makeFloat(value: number): Value {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

const MAX_INTEGER = 1n << 100_000n;

/** The value of an int of any size. */
export function makeInteger(value: bigint): Value {
  if (value > MAX_INTEGER || value < -MAX_INTEGER) {
    throw new PyError("OverflowError", "integer of more than 100,000 bits: a limit stopped it");
  }
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Reads an index, width or count; an error names `what` it was meant for. */
export function toIndex(value: Value, what: string): number {
  const numeric = asNumeric(value);
  if (numeric === undefined || numeric.isFloat) {
    throw new PyError("TypeError", `${what} must be an integer`);
  }
  return Number(numeric.value);
}

/** Spells a float as Python's `repr` does. */
export function renderFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const exponential = value.toExponential();
  const [mantissa = "", power = "0"] = exponential.split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? "-" : "+";
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return renderFixed(mantissa, exponent);
}

function renderFixed(mantissa: string, exponent: number): string {
  const isNegative = mantissa.startsWith("-");
  const digits = mantissa.replace("-", "").replace(".", "");
  const sign = isNegative ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}
