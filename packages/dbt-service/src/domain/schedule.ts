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

/** A schedule as jobs carry it, with `cron` worked out. */
export function normalizeSchedule(given: unknown): JsonRecord {
  const schedule = readRecord(given);
  const date = normalizeDate(readRecord(schedule["date"]), schedule["cron"]);
  const time = normalizeTime(readRecord(schedule["time"]));
  const cron = readText(date["cron"]) ?? renderCron(date, time);
  checkCron(cron);
  return { cron, date, time };
}

function normalizeDate(date: JsonRecord, cron: unknown): JsonRecord {
  const type = readText(date["type"]) ?? (typeof cron === "string" ? "custom_cron" : "every_day");
  const days = readArray(date["days"])
    .map(readNumber)
    .filter((day) => day !== null && day >= 0 && day <= 6);
  switch (type) {
    case "custom_cron":
      return { type, cron: readText(date["cron"]) ?? readText(cron) ?? "0 * * * *" };
    case "interval_cron":
      return {
        type,
        days: days.length === 0 ? EVERY_DAY : days,
        ...(readText(date["cron"]) === null ? {} : { cron: date["cron"] }),
      };
    case "days_of_week":
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

function normalizeTime(time: JsonRecord): JsonRecord {
  if (time["type"] === "at_exact_hours") {
    const hours = readArray(time["hours"])
      .map(readNumber)
      .filter((hour) => hour !== null && hour >= 0 && hour <= 23);
    return { type: "at_exact_hours", hours: hours.length === 0 ? [0] : hours };
  }
  return { type: "every_hour", interval: Math.max(1, readNumber(time["interval"]) ?? 1) };
}

function renderCron(date: JsonRecord, time: JsonRecord): string {
  const days = readArray(date["days"]);
  const onDays = days.length === 0 || days.length === 7 ? "*" : days.join(",");
  const interval = readNumber(time["interval"]) ?? 1;
  const hours =
    time["type"] === "at_exact_hours"
      ? readArray(time["hours"]).join(",")
      : interval === 1
        ? "*"
        : `*/${interval}`;
  return `0 ${hours} * * ${onDays}`;
}

function checkCron(cron: string): void {
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
