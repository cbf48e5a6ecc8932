import type { JsonObject, ScheduleSpec } from "@airloom/core";
import type { Place } from "./place.ts";
import {
  type Check,
  checkDefaultArguments,
  checkOptions,
  type DefaultArguments,
  isCount,
  isFlag,
  isPositive,
  isSeconds,
  isText,
} from "./task-options.ts";

/** When a Dag runs: cron text, a preset such as `@daily`, a distance in seconds, or null for by hand only. */
export type Schedule = string | null | { readonly every: number };

/** What may be said of a Dag. Durations are seconds, dates are `Date`. */
export interface DagOptions {
  /** @default null, which is by hand only */
  readonly schedule?: Schedule;
  readonly description?: string;
  readonly docMd?: string;
  /** @default the Dag id */
  readonly dagDisplayName?: string;
  readonly startDate?: Date;
  readonly endDate?: Date;
  /** IANA zone in which cron is read and dates are told. @default "UTC" */
  readonly timezone?: string;
  readonly tags?: readonly string[];
  /** Runs every interval that was missed. @default false */
  readonly catchup?: boolean;
  /** @default 16 */
  readonly maxActiveRuns?: number;
  /** Tasks of one run at a time. @default 16 */
  readonly maxActiveTasks?: number;
  /** Pauses the Dag after so many failed runs in a row; 0 never does. @default 0 */
  readonly maxConsecutiveFailedDagRuns?: number;
  readonly dagrunTimeout?: number;
  /** Stops a run at its first failed task. @default false */
  readonly failFast?: boolean;
  readonly isPausedUponCreation?: boolean;
  /** Defaults of what a run can be triggered with. */
  readonly params?: JsonObject;
  /** A template that is one expression keeps its type. @default false */
  readonly renderTemplateAsNativeObj?: boolean;
  /** Accepted for Dags of Airflow's SDK; runs here always use the newest files. */
  readonly disableBundleVersioning?: boolean;
  /** Queue of tasks that name none. */
  readonly queue?: string;
  /** Options of every task that does not say otherwise. */
  readonly defaultArgs?: DefaultArguments;
}

const isDate: Check = (value) =>
  value instanceof Date && Number.isFinite(value.getTime()) ? undefined : "a valid Date";
const isObject: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "an object";
const isTags: Check = (value) =>
  Array.isArray(value) && value.every((tag) => typeof tag === "string" && tag.length <= 100)
    ? undefined
    : "a list of texts of at most 100 characters";
const isZone: Check = (value) =>
  typeof value === "string" && isTimezone(value)
    ? undefined
    : 'an IANA zone such as "Europe/Berlin"';
const isSchedule: Check = (value) => {
  if (value === null || typeof value === "string") return undefined;
  const every: unknown = typeof value === "object" && "every" in value ? value.every : undefined;
  return typeof every === "number" && every > 0 && Number.isFinite(every)
    ? undefined
    : "cron text, a preset, null, or { every: seconds }";
};

const CHECKS = {
  schedule: isSchedule,
  description: isText,
  docMd: isText,
  dagDisplayName: isText,
  startDate: isDate,
  endDate: isDate,
  timezone: isZone,
  tags: isTags,
  catchup: isFlag,
  maxActiveRuns: isPositive,
  maxActiveTasks: isPositive,
  maxConsecutiveFailedDagRuns: isCount,
  dagrunTimeout: isSeconds,
  failFast: isFlag,
  isPausedUponCreation: isFlag,
  params: isObject,
  renderTemplateAsNativeObj: isFlag,
  disableBundleVersioning: isFlag,
  queue: isText,
  defaultArgs: isObject,
} satisfies Record<keyof DagOptions, Check>;

/** Refuses an option of a Dag that does not exist or cannot have that value. */
export function checkDagOptions(options: object, dagId: string, place: Place | undefined): void {
  checkOptions(options, CHECKS, { of: `Dag "${dagId}"`, place });
  if ("defaultArgs" in options && typeof options.defaultArgs === "object") {
    checkDefaultArguments(options.defaultArgs ?? {}, `defaultArgs of Dag "${dagId}"`, place);
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

const PRESETS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
};

/** The words that may stand for a schedule. */
export const SCHEDULE_PRESETS: readonly string[] = [
  ...Object.keys(PRESETS),
  "@once",
  "@continuous",
];

/** Spells a schedule out. Undefined for a preset that does not exist. */
export function resolveSchedule(schedule: Schedule, timezone: string): ScheduleSpec | undefined {
  if (schedule === null) return { kind: "none" };
  if (typeof schedule === "object") return { kind: "interval", seconds: schedule.every };
  if (schedule === "@once") return { kind: "once" };
  if (schedule === "@continuous") return { kind: "continuous" };
  if (!schedule.startsWith("@")) return { kind: "cron", expression: schedule.trim(), timezone };
  const expression = PRESETS[schedule];
  if (expression === undefined) return undefined;
  return { kind: "cron", expression, timezone, preset: schedule };
}
