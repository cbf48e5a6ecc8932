import { PyError } from "../errors.ts";
import { bindArguments } from "../runtime/arguments.ts";
import { asNumeric, makeFloat } from "../values/numeric.ts";
import { typeName } from "../values/type-name.ts";
import {
  type BinaryOperator,
  callable,
  type HostObject,
  isHostObject,
  type Kwargs,
  pyType,
  type Value,
} from "../values/value.ts";
import { DAY_US, floorDivide } from "./calendar.ts";

/** Python's `timedelta`. */
export type TimeDelta = HostObject & { readonly microseconds: bigint };

/** Says whether a value is a `timedelta`. */
export function isTimeDelta(value: Value): value is TimeDelta {
  return isHostObject(value) && value[pyType] === "datetime.timedelta" && "microseconds" in value;
}

const MAX_US = 86_400_000_000_000_000_000n;

/** Makes a `timedelta`. */
export function makeTimeDelta(microseconds: bigint): TimeDelta {
  if (microseconds >= MAX_US || microseconds <= -MAX_US) {
    throw new PyError("OverflowError", "days of a timedelta must be within 999999999");
  }
  return {
    [pyType]: "datetime.timedelta",
    microseconds,
    getAttribute: (name) => getPart(microseconds, name),
    isTruthy: () => microseconds !== 0n,
    equals: (other) => isTimeDelta(other) && other.microseconds === microseconds,
    compare: (other) =>
      isTimeDelta(other) ? Number(microseconds - other.microseconds) : undefined,
    hash: () => `timedelta:${microseconds}`,
    operate: (operator, other, isReflected) => operate(microseconds, operator, other, isReflected),
    toText: () => render(microseconds),
    toRepr: () => renderRepr(microseconds),
    toJson: () => render(microseconds),
  };
}

function split(microseconds: bigint): readonly [days: number, seconds: number, rest: number] {
  const days = floorDivide(microseconds, DAY_US);
  const rest = microseconds - days * DAY_US;
  return [Number(days), Number(rest / 1_000_000n), Number(rest % 1_000_000n)];
}

function getPart(microseconds: bigint, name: string): Value | undefined {
  const [days, seconds, rest] = split(microseconds);
  switch (name) {
    case "days":
      return days;
    case "seconds":
      return seconds;
    case "microseconds":
      return rest;
    case "total_seconds":
      return callable(() => makeFloat(Number(microseconds) / 1e6), name);
    default:
      return undefined;
  }
}

function operate(
  own: bigint,
  operator: BinaryOperator,
  other: Value,
  isReflected: boolean,
): Value | undefined {
  if (isTimeDelta(other)) return combine(own, operator, other.microseconds);
  const numeric = asNumeric(other);
  if (numeric === undefined) return undefined;
  if (operator === "*") {
    return makeTimeDelta(
      numeric.isFloat ? roundUs(Number(own) * numeric.value) : own * BigInt(numeric.value),
    );
  }
  if (isReflected) return undefined;
  if (Number(numeric.value) === 0) throw new PyError("ZeroDivisionError", "division by zero");
  if (operator === "/") return makeTimeDelta(roundUs(Number(own) / Number(numeric.value)));
  if (operator === "//" && !numeric.isFloat)
    return makeTimeDelta(floorDivide(own, BigInt(numeric.value)));
  return undefined;
}

function combine(own: bigint, operator: BinaryOperator, other: bigint): Value | undefined {
  if (operator === "+") return makeTimeDelta(own + other);
  if (operator === "-") return makeTimeDelta(own - other);
  if (other === 0n) throw new PyError("ZeroDivisionError", "division by zero");
  if (operator === "/") return makeFloat(Number(own) / Number(other));
  const quotient = floorDivide(own, other);
  if (operator === "//") return Number(quotient);
  return operator === "%" ? makeTimeDelta(own - quotient * other) : undefined;
}

function roundUs(value: number): bigint {
  return BigInt(Math.round(value));
}

function render(microseconds: bigint): string {
  const [days, seconds, rest] = split(microseconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(6, "0")}`;
  const label = days === 0 ? "" : `${days} day${Math.abs(days) === 1 ? "" : "s"}, `;
  return label + clock + fraction;
}

function renderRepr(microseconds: bigint): string {
  const [days, seconds, rest] = split(microseconds);
  const parts = [
    days === 0 ? [] : [`days=${days}`],
    seconds === 0 ? [] : [`seconds=${seconds}`],
    rest === 0 ? [] : [`microseconds=${rest}`],
  ].flat();
  return `datetime.timedelta(${parts.length === 0 ? "0" : parts.join(", ")})`;
}

const UNITS: readonly (readonly [name: string, microseconds: number])[] = [
  ["days", 86_400_000_000],
  ["seconds", 1_000_000],
  ["microseconds", 1],
  ["milliseconds", 1000],
  ["minutes", 60_000_000],
  ["hours", 3_600_000_000],
  ["weeks", 604_800_000_000],
];

/** What calling the class `timedelta` makes. */
export function constructTimeDelta(args: readonly Value[], kwargs: Kwargs): TimeDelta {
  const names = UNITS.map(([name]) => name);
  const bound = bindArguments("timedelta", names, args, kwargs);
  let total = 0n;
  for (const [at, [name, unit]] of UNITS.entries()) {
    const value = bound[at];
    if (value !== undefined) total += unitsOf(value, unit, name);
  }
  return makeTimeDelta(total);
}

function unitsOf(value: Value, unit: number, name: string): bigint {
  const numeric = asNumeric(value);
  if (numeric === undefined) {
    throw new PyError(
      "TypeError",
      `unsupported type for timedelta ${name} component: ${typeName(value)}`,
    );
  }
  return numeric.isFloat ? roundUs(numeric.value * unit) : BigInt(numeric.value) * BigInt(unit);
}
