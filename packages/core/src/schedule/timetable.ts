import { assertNever } from "../assert.ts";
import type { DagSpec, ScheduleSpec } from "../dag-spec.ts";
import { parseCron } from "./cron.ts";

/** A point of a schedule: when its run starts, and the data interval it stands for. */
export interface SchedulePoint {
  readonly runAfter: Date;
  readonly intervalStart: Date;
  readonly intervalEnd: Date;
}

/** What of a Dag says when it runs. */
export type Timetable = Pick<DagSpec, "schedule" | "startDate" | "endDate" | "catchup">;

/** What is known when the next point is asked for. */
export interface TimetableState {
  /** End of the data interval of the last scheduled run; null before the first. */
  readonly last: Date | null;
  readonly now: Date;
  /**
   * True when the schedule is taken up: the Dag is new, was unpaused, or its schedule was changed. Without catchup
   * the next point then lies ahead. False when it goes on after a run: the last point that was missed is made up for.
   */
  readonly isResuming: boolean;
}

/**
 * The next point of a Dag's schedule; null when there is none.
 *
 * As with Airflow 3's trigger timetables the logical date is the point itself and its data interval has no length.
 */
export function planNextRun(timetable: Timetable, state: TimetableState): SchedulePoint | null {
  const point = findNextPoint(timetable, state);
  const latest = readDate(timetable.endDate);
  return point === null || (latest !== null && point.runAfter > latest) ? null : point;
}

/** The data interval of a run that a person starts: no length, at its own date. */
export function findManualInterval(at: Date): SchedulePoint {
  return { runAfter: at, intervalStart: at, intervalEnd: at };
}

/** Most runs of the Dag that may be active because of its schedule. */
export function findActiveRunsLimit(spec: Pick<DagSpec, "schedule" | "maxActiveRuns">): number {
  return spec.schedule.kind === "continuous" ? 1 : spec.maxActiveRuns;
}

/** True where `at` is a point of the schedule: a stored point that is still good after the schedule was read anew. */
export function isSchedulePoint(timetable: Timetable, at: Date): boolean {
  const { schedule } = timetable;
  const earliest = readDate(timetable.startDate);
  const latest = readDate(timetable.endDate);
  if ((earliest !== null && at < earliest) || (latest !== null && at > latest)) return false;
  switch (schedule.kind) {
    case "none":
      return false;
    case "once":
    case "continuous":
      return true;
    case "cron":
    case "interval":
      return (
        openTicks(schedule, earliest ?? at)
          .atOrBefore(at)
          ?.getTime() === at.getTime()
      );
    default:
      return assertNever(schedule);
  }
}

function findNextPoint(timetable: Timetable, state: TimetableState): SchedulePoint | null {
  const { schedule } = timetable;
  const earliest = readDate(timetable.startDate);
  switch (schedule.kind) {
    case "none":
      return null;
    case "once":
      return state.last === null ? findManualInterval(earliest ?? state.now) : null;
    case "continuous": {
      const start = latestOf([state.last, earliest]) ?? state.now;
      // At least a millisecond long, so that the next one has a logical date of its own.
      const end = new Date(Math.max(start.getTime() + 1, state.now.getTime()));
      const runAfter = start > state.now ? start : state.now;
      return { runAfter, intervalStart: start, intervalEnd: end };
    }
    case "cron":
    case "interval": {
      const tick = findNextTick(timetable, schedule, { ...state, earliest });
      return tick === null ? null : findManualInterval(tick);
    }
    default:
      return assertNever(schedule);
  }
}

type TickingSchedule = Extract<ScheduleSpec, { readonly kind: "cron" | "interval" }>;

function findNextTick(
  timetable: Timetable,
  schedule: TickingSchedule,
  state: TimetableState & { readonly earliest: Date | null },
): Date | null {
  const { last, now, earliest } = state;
  const ticks = openTicks(schedule, earliest ?? last ?? now);
  const first = earliest === null ? null : ticks.atOrAfter(earliest);
  const following = last === null ? null : ticks.after(last);
  const known = [first, following];
  if (known.includes(undefined)) return null;
  const ahead =
    schedule.kind === "interval" && last === null && earliest === null ? now : ticks.after(now);
  if (timetable.catchup) return latestOf(known) ?? latestOf([ahead]);
  const current = state.isResuming || latestOf(known) === null ? ahead : ticks.atOrBefore(now);
  return latestOf([...known, current]);
}

interface Ticks {
  after(at: Date): Date | undefined;
  atOrAfter(at: Date): Date | undefined;
  atOrBefore(at: Date): Date | undefined;
}

/** The ticks of a cron expression, or of an interval counted from `anchor`. */
function openTicks(schedule: TickingSchedule, anchor: Date): Ticks {
  if (schedule.kind === "cron") {
    const cron = parseCron(schedule.expression, schedule.timezone);
    return {
      after: (at) => cron.findAfter(at),
      atOrAfter: (at) => cron.findAfter(new Date(at.getTime() - 1)),
      atOrBefore: (at) => cron.findAtOrBefore(at),
    };
  }
  const periodMs = Math.max(1, Math.round(schedule.seconds * 1_000));
  const tick = (count: number): Date => new Date(anchor.getTime() + count * periodMs);
  const countAt = (at: Date): number => (at.getTime() - anchor.getTime()) / periodMs;
  return {
    after: (at) => tick(Math.floor(countAt(at)) + 1),
    atOrAfter: (at) => tick(Math.ceil(countAt(at))),
    atOrBefore: (at) => tick(Math.floor(countAt(at))),
  };
}

function latestOf(dates: readonly (Date | null | undefined)[]): Date | null {
  const times = dates.flatMap((date) => (date ? [date.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function readDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
