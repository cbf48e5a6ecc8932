import { PyError } from "../errors.ts";
import { repr } from "../values/text.ts";

/** A time zone: how far its clocks are from UTC, in seconds, and what that is called. */
export type Zone = {
  readonly name: string;
  offsetAt(utcMs: number): number;
  abbreviationAt(utcMs: number): string;
};

/** UTC itself. */
export const UTC: Zone = { name: "UTC", offsetAt: () => 0, abbreviationAt: () => "UTC" };

/** Spells an offset: `+02:00`, or `+0200` with an empty separator. */
export function renderOffset(seconds: number, separator: string): string {
  const size = Math.abs(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const rest = size % 60 === 0 ? "" : `${separator}${two(size % 60)}`;
  const sign = seconds < 0 ? "-" : "+";
  return `${sign}${two(Math.floor(size / 3600))}${separator}${two(Math.floor(size / 60) % 60)}${rest}`;
}

/** A zone whose clocks never change. */
export function fixedZone(seconds: number, name?: string): Zone {
  const label = name ?? (seconds === 0 ? "UTC" : `UTC${renderOffset(seconds, ":")}`);
  return { name: label, offsetAt: () => seconds, abbreviationAt: () => label };
}

/** A zone of the IANA database, as `Intl` knows it. */
export function findZone(name: string): Zone {
  if (/^(?:UTC|Etc\/UTC|GMT|Zulu)$/iu.test(name)) return { ...UTC, name };
  const formatter = makeFormatter(name);
  return {
    name,
    offsetAt: (utcMs) => offsetOf(formatter, utcMs),
    abbreviationAt: (utcMs) => abbreviate(name, utcMs, offsetOf(formatter, utcMs)),
  };
}

function makeFormatter(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new PyError("UnknownTimeZoneError", repr(name));
  }
}

function offsetOf(formatter: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(formatter.formatToParts(utcMs).map(({ type, value }) => [type, value]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
  const year = parts.get("era") === "BC" ? 1 - read("year") : read("year");
  const local = new Date(0);
  local.setUTCFullYear(year, read("month") - 1, read("day"));
  local.setUTCHours(read("hour"), read("minute"), read("second"));
  return Math.round((local.getTime() - Math.floor(utcMs / 1000) * 1000) / 1000);
}

// Which abbreviations `Intl` knows depends on the language: each knows those of its own region.
const LOCALES = ["en-US", "en-GB", "en-AU", "en-IN", "en-NZ", "en-ZA"];

function abbreviate(name: string, utcMs: number, offset: number): string {
  for (const locale of LOCALES) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: "short" });
    const part = format.formatToParts(utcMs).find(({ type }) => type === "timeZoneName");
    if (part !== undefined && !/^(?:GMT|UTC)[+-]/u.test(part.value)) return part.value;
  }
  return renderOffset(offset, "").replace(/00$/u, "");
}

/** The offset of a zone when its clocks show a time; of two possible ones, the later (standard) time. */
export function offsetAtWall(zone: Zone, wallMs: number): number {
  const before = zone.offsetAt(wallMs - 86_400_000);
  const after = zone.offsetAt(wallMs + 86_400_000);
  const fits = [after, before].filter((offset) => zone.offsetAt(wallMs - offset * 1000) === offset);
  return fits[0] === undefined ? before : Math.min(...fits);
}
