import { PyError } from "../errors.ts";
import { bindArguments, requiredText } from "../runtime/arguments.ts";
import { makeFloat, toIndex } from "../values/numeric.ts";
import { str } from "../values/text.ts";
import {
  type BinaryOperator,
  callable,
  type HostObject,
  isHostObject,
  type Kwargs,
  PyTuple,
  pyType,
  type Value,
} from "../values/value.ts";
import {
  DAY_US,
  type Fields,
  floorDivide,
  isoCalendar,
  toFields,
  toWall,
  wallToMs,
  weekdayOf,
} from "./calendar.ts";
import { formatTime } from "./strftime.ts";
import { isTimeDelta, makeTimeDelta } from "./timedelta.ts";
import { renderOffset, UTC, type Zone } from "./zone.ts";
import { findZoneOf, makeZoneObject } from "./zone-object.ts";

/** The kinds of points in time of Python's `datetime` module. */
export type TimeKind = "datetime" | "date" | "time";

/** The zone of an aware time, with the offset that held then. */
export type Awareness = { readonly zone: Zone; readonly offset: number };

/** A `datetime`, `date` or `time`. */
export type TimeValue = HostObject & {
  readonly kind: TimeKind;
  /** Microseconds since 1970 of what the clock shows. */
  readonly wall: bigint;
  readonly aware: Awareness | undefined;
};

/** Says whether a value is a `datetime`, `date` or `time`. */
export function isTimeValue(value: Value | undefined): value is TimeValue {
  return value !== undefined && isHostObject(value) && "wall" in value && "aware" in value;
}

/** Makes a `datetime`, `date` or `time`. */
export function makeTime(kind: TimeKind, wall: bigint, aware?: Awareness): TimeValue {
  const self: Time = { kind, wall, aware };
  // Fails for times out of range at once, not when they are printed.
  toFields(wall);
  return {
    [pyType]: `datetime.${kind}`,
    kind,
    wall,
    aware,
    getAttribute: (name) => getMember(self, name),
    equals: (other) => isTimeValue(other) && other.kind === kind && isSameTime(self, other),
    compare: (other) =>
      isTimeValue(other) && other.kind === kind ? compare(self, other) : undefined,
    hash: () => `${kind}:${instantOf(self)}`,
    operate: (operator, other, isReflected) => operate(self, operator, other, isReflected),
    format: (spec) => (spec === "" ? isoFormat(self, " ") : strftime(self, spec)),
    toText: () => isoFormat(self, " "),
    toRepr: () => renderRepr(self),
    toJson: () => isoFormat(self, kind === "datetime" ? " " : "T"),
  };
}

type Time = {
  readonly kind: TimeKind;
  readonly wall: bigint;
  readonly aware: Awareness | undefined;
};

function instantOf(time: Time): bigint {
  return time.wall - BigInt(time.aware?.offset ?? 0) * 1_000_000n;
}

function isSameTime(left: Time, right: Time): boolean {
  if ((left.aware === undefined) !== (right.aware === undefined)) return false;
  return instantOf(left) === instantOf(right);
}

function compare(left: Time, right: Time): number {
  if ((left.aware === undefined) !== (right.aware === undefined)) {
    throw new PyError("TypeError", "can't compare offset-naive and offset-aware datetimes");
  }
  const difference = instantOf(left) - instantOf(right);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function operate(
  time: Time,
  operator: BinaryOperator,
  other: Value,
  isReflected: boolean,
): Value | undefined {
  if (time.kind === "time") return undefined;
  if (isTimeDelta(other)) {
    if (operator !== "+" && (operator !== "-" || isReflected)) return undefined;
    const days = floorDivide(other.microseconds, DAY_US) * DAY_US;
    const amount = time.kind === "date" ? days : other.microseconds;
    return makeTime(time.kind, time.wall + (operator === "+" ? amount : -amount), time.aware);
  }
  if (!isTimeValue(other) || operator !== "-" || isReflected || other.kind !== time.kind) {
    return undefined;
  }
  if ((time.aware === undefined) !== (other.aware === undefined)) {
    throw new PyError("TypeError", "can't subtract offset-naive and offset-aware datetimes");
  }
  return makeTimeDelta(instantOf(time) - instantOf(other));
}

function strftime(time: Time, format: string): string {
  return formatTime(format, {
    fields: toFields(time.wall),
    offset: time.aware?.offset,
    zoneName: zoneNameOf(time) ?? "",
  });
}

function zoneNameOf(time: Time): string | undefined {
  return time.aware?.zone.abbreviationAt(wallToMs(instantOf(time)));
}

/** Spells a time as Python's `isoformat`. */
export function isoFormat(time: Time, separator: string, timespec = "auto"): string {
  const fields = toFields(time.wall);
  const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
  const date = `${pad(fields.year, 4)}-${pad(fields.month)}-${pad(fields.day)}`;
  if (time.kind === "date") return date;
  const clock = clockText(fields, timespec);
  const offset = time.aware === undefined ? "" : renderOffset(time.aware.offset, ":");
  return (time.kind === "time" ? "" : date + separator) + clock + offset;
}

function clockText(fields: Fields, timespec: string): string {
  const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
  const minutes = `${pad(fields.hour)}:${pad(fields.minute)}`;
  const seconds = `${minutes}:${pad(fields.second)}`;
  const micros = `${seconds}.${pad(fields.microsecond, 6)}`;
  switch (timespec) {
    case "hours":
      return pad(fields.hour);
    case "minutes":
      return minutes;
    case "seconds":
      return seconds;
    case "milliseconds":
      return micros.slice(0, -3);
    case "microseconds":
      return micros;
    default:
      return fields.microsecond === 0 ? seconds : micros;
  }
}

function renderRepr(time: Time): string {
  const { year, month, day, hour, minute, second, microsecond } = toFields(time.wall);
  const tail = microsecond === 0 ? (second === 0 ? [] : [second]) : [second, microsecond];
  const date = time.kind === "time" ? [] : [year, month, day];
  const clock = time.kind === "date" ? [] : [hour, minute, ...tail];
  const zone = time.aware === undefined ? [] : [`tzinfo=${zoneRepr(time.aware.zone)}`];
  return `datetime.${time.kind}(${[...date, ...clock, ...zone].join(", ")})`;
}

function zoneRepr(zone: Zone): string {
  return zone === UTC ? "datetime.timezone.utc" : `<${zone.name}>`;
}

const DATE_FIELDS = ["year", "month", "day"] as const;
const CLOCK_FIELDS = ["hour", "minute", "second", "microsecond"] as const;

/** The fields that a kind of time has, in the order of its constructor. */
export function fieldsOfKind(kind: TimeKind): readonly (keyof Fields)[] {
  if (kind === "date") return DATE_FIELDS;
  return kind === "time" ? CLOCK_FIELDS : [...DATE_FIELDS, ...CLOCK_FIELDS];
}

function getMember(time: Time, name: string): Value | undefined {
  const field = fieldsOfKind(time.kind).find((known) => known === name);
  if (field !== undefined) return toFields(time.wall)[field];
  if (name === "tzinfo" && time.kind !== "date") {
    return time.aware === undefined ? null : makeZoneObject(time.aware.zone);
  }
  const run = methodOf(time, name);
  return run === undefined ? undefined : callable(run, name);
}

type Run = (args: readonly Value[], kwargs: Kwargs) => Value;

function methodOf(time: Time, name: string): Run | undefined {
  const common = commonMethod(time, name);
  if (common !== undefined) return common;
  if (time.kind !== "time") {
    const method = calendarMethod(time, name);
    if (method !== undefined) return method;
  }
  return time.kind === "datetime" ? datetimeMethod(time, name) : undefined;
}

function commonMethod(time: Time, name: string): Run | undefined {
  switch (name) {
    case "isoformat":
      return (args, kwargs) => {
        const [separator, timespec] = bindArguments(name, ["sep", "timespec"], args, kwargs);
        return isoFormat(time, str(separator ?? "T"), str(timespec ?? "auto"));
      };
    case "strftime":
      return (args) => strftime(time, requiredText(name, "format", args[0]));
    case "replace":
      return (args, kwargs) => replace(time, args, kwargs);
    case "utcoffset":
      return () =>
        time.aware === undefined ? null : makeTimeDelta(BigInt(time.aware.offset) * 1_000_000n);
    case "tzname":
      return () => zoneNameOf(time) ?? null;
    default:
      return undefined;
  }
}

function calendarMethod(time: Time, name: string): Run | undefined {
  switch (name) {
    case "weekday":
      return () => weekdayOf(time.wall);
    case "isoweekday":
      return () => weekdayOf(time.wall) + 1;
    case "isocalendar":
      return () => new PyTuple([...isoCalendar(time.wall)]);
    case "toordinal":
      return () => Number(floorDivide(time.wall, DAY_US)) + 719_163;
    case "ctime":
      return () => strftime(time, "%c");
    default:
      return undefined;
  }
}

function datetimeMethod(time: Time, name: string): Run | undefined {
  const midnight = floorDivide(time.wall, DAY_US) * DAY_US;
  switch (name) {
    case "date":
      return () => makeTime("date", midnight);
    case "time":
      return () => makeTime("time", time.wall - midnight);
    case "timetz":
      return () => makeTime("time", time.wall - midnight, time.aware);
    case "timestamp":
      return () => makeFloat(Number(instantOf(time)) / 1e6);
    case "astimezone":
      return (args) => moveToZone(time, findZoneOf(args[0] ?? null) ?? UTC);
    default:
      return undefined;
  }
}

/** The same instant on the clocks of another zone; naive times are taken for UTC. */
export function moveToZone(time: Time, zone: Zone): TimeValue {
  const instant = instantOf(time);
  const offset = zone.offsetAt(wallToMs(instant));
  return makeTime("datetime", instant + BigInt(offset) * 1_000_000n, { zone, offset });
}

function replace(time: Time, args: readonly Value[], kwargs: Kwargs): Value {
  const names = fieldsOfKind(time.kind);
  const bound = bindArguments("replace", [...names, "tzinfo"], args, kwargs);
  const changed = names.flatMap((name, at): [string, number][] => {
    const value = bound[at];
    return value === undefined ? [] : [[name, toIndex(value, name)]];
  });
  const wall = toWall({ ...toFields(time.wall), ...Object.fromEntries(changed) });
  const zone = bound[names.length];
  return makeTime(time.kind, wall, zone === undefined ? time.aware : awarenessAt(wall, zone));
}

/** The awareness that `tzinfo=zone` gives a clock time. */
export function awarenessAt(wall: bigint, zoneValue: Value | undefined): Awareness | undefined {
  const zone = findZoneOf(zoneValue ?? null);
  if (zone === undefined) return undefined;
  return { zone, offset: zone.offsetAt(wallToMs(wall)) };
}
