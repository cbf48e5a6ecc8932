import { PyError } from "../errors.ts";
import { checkTextLength } from "../runtime/budget.ts";
import { codePoints } from "../values/code-points.ts";
import { asNumeric, toIndex } from "../values/numeric.ts";
import { repr, str } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { PyDict, PyTuple, type Value } from "../values/value.ts";
import { formatFloat } from "./number-format.ts";

type Directive = {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
};

const DIRECTIVE =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?[hlL]?(?<conversion>[^])?/gu;

/** Python's `template % values`. */
export function formatPercent(template: string, values: Value): string {
  const positional = values instanceof PyTuple ? values.items : [values];
  let next = 0;
  let usesKeys = false;
  const take = (): Value => {
    const value = positional[next];
    if (value === undefined) {
      throw new PyError("TypeError", "not enough arguments for format string");
    }
    next += 1;
    return value;
  };
  const text = template.replace(DIRECTIVE, (...match: unknown[]) => {
    const groups = readGroups(match.at(-1));
    const { key, conversion } = groups;
    if (conversion === "%") return "%";
    if (conversion === undefined) throw new PyError("ValueError", "incomplete format");
    const width = groups.width === "*" ? toIndex(take(), "* width") : Number(groups.width ?? 0);
    const precision =
      groups.precision === "*" ? toIndex(take(), "* precision") : readPrecision(groups.precision);
    checkTextLength(width + (precision ?? 0));
    if (key !== undefined) usesKeys = true;
    const value = key === undefined ? take() : takeKey(values, key);
    return formatDirective({ flags: groups.flags ?? "", width, precision, conversion }, value);
  });
  // Python takes lists and dicts for mappings, which need not be used up.
  const isMapping = values instanceof PyDict || Array.isArray(values);
  if (next < positional.length && !usesKeys && !isMapping) {
    throw new PyError("TypeError", "not all arguments converted during string formatting");
  }
  return text;
}

type Groups = Readonly<
  Record<"key" | "flags" | "width" | "precision" | "conversion", string | undefined>
>;

function readGroups(groups: unknown): Groups {
  const held = new Map(Object.entries(groups ?? {}));
  const read = (name: string): string | undefined => {
    const text: unknown = held.get(name);
    return typeof text === "string" ? text : undefined;
  };
  return {
    key: read("key"),
    flags: read("flags"),
    width: read("width"),
    precision: read("precision"),
    conversion: read("conversion"),
  };
}

function readPrecision(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text === "" ? 0 : text);
}

function takeKey(values: Value, key: string): Value {
  if (!(values instanceof PyDict)) throw new PyError("TypeError", "format requires a mapping");
  const value = values.get(key);
  if (value === undefined) throw new PyError("KeyError", repr(key));
  return value;
}

function formatDirective(directive: Directive, value: Value): string {
  const { conversion } = directive;
  switch (conversion) {
    case "s":
      return padText(directive, clip(directive, str(value)));
    case "r":
    case "a":
      return padText(directive, clip(directive, repr(value)));
    case "c":
      return padText(
        directive,
        typeof value === "string" ? value : String.fromCodePoint(toIndex(value, "%c")),
      );
    case "d":
    case "i":
    case "u":
    case "x":
    case "X":
    case "o":
      return formatInteger(directive, value);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return formatReal(directive, value);
    default:
      throw new PyError("ValueError", `unsupported format character '${conversion}'`);
  }
}

function clip(directive: Directive, text: string): string {
  return directive.precision === undefined
    ? text
    : codePoints(text).slice(0, directive.precision).join("");
}

function padText({ flags, width }: Directive, text: string): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function formatInteger(directive: Directive, value: Value): string {
  const { conversion } = directive;
  const numeric = asNumeric(value);
  if (numeric === undefined || (numeric.isFloat && "xXo".includes(conversion))) {
    const wanted = "xXo".includes(conversion) ? "an integer is" : "a real number is";
    throw new PyError(
      "TypeError",
      `%${conversion} format: ${wanted} required, not ${typeName(value)}`,
    );
  }
  const whole = numeric.isFloat ? Math.trunc(numeric.value) : numeric.value;
  const size = BigInt(whole) < 0n ? -BigInt(whole) : BigInt(whole);
  const base = { x: 16, X: 16, o: 8 }[conversion] ?? 10;
  const prefix = directive.flags.includes("#")
    ? ({ x: "0x", X: "0X", o: "0o" }[conversion] ?? "")
    : "";
  const digits = size.toString(base).padStart(directive.precision ?? 0, "0");
  return padNumber(
    directive,
    whole < 0,
    prefix,
    conversion === "X" ? digits.toUpperCase() : digits,
  );
}

function formatReal(directive: Directive, value: Value): string {
  const numeric = asNumeric(value);
  if (numeric === undefined) {
    throw new PyError("TypeError", `must be real number, not ${typeName(value)}`);
  }
  const real = Number(numeric.value);
  const size = formatFloat(real, directive.conversion, directive.precision ?? 6);
  return padNumber(directive, real < 0 || Object.is(real, -0), "", size);
}

function padNumber(
  { flags, width }: Directive,
  isNegative: boolean,
  prefix: string,
  size: string,
): string {
  const plus = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const sign = (isNegative ? "-" : plus) + prefix;
  if (flags.includes("-")) return (sign + size).padEnd(width);
  if (flags.includes("0")) return sign + size.padStart(width - sign.length, "0");
  return (sign + size).padStart(width);
}
