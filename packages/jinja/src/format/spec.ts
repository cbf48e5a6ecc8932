import { PyError } from "../errors.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { codePoints, countCodePoints } from "../values/code-points.ts";
import { asNumeric, type Numeric } from "../values/numeric.ts";
import { str } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { isHostObject, type Value } from "../values/value.ts";
import { formatFloat, groupDigits, plainSize } from "./number-format.ts";

type Spec = {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly isAlternate: boolean;
  readonly isZeroPadded: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
};

const SPEC =
  /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[bcdeEfFgGnosxX%])?$/su;

/** Formats a value as Python's `format(value, spec)`. */
export function formatValue(value: Value, spec: string): string {
  if (isHostObject(value) && value.format !== undefined) return value.format(spec);
  if (spec === "") return str(value);
  const parsed = parseSpec(spec);
  const numeric = asNumeric(value);
  if (typeof value === "string") return formatText(value, parsed);
  if (numeric !== undefined && parsed.type !== "s") return formatNumber(numeric, parsed);
  throw new PyError(
    "TypeError",
    `unsupported format string passed to ${typeName(value)}.__format__`,
  );
}

function parseSpec(spec: string): Spec {
  const groups = SPEC.exec(spec)?.groups;
  if (groups === undefined) throw new PyError("ValueError", "Invalid format specifier");
  const width = Number(groups["width"] ?? 0);
  checkTextLength(width + Number(groups["precision"] ?? 0));
  const isZeroPadded = groups["zero"] !== undefined && groups["align"] === undefined;
  return {
    fill: groups["fill"] ?? (isZeroPadded ? "0" : " "),
    align: groups["align"],
    sign: groups["sign"] ?? "-",
    isAlternate: groups["alternate"] !== undefined,
    isZeroPadded,
    width,
    grouping: groups["grouping"] ?? "",
    precision: groups["precision"] === undefined ? undefined : Number(groups["precision"]),
    type: groups["type"] ?? "",
  };
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== "" && spec.type !== "s") {
    throw new PyError("ValueError", `Unknown format code '${spec.type}' for object of type 'str'`);
  }
  const shown =
    spec.precision === undefined ? text : codePoints(text).slice(0, spec.precision).join("");
  return pad("", shown, spec, spec.align ?? "<");
}

function formatNumber(numeric: Numeric, spec: Spec): string {
  const isNegative = numeric.value < 0 || (numeric.isFloat && Object.is(numeric.value, -0));
  const plus = spec.sign === "-" ? "" : spec.sign;
  const [prefix, size] = sizeOf(numeric, spec);
  return pad((isNegative ? "-" : plus) + prefix, size, spec, spec.align ?? ">");
}

function sizeOf(numeric: Numeric, spec: Spec): readonly [prefix: string, size: string] {
  const isFloatType = "eEfFgG%".includes(spec.type) && spec.type !== "";
  if (numeric.isFloat || isFloatType) {
    return ["", group(floatSize(Number(numeric.value), spec), spec)];
  }
  const size = typeof numeric.value === "bigint" ? numeric.value : BigInt(numeric.value);
  return integerSize(size < 0n ? -size : size, spec);
}

function floatSize(value: number, spec: Spec): string {
  if (spec.type === "" && spec.precision === undefined) return plainSize(value);
  if (spec.type === "") return plainWithPrecision(value, spec.precision ?? 6);
  if ("bcdosxX".includes(spec.type)) {
    throw new PyError(
      "ValueError",
      `Unknown format code '${spec.type}' for object of type 'float'`,
    );
  }
  return formatFloat(value, spec.type, spec.precision ?? 6);
}

function plainWithPrecision(value: number, precision: number): string {
  const text = formatFloat(value, "g", precision);
  return /[.en]/u.test(text) ? text : `${text}.0`;
}

const BASES = { b: [2, "0b"], o: [8, "0o"], x: [16, "0x"], X: [16, "0X"] } as const;

function integerSize(size: bigint, spec: Spec): readonly [prefix: string, size: string] {
  if (spec.precision !== undefined) {
    throw new PyError("ValueError", "Precision not allowed in integer format specifier");
  }
  switch (spec.type) {
    case "b":
    case "o":
    case "x":
    case "X": {
      const [base, prefix] = BASES[spec.type];
      const digits = size.toString(base);
      const text = spec.type === "X" ? digits.toUpperCase() : digits;
      return [spec.isAlternate ? prefix : "", group(text, spec, 4)];
    }
    case "c":
      return ["", String.fromCodePoint(Number(size))];
    default:
      return ["", group(size.toString(), spec)];
  }
}

function group(text: string, spec: Spec, size = 3): string {
  return spec.grouping === "" ? text : groupDigits(text, spec.grouping, size);
}

function pad(sign: string, text: string, spec: Spec, align: string): string {
  const missing = spec.width - sign.length - countCodePoints(text);
  if (missing <= 0) return sign + text;
  if (align === "=" || (spec.isZeroPadded && align === ">")) {
    return sign + spec.fill.repeat(missing) + text;
  }
  if (align === "<") return sign + text + spec.fill.repeat(missing);
  if (align === ">") return spec.fill.repeat(missing) + sign + text;
  const left = Math.floor(missing / 2);
  return spec.fill.repeat(left) + sign + text + spec.fill.repeat(missing - left);
}
