import { assertNever } from "../assert.ts";
import type { ScheduleSpec } from "../dag-spec.ts";
import { AirloomError } from "../error.ts";
import { checkZone, parseCron } from "./cron.ts";

/** Airflow's names for common schedules, spelled out as cron. */
export const CRON_PRESETS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** Reads what an author wrote as a schedule: a preset or a cron expression; null is no schedule. */
export function parseSchedule(text: string | null, timezone: string): ScheduleSpec {
  if (text === null) return { kind: "none" };
  checkZone(text, timezone);
  const preset = text.trim();
  if (preset === "@once") return { kind: "once" };
  if (preset === "@continuous") return { kind: "continuous" };
  const expression = CRON_PRESETS[preset];
  if (expression !== undefined) return { kind: "cron", expression, timezone, preset };
  if (preset.startsWith("@")) {
    const known = ["@once", "@continuous", ...Object.keys(CRON_PRESETS)].join(", ");
    throw new AirloomError(
      "schedule.bad_value",
      `Cannot parse schedule "${text}": it is not one of ${known}`,
    );
  }
  parseCron(preset, timezone);
  return { kind: "cron", expression: preset, timezone };
}

/** Refuses a schedule that could never be followed. */
export function checkSchedule(schedule: ScheduleSpec): void {
  switch (schedule.kind) {
    case "none":
    case "once":
    case "continuous":
      return;
    case "cron":
      parseCron(schedule.expression, schedule.timezone);
      return;
    case "interval":
      if (Number.isFinite(schedule.seconds) && schedule.seconds >= 1) return;
      throw new AirloomError(
        "schedule.bad_value",
        `Cannot follow a schedule of every ${schedule.seconds} seconds: 1 second or more is expected`,
      );
    default:
      assertNever(schedule);
  }
}
