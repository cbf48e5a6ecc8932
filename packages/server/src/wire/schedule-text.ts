import type { DagSpec, ScheduleSpec } from "@airloom/core";

/** A schedule in the few characters a list has room for; null for none. */
export function summarizeSchedule(schedule: ScheduleSpec): string | null {
  switch (schedule.kind) {
    case "none":
      return null;
    case "once":
      return "@once";
    case "continuous":
      return "@continuous";
    case "cron":
      return schedule.preset ?? schedule.expression;
    case "interval":
      return describeSeconds(schedule.seconds);
  }
}

const PRESETS: Readonly<Record<string, string>> = {
  "@hourly": "Hourly",
  "@daily": "Daily",
  "@weekly": "Weekly",
  "@monthly": "Monthly",
  "@quarterly": "Quarterly",
  "@yearly": "Yearly",
};

/** A schedule in words. */
export function describeSchedule(schedule: ScheduleSpec): string {
  switch (schedule.kind) {
    case "none":
      return "Manual";
    case "once":
      return "Once";
    case "continuous":
      return "Again as soon as it ends";
    case "cron": {
      const words = PRESETS[schedule.preset ?? ""] ?? `Cron ${schedule.expression}`;
      return schedule.timezone === "UTC" ? words : `${words}, ${schedule.timezone}`;
    }
    case "interval":
      return `Every ${describeSeconds(schedule.seconds)}`;
  }
}

/** The zone a Dag's times are told in: that of its cron expression, else the Dag's own. */
export function scheduleZone({
  schedule,
  timezone,
}: Pick<DagSpec, "schedule" | "timezone">): string {
  return schedule.kind === "cron" ? schedule.timezone : timezone;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

function describeSeconds(seconds: number): string {
  const unit = UNITS.find(([, length]) => seconds >= length && seconds % length === 0);
  return unit === undefined ? `${seconds} s` : `${seconds / unit[1]} ${unit[0]}`;
}
