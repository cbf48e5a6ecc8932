import {
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
} from "@airloom/dbt-cloud/contract";
import { Cron } from "croner";
import { ApiError } from "../api-error.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const DAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/**
 * A schedule as jobs carry it, with `cron` worked out. What comes back can be sent again without changing anything.
 *
 * Errors: 400 for a schedule that says less than its type needs, or a cron that dbt Cloud would not take.
 */
export function normalizeSchedule(given: unknown): JsonRecord {
  const schedule = readRecord(given);
  const date = normalizeDate(readRecord(schedule["date"]), readText(schedule["cron"]));
  const time = normalizeTime(readRecord(schedule["time"]));
  const cron = readText(date["cron"]) ?? renderCron(date, time);
  checkCron(cron);
  return { cron, date, time };
}

function normalizeDate(date: JsonRecord, outer: string | null): JsonRecord {
  const type = readText(date["type"]) ?? (outer === null ? "every_day" : "custom_cron");
  const cron = readText(date["cron"]);
  const days = [...new Set(readArray(date["days"]).map(readNumber))];
  switch (type) {
    case "custom_cron": {
      const own = cron ?? outer;
      if (own === null || own.trim() === "") refuseMissing("date.cron", type);
      return { type, cron: own };
    }
    case "interval_cron": {
      if (cron !== null) checkCron(cron);
      const own = days.length > 0 || cron === null ? days : listDays(cron);
      return { type, days: own.length === 0 ? EVERY_DAY : own, ...(cron === null ? {} : { cron }) };
    }
    case "days_of_week":
      if (days.length === 0) refuseMissing("date.days", type);
      return { type, days };
    case "every_day":
      return { type };
    default:
      throw new ApiError(
        400,
        `Cannot read schedule.date.type "${type}": expected every_day, days_of_week, custom_cron or interval_cron`,
      );
  }
}

function refuseMissing(field: string, type: string): never {
  throw new ApiError(
    400,
    `Cannot read the job's schedule: "schedule.${field}" is missing, which ${type} needs`,
  );
}

/** The days that the last field of a cron names, from 0 for Sunday. */
function listDays(cron: string): readonly number[] {
  const field = cron.trim().split(/\s+/u)[4] ?? "*";
  // However the field is written: seven runs from the eve of a Sunday are on every day that it names.
  const week = new Cron(`0 0 * * ${field}`, { paused: true, timezone: "UTC" });
  const runs = week.nextRuns(7, "2026-01-03T23:59:59Z").map((at) => at.getUTCDay());
  return EVERY_DAY.filter((day) => runs.includes(day));
}

function normalizeTime(time: JsonRecord): JsonRecord {
  if (time["type"] === "at_exact_hours") {
    const hours = [...new Set(readArray(time["hours"]).map(readNumber))];
    if (hours.length === 0) refuseMissing("time.hours", "at_exact_hours");
    return { type: "at_exact_hours", hours };
  }
  return { type: "every_hour", interval: readNumber(time["interval"]) ?? 1 };
}

function renderCron(date: JsonRecord, time: JsonRecord): string {
  const days = readArray(date["days"]);
  const onDays = days.length === 0 || days.length === 7 ? "*" : days.join(",");
  return `0 ${renderHours(time)} * * ${onDays}`;
}

function renderHours(time: JsonRecord): string {
  if (time["type"] === "at_exact_hours") return readArray(time["hours"]).join(",");
  const interval = readNumber(time["interval"]) ?? 1;
  if (interval === 1) return "*";
  return interval === 24 ? "0" : `*/${interval}`;
}

const FIVE_FIELDS = /^\s*(?:[\w*,/#?-]+\s+){4}[\w*,/#?-]+\s*$/u;

function checkCron(cron: string): void {
  if (!FIVE_FIELDS.test(cron)) {
    throw new ApiError(
      400,
      `Cannot read the job's schedule ${JSON.stringify(cron)}: expected five fields, such as "0 */2 * * 1-5"`,
    );
  }
  try {
    new Cron(cron, { paused: true, timezone: "UTC" });
  } catch (error) {
    throw new ApiError(400, `Cannot read the job's schedule "${cron}": ${String(error)}`);
  }
}

/** When the schedule is next due after `after`; `undefined` when never. */
export function findNextRun(cron: string, after: Date): Date | undefined {
  return new Cron(cron, { paused: true, timezone: "UTC" }).nextRun(after) ?? undefined;
}

/** The latest time the schedule was due after `after` and not after `until`; `undefined` when it was not. */
export function findLastDue(cron: string, after: Date, until: Date): Date | undefined {
  // Croner looks strictly before its reference; what is due at `until` counts.
  const justAfter = new Date(until.getTime() + 1_000);
  const [due] = new Cron(cron, { paused: true, timezone: "UTC" })
    .previousRuns(2, justAfter)
    .filter((at) => at <= until);
  return due !== undefined && due > after ? due : undefined;
}

/** A schedule in words, as in `cron_humanized`. */
export function humanizeCron(cron: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.split(/\s+/u);
  if (day !== "*" || month !== "*") return cron;
  const on = /^[0-6](?:,[0-6])*$/u.test(weekday)
    ? `, only on ${weekday
        .split(",")
        .map((index) => DAY_NAMES[Number(index)])
        .join(", ")}`
    : "";
  if (hour === "*" && minute === "0") return `Every hour${on}`;
  const interval = /^\*\/(?<hours>\d+)$/u.exec(hour)?.groups?.["hours"];
  if (interval !== undefined)
    return `At ${minute} minutes past the hour, every ${interval} hours${on}`;
  if (/^\d+$/u.test(hour) && /^\d+$/u.test(minute)) {
    return `At ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}${on}`;
  }
  return cron;
}
