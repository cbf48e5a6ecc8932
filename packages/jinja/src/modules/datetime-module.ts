import { PyError } from "../errors.ts";
import { bindArguments, required, requiredText } from "../runtime/arguments.ts";
import { asNumeric, toIndex } from "../values/numeric.ts";
import { repr, str } from "../values/text.ts";
import { callable, type HostObject, type Kwargs, pyType, type Value } from "../values/value.ts";
import { DAY_US, type Fields, floorDivide, toWall } from "./calendar.ts";
import {
  type Awareness,
  awarenessAt,
  fieldsOfKind,
  isTimeValue,
  makeTime,
  moveToZone,
  type TimeKind,
  type TimeValue,
} from "./datetime-values.ts";
import { makeModule } from "./make-module.ts";
import { parseOffset, parseTime } from "./strftime.ts";
import { constructTimeDelta, isTimeDelta, makeTimeDelta } from "./timedelta.ts";
import { findZone, fixedZone, UTC, type Zone } from "./zone.ts";
import { findZoneOf, makeZoneObject } from "./zone-object.ts";

type Clock = { readonly now: () => Date; readonly timeZone?: string };

const START: Fields = {
  year: 1900,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  microsecond: 0,
};
const EPOCH: Fields = { ...START, year: 1970 };

function construct(kind: TimeKind, args: readonly Value[], kwargs: Kwargs): TimeValue {
  const names = fieldsOfKind(kind);
  const bound = bindArguments(kind, [...names, "tzinfo", "fold"], args, kwargs);
  const given = names.flatMap((name, at): [string, number][] => {
    const isNeeded = name === "year" || name === "month" || name === "day";
    const value = isNeeded ? required(kind, name, bound[at]) : bound[at];
    return value === undefined ? [] : [[name, toIndex(value, name)]];
  });
  const wall = toWall({ ...EPOCH, ...Object.fromEntries(given) });
  return makeTime(kind, wall, awarenessAt(wall, bound[names.length]));
}

function fixed(offset: number | undefined): Awareness | undefined {
  if (offset === undefined) return undefined;
  return { zone: offset === 0 ? UTC : fixedZone(offset), offset };
}

const ISO =
  /^(?<year>\d{4})-?(?<month>\d\d)-?(?<day>\d\d)(?:[T ](?<hour>\d\d)(?::?(?<minute>\d\d)(?::?(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?)?(?<offset>Z|[+-]\d\d:?\d\d)?$/u;

function fromIso(kind: "datetime" | "date", text: string): TimeValue {
  const groups = ISO.exec(text)?.groups;
  if (groups === undefined || (kind === "date" && groups["hour"] !== undefined)) {
    throw new PyError("ValueError", `Invalid isoformat string: ${repr(text)}`);
  }
  const read = (name: string): number => Number(groups[name] ?? 0);
  const wall = toWall({
    year: read("year"),
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
    microsecond: Number((groups["fraction"] ?? "0").slice(0, 6).padEnd(6, "0")),
  });
  return makeTime(kind, wall, fixed(parseOffset(groups["offset"])));
}

function fromTimestamp(value: Value | undefined, local: Zone, zone: Zone | undefined): TimeValue {
  const numeric = asNumeric(required("fromtimestamp", "timestamp", value));
  if (numeric === undefined) throw new PyError("TypeError", "a number is required");
  const utc = makeTime("datetime", BigInt(Math.round(Number(numeric.value) * 1e6)), {
    zone: UTC,
    offset: 0,
  });
  const moved = moveToZone(utc, zone ?? local);
  return zone === undefined ? makeTime("datetime", moved.wall) : moved;
}

function combine(args: readonly Value[], kwargs: Kwargs): Value {
  const [date, time, zone] = bindArguments("combine", ["date", "time", "tzinfo"], args, kwargs);
  if (!isTimeValue(date) || !isTimeValue(time)) {
    throw new PyError("TypeError", "combine() needs a date and a time");
  }
  const wall = floorDivide(date.wall, DAY_US) * DAY_US + time.wall;
  return makeTime("datetime", wall, zone === undefined ? time.aware : awarenessAt(wall, zone));
}

function makeClass(
  name: string,
  construct: (args: readonly Value[], kwargs: Kwargs) => Value,
  members: Readonly<Record<string, Value>>,
): HostObject {
  const held = new Map(Object.entries(members));
  return {
    [pyType]: "type",
    call: construct,
    getAttribute: (member) => held.get(member),
    toText: () => `<class 'datetime.${name}'>`,
    toRepr: () => `<class 'datetime.${name}'>`,
  };
}

function makeDatetimeClass(clock: Clock, local: Zone): HostObject {
  const now = (zone: Zone | undefined): TimeValue => {
    const utc = makeTime("datetime", BigInt(clock.now().getTime()) * 1000n);
    const moved = moveToZone(utc, zone ?? local);
    return zone === undefined ? makeTime("datetime", moved.wall) : moved;
  };
  const zoneArgument = (args: readonly Value[], kwargs: Kwargs): Zone | undefined =>
    findZoneOf(args[0] ?? kwargs.get("tz") ?? null);
  return makeClass("datetime", (args, kwargs) => construct("datetime", args, kwargs), {
    now: callable((args, kwargs) => now(zoneArgument(args, kwargs)), "now"),
    utcnow: callable(() => makeTime("datetime", now(UTC).wall), "utcnow"),
    today: callable(() => now(undefined), "today"),
    strptime: callable((args) => {
      const { fields, offset } = parseTime(
        requiredText("strptime", "date_string", args[0]),
        requiredText("strptime", "format", args[1]),
      );
      return makeTime("datetime", toWall(fields), fixed(offset));
    }, "strptime"),
    fromisoformat: callable(
      (args) => fromIso("datetime", requiredText("fromisoformat", "date_string", args[0])),
      "fromisoformat",
    ),
    fromtimestamp: callable(
      (args, kwargs) => fromTimestamp(args[0], local, zoneArgument(args.slice(1), kwargs)),
      "fromtimestamp",
    ),
    utcfromtimestamp: callable(
      (args) => fromTimestamp(args[0], UTC, undefined),
      "utcfromtimestamp",
    ),
    combine: callable(combine, "combine"),
    min: makeTime("datetime", toWall({ ...START, year: 1 })),
    max: makeTime("datetime", toWall({ ...START, year: 9999, month: 12, day: 31 }) + DAY_US - 1n),
  });
}

function makeDateClass(clock: Clock, local: Zone): HostObject {
  const midnight = (wall: bigint): TimeValue =>
    makeTime("date", floorDivide(wall, DAY_US) * DAY_US);
  return makeClass("date", (args, kwargs) => construct("date", args, kwargs), {
    today: callable(() => {
      const utc = makeTime("datetime", BigInt(clock.now().getTime()) * 1000n);
      return midnight(moveToZone(utc, local).wall);
    }, "today"),
    fromisoformat: callable(
      (args) => fromIso("date", requiredText("fromisoformat", "date_string", args[0])),
      "fromisoformat",
    ),
    fromtimestamp: callable(
      (args) => midnight(fromTimestamp(args[0], local, undefined).wall),
      "fromtimestamp",
    ),
    min: makeTime("date", toWall({ ...START, year: 1 })),
    max: makeTime("date", toWall({ ...START, year: 9999, month: 12, day: 31 })),
  });
}

function makeTimezoneClass(): HostObject {
  return makeClass(
    "timezone",
    ([offset, name]) => {
      if (offset === undefined || !isTimeDelta(offset)) {
        throw new PyError("TypeError", "timezone() argument 1 must be datetime.timedelta");
      }
      const seconds = Number(offset.microseconds / 1_000_000n);
      return makeZoneObject(fixedZone(seconds, name === undefined ? undefined : str(name)));
    },
    { utc: makeZoneObject(UTC) },
  );
}

/** Python's `datetime`. Naive local times are those of the given zone, UTC without one. */
export function makeDatetimeModule(clock: Clock): HostObject {
  const local = clock.timeZone === undefined ? UTC : findZone(clock.timeZone);
  return makeModule("datetime", {
    datetime: makeDatetimeClass(clock, local),
    date: makeDateClass(clock, local),
    time: makeClass("time", (args, kwargs) => construct("time", args, kwargs), {}),
    timedelta: makeClass("timedelta", constructTimeDelta, {
      min: makeTimeDelta(-86_399_999_913_600_000_000n),
    }),
    timezone: makeTimezoneClass(),
    UTC: makeZoneObject(UTC),
    MINYEAR: 1,
    MAXYEAR: 9999,
  });
}
