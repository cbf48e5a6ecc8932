import { renderFloat } from "../values/numeric.ts";

/** How `e`, `f`, `g` and `%` spell the size of a float; the sign is added elsewhere. */
export function formatFloat(value: number, type: string, precision: number): string {
  if (Number.isNaN(value)) return isUpper(type) ? "NAN" : "nan";
  if (!Number.isFinite(value)) return isUpper(type) ? "INF" : "inf";
  const size = Math.abs(value);
  switch (type) {
    case "f":
    case "F":
      return toFixed(size, precision);
    case "e":
    case "E":
      return matchCase(exponent(size.toExponential(Math.min(precision, 100))), type);
    case "%":
      return `${toFixed(size * 100, precision)}%`;
    default:
      return matchCase(general(size, precision), type);
  }
}

function isUpper(type: string): boolean {
  return type === "F" || type === "E" || type === "G";
}

function matchCase(text: string, type: string): string {
  return isUpper(type) ? text.toUpperCase() : text;
}

/** As `toFixed`, also beyond 1e21, where JavaScript changes to exponents. */
export function toFixed(size: number, precision: number): string {
  const digits = Math.min(precision, 100);
  if (size < 1e21) return size.toFixed(digits);
  const whole = BigInt(size).toString();
  return digits === 0 ? whole : `${whole}.${"0".repeat(digits)}`;
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/u, "e$10$2");
}

function general(size: number, precision: number): string {
  const digits = Math.min(100, Math.max(1, precision));
  if (size === 0) return "0";
  const power = Number(size.toExponential(digits - 1).split("e")[1]);
  const text =
    power < -4 || power >= digits
      ? size.toExponential(digits - 1)
      : toFixed(size, Math.max(0, digits - 1 - power));
  const [mantissa = "", tail] = text.split("e");
  const trimmed = mantissa.includes(".") ? mantissa.replace(/\.?0+$/u, "") : mantissa;
  return tail === undefined ? trimmed : exponent(`${trimmed}e${tail}`);
}

/** Puts a separator between groups of digits of the whole part. */
export function groupDigits(text: string, separator: string, size = 3): string {
  const [, whole = "", rest = ""] = /^([\da-fA-F]*)(.*)$/su.exec(text) ?? [];
  const groups: string[] = [];
  for (let end = whole.length; end > 0; end -= size) {
    groups.unshift(whole.slice(Math.max(0, end - size), end));
  }
  return groups.join(separator) + rest;
}

/** The size of a float as `repr` spells it. */
export function plainSize(value: number): string {
  return renderFloat(Math.abs(value));
}
