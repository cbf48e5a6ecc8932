import {
  callable,
  type Filter,
  type HostObject,
  isHostObject,
  NO_KWARGS,
  PyError,
  pyType,
  pythonModules,
  str,
  type Value,
} from "@airloom/jinja";
import { renderDay, renderTimestamp } from "./dates.ts";

/** A date as templates compute with it: Python's `datetime`, in UTC. */
export function toTemplateDate(at: Date): Value {
  const parse = attributeOf(datetimeClass(), "fromisoformat");
  return call(parse, [renderTimestamp(at)]);
}

/** Airflow's date filters: `{{ logical_date | ds }}` and its kin. */
export const DATE_FILTERS: Readonly<Record<string, Filter>> = {
  ds: (value) => renderDay(toDate(value), "UTC"),
  ds_nodash: (value) => renderDay(toDate(value), "UTC").replaceAll("-", ""),
  ts: (value) => renderTimestamp(toDate(value)),
  ts_nodash: (value) => toNoDash(toDate(value)),
  ts_nodash_with_tz: (value) => `${toNoDash(toDate(value))}+0000`,
};

/** `20261122T060000`. */
export function toNoDash(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(/[-:]/gu, "");
}

/** Airflow's `macros`. */
export function makeMacros(): HostObject {
  const names = new Map<string, Value>([
    ["datetime", datetimeClass()],
    ["timedelta", attributeOf(datetimeModule(), "timedelta")],
    ["ds_add", callable(([day, days]) => addDays(textOf(day), Number(textOf(days))), "ds_add")],
    ["ds_format", callable((args) => formatDay(args.map(textOf)), "ds_format")],
    ["random", callable(() => Math.random(), "random")],
    ["uuid", objectOf("uuid", { uuid4: callable(() => crypto.randomUUID(), "uuid4") })],
  ]);
  return { [pyType]: "macros", getAttribute: (name) => names.get(name) };
}

/** An object of which templates see the given attributes, and nothing else. */
export function objectOf(type: string, attributes: Readonly<Record<string, Value>>): HostObject {
  const find = (name: string): Value | undefined =>
    Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return {
    [pyType]: type,
    getAttribute: find,
    getItem: (key) => (typeof key === "string" ? find(key) : undefined),
    toText: () => `<${type}>`,
  };
}

function addDays(day: string, days: number): string {
  const at = parseDay(day);
  at.setUTCDate(at.getUTCDate() + days);
  return renderDay(at, "UTC");
}

function formatDay([day = "", input = "", output = ""]: readonly string[]): Value {
  const parsed = call(attributeOf(datetimeClass(), "strptime"), [day, input]);
  return call(attributeOf(parsed, "strftime"), [output]);
}

function parseDay(day: string): Date {
  const at = new Date(`${day}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/u.test(day) && Number.isFinite(at.getTime())) return at;
  throw new PyError("ValueError", `time data '${day}' does not match format '%Y-%m-%d'`);
}

function toDate(value: Value): Date {
  const text = typeof value === "string" ? value : str(call(attributeOf(value, "isoformat"), []));
  const at = new Date(
    /(?:Z|[+-]\d{2}:?\d{2})$/u.test(text) || !text.includes("T") ? text : `${text}Z`,
  );
  if (Number.isFinite(at.getTime())) return at;
  throw new PyError("ValueError", `'${text}' is not a date`);
}

function textOf(value: Value | undefined): string {
  return value === undefined ? "" : str(value);
}

function datetimeModule(): Value {
  return attributeOf(pythonModules({ now: () => new Date() }), "datetime");
}

function datetimeClass(): Value {
  return attributeOf(datetimeModule(), "datetime");
}

function attributeOf(object: Value, name: string): Value {
  const found = isHostObject(object) ? object.getAttribute?.(name) : undefined;
  if (found !== undefined) return found;
  throw new PyError("AttributeError", `there is no attribute '${name}'`);
}

/** Calls a function of Python's modules: none of them waits for anything. */
function call(callee: Value, args: readonly Value[]): Value {
  const result = isHostObject(callee) ? callee.call?.(args, NO_KWARGS) : undefined;
  if (result === undefined || result instanceof Promise) {
    throw new PyError("TypeError", "it is not callable here");
  }
  return result;
}
