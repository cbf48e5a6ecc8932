import { PyError } from "../errors.ts";
import { requiredText } from "../runtime/arguments.ts";
import { callable, type HostObject, type Value } from "../values/value.ts";
import { wallToMs } from "./calendar.ts";
import { isTimeValue, makeTime, moveToZone, type TimeValue } from "./datetime-values.ts";
import { makeModule } from "./make-module.ts";
import { findZone, offsetAtWall, type Zone } from "./zone.ts";
import { makeZoneObject } from "./zone-object.ts";

function requiredTime(callee: string, value: Value | undefined): TimeValue {
  if (isTimeValue(value)) return value;
  throw new PyError("TypeError", `${callee}() needs a datetime`);
}

function localize(zone: Zone, value: Value | undefined): Value {
  const time = requiredTime("localize", value);
  if (time.aware !== undefined)
    throw new PyError("ValueError", "Not naive datetime (tzinfo is already set)");
  const offset = offsetAtWall(zone, wallToMs(time.wall));
  return makeTime("datetime", time.wall, { zone, offset });
}

function makePytzZone(zone: Zone): HostObject {
  return makeZoneObject(zone, (name) => {
    if (name === "localize") return callable((args) => localize(zone, args[0]), name);
    if (name !== "normalize" && name !== "fromutc") return undefined;
    return callable((args) => moveToZone(requiredTime(name, args[0]), zone), name);
  });
}

/** The parts of `pytz` that dbt projects use, on the zones of `Intl`. */
export function makePytzModule(): HostObject {
  const utc = makePytzZone(findZone("UTC"));
  const names = Intl.supportedValuesOf("timeZone");
  return makeModule("pytz", {
    timezone: callable(
      (args) => makePytzZone(findZone(requiredText("timezone", "zone", args[0]))),
      "timezone",
    ),
    utc,
    UTC: utc,
    all_timezones: [...names],
    common_timezones: [...names],
  });
}
