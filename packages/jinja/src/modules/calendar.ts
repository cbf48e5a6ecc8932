import { PyError } from "../errors.ts";

/** The parts of a clock and calendar time; months and days count from 1. */
export type Fields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
};

/** Microseconds of a day. */
export const DAY_US = 86_400_000_000n;

const MIN_WALL = -62_135_596_800_000_000n;
const MAX_WALL = 253_402_300_800_000_000n;

/** Division that rounds down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by !== 0n && value < 0n !== by < 0n ? quotient - 1n : quotient;
}

const RANGES: readonly (readonly [keyof Fields, number, number])[] = [
  ["year", 1, 9999],
  ["month", 1, 12],
  ["day", 1, 31],
  ["hour", 0, 23],
  ["minute", 0, 59],
  ["second", 0, 59],
  ["microsecond", 0, 999_999],
];

/** Microseconds since 1970 of what a clock shows. */
export function toWall(fields: Fields): bigint {
  for (const [name, least, most] of RANGES) {
    const value = fields[name];
    if (value < least || value > most) {
      const range =
        name === "year" ? `year ${value} is out of range` : `${name} must be in ${least}..${most}`;
      throw new PyError("ValueError", range);
    }
  }
  const date = new Date(0);
  date.setUTCFullYear(fields.year, fields.month - 1, fields.day);
  if (date.getUTCDate() !== fields.day)
    throw new PyError("ValueError", "day is out of range for month");
  date.setUTCHours(fields.hour, fields.minute, fields.second);
  return BigInt(date.getTime()) * 1000n + BigInt(fields.microsecond);
}

/** What a clock shows at microseconds since 1970. */
export function toFields(wall: bigint): Fields {
  if (wall < MIN_WALL || wall >= MAX_WALL)
    throw new PyError("OverflowError", "date value out of range");
  const ms = floorDivide(wall, 1000n);
  const date = new Date(Number(ms));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000 + Number(wall - ms * 1000n),
  };
}

/** Milliseconds since 1970, for what works on JavaScript dates. */
export function wallToMs(wall: bigint): number {
  return Number(floorDivide(wall, 1000n));
}

/** Monday is 0. */
export function weekdayOf(wall: bigint): number {
  const days = floorDivide(wall, DAY_US);
  return Number(((days % 7n) + 10n) % 7n);
}

/** 1 January is 1. */
export function dayOfYear(fields: Fields): number {
  const start = toWall({
    ...fields,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    microsecond: 0,
  });
  return Number(floorDivide(toWall(fields) - start, DAY_US)) + 1;
}

/** Year, week and weekday (Monday is 1) of the ISO calendar. */
export function isoCalendar(wall: bigint): readonly [year: number, week: number, weekday: number] {
  const weekday = weekdayOf(wall) + 1;
  // The Thursday of a week decides which year the week belongs to.
  const thursday = toFields(wall + BigInt(4 - weekday) * DAY_US);
  return [thursday.year, Math.floor((dayOfYear(thursday) - 1) / 7) + 1, weekday];
}
