import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScheduleSpec } from "../dag-spec.ts";
import { checkSchedule, parseSchedule } from "./parse-schedule.ts";
import {
  findActiveRunsLimit,
  findManualInterval,
  isSchedulePoint,
  planNextRun,
  type Timetable,
} from "./timetable.ts";

const DAILY: ScheduleSpec = { kind: "cron", expression: "0 0 * * *", timezone: "UTC" };
const EVERY_10_S: ScheduleSpec = { kind: "interval", seconds: 10 };

function table(schedule: ScheduleSpec, fields: Partial<Timetable> = {}): Timetable {
  return { schedule, startDate: null, endDate: null, catchup: false, ...fields };
}

function next(
  timetable: Timetable,
  now: string,
  fields: { readonly last?: string; readonly isResuming?: boolean } = {},
) {
  const last = fields.last === undefined ? null : new Date(fields.last);
  const point = planNextRun(timetable, {
    last,
    now: new Date(now),
    isResuming: fields.isResuming ?? true,
  });
  return point?.runAfter.toISOString().replace(".000Z", "Z") ?? null;
}

describe("a cron schedule that is taken up", () => {
  const now = "2026-05-10T10:30:00Z";

  test("goes on with the next tick, whatever was missed", () => {
    expect(next(table(DAILY), now)).toBe("2026-05-11T00:00:00Z");
    expect(next(table(DAILY, { startDate: "2026-01-01T00:00:00Z" }), now)).toBe(
      "2026-05-11T00:00:00Z",
    );
    expect(next(table(DAILY), now, { last: "2026-01-01T00:00:00Z" })).toBe("2026-05-11T00:00:00Z");
  });

  test("waits for its start date, rounded up to a tick", () => {
    expect(next(table(DAILY, { startDate: "2026-06-01T00:00:01Z" }), now)).toBe(
      "2026-06-02T00:00:00Z",
    );
    expect(next(table(DAILY, { startDate: "2026-06-01T00:00:00Z" }), now)).toBe(
      "2026-06-01T00:00:00Z",
    );
  });

  test("with catchup begins at its start date, or behind its last run", () => {
    const catchup = table(DAILY, { startDate: "2026-01-01T00:00:00Z", catchup: true });
    expect(next(catchup, now)).toBe("2026-01-01T00:00:00Z");
    expect(next(catchup, now, { last: "2026-02-01T00:00:00Z" })).toBe("2026-02-02T00:00:00Z");
    expect(next(table(DAILY, { catchup: true }), now)).toBe("2026-05-11T00:00:00Z");
  });

  test("ends at its end date", () => {
    const ending = table(DAILY, { endDate: "2026-05-11T00:00:00Z" });
    expect(next(ending, now)).toBe("2026-05-11T00:00:00Z");
    expect(next(ending, now, { last: "2026-05-11T00:00:00Z" })).toBeNull();
  });

  test("has no run after the last instant there is", () => {
    expect(next(table(DAILY, { startDate: "+275760-09-13T00:00:00Z" }), now)).toBeNull();
  });
});

describe("a cron schedule that goes on after a run", () => {
  test("makes up for the last tick that was missed, and only for that one", () => {
    const last = { last: "2026-05-01T00:00:00Z", isResuming: false };
    expect(next(table(DAILY), "2026-05-10T10:30:00Z", last)).toBe("2026-05-10T00:00:00Z");
    expect(next(table(DAILY), "2026-05-01T00:00:01Z", last)).toBe("2026-05-02T00:00:00Z");
    expect(next(table(DAILY), "2026-05-01T00:00:01Z", { isResuming: false })).toBe(
      "2026-05-02T00:00:00Z",
    );
  });

  test("with catchup makes up for every tick", () => {
    const last = { last: "2026-05-01T00:00:00Z", isResuming: false };
    expect(next(table(DAILY, { catchup: true }), "2026-05-10T10:30:00Z", last)).toBe(
      "2026-05-02T00:00:00Z",
    );
  });

  test("moves strictly forward, tick by tick, in any zone", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "Pacific/Chatham",
      "Australia/Lord_Howe",
      "America/Havana",
    ];
    const expressions = ["0 0 * * *", "30 2 * * *", "*/15 * * * *", "0 3 * * 1"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...expressions),
        fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }),
        fc.boolean(),
        (timezone, expression, start, catchup) => {
          const timetable = table({ kind: "cron", expression, timezone }, { catchup });
          const point = planNextRun(timetable, { last: start, now: start, isResuming: false });
          const at = point?.runAfter ?? start;
          return at > start && isSchedulePoint(timetable, at);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("an interval", () => {
  test("is counted from its start date, or else from its last run", () => {
    const started = table(EVERY_10_S, { startDate: "2026-01-01T00:00:03Z" });
    expect(next(started, "2026-01-01T00:01:00Z")).toBe("2026-01-01T00:01:03Z");
    expect(next(table(EVERY_10_S), "2026-01-01T00:01:00Z", { last: "2026-01-01T00:00:07Z" })).toBe(
      "2026-01-01T00:01:07Z",
    );
  });

  test("without either begins at once", () => {
    expect(next(table(EVERY_10_S), "2026-01-01T00:01:00Z")).toBe("2026-01-01T00:01:00Z");
  });

  test("makes up for the last point that was missed, or with catchup for all", () => {
    const behind = { last: "2026-01-01T00:00:00Z", isResuming: false };
    expect(next(table(EVERY_10_S), "2026-01-01T00:01:05Z", behind)).toBe("2026-01-01T00:01:00Z");
    expect(next(table(EVERY_10_S, { catchup: true }), "2026-01-01T00:01:05Z", behind)).toBe(
      "2026-01-01T00:00:10Z",
    );
  });
});

describe("other schedules", () => {
  test("@once runs at its start date, or at once, and never again", () => {
    const once = table({ kind: "once" });
    expect(next(once, "2026-01-01T00:00:00Z")).toBe("2026-01-01T00:00:00Z");
    expect(next({ ...once, startDate: "2026-02-01T00:00:00Z" }, "2026-01-01T00:00:00Z")).toBe(
      "2026-02-01T00:00:00Z",
    );
    expect(next(once, "2026-01-01T00:00:00Z", { last: "2025-01-01T00:00:00Z" })).toBeNull();
  });

  test("@continuous goes on where the last interval ended, with an interval of its own each time", () => {
    const continuous = table({ kind: "continuous" });
    const now = new Date("2026-01-01T00:10:00Z");
    const last = new Date("2026-01-01T00:00:00Z");
    expect(planNextRun(continuous, { last, now, isResuming: false })).toEqual({
      runAfter: now,
      intervalStart: last,
      intervalEnd: now,
    });
    expect(next(continuous, now.toISOString())).toBe(now.toISOString().replace(".000Z", "Z"));
    const again = planNextRun(continuous, { last: now, now, isResuming: false });
    expect(again?.intervalEnd.getTime()).toBe(now.getTime() + 1);
    const later = "2026-02-01T00:00:00Z";
    expect(next({ ...continuous, startDate: later }, "2026-01-01T00:00:00Z")).toBe(later);
  });

  test("no schedule has no runs", () => {
    expect(next(table({ kind: "none" }), "2026-01-01T00:00:00Z")).toBeNull();
  });

  test("a run by hand has an interval without length", () => {
    const at = new Date("2026-01-01T00:00:00Z");
    expect(findManualInterval(at)).toEqual({ runAfter: at, intervalStart: at, intervalEnd: at });
  });

  test("@continuous allows one run at a time", () => {
    expect(findActiveRunsLimit({ schedule: { kind: "continuous" }, maxActiveRuns: 16 })).toBe(1);
    expect(findActiveRunsLimit({ schedule: DAILY, maxActiveRuns: 16 })).toBe(16);
  });
});

describe("isSchedulePoint()", () => {
  const at = (text: string): Date => new Date(text);

  test.each([
    [table(DAILY), "2026-01-01T00:00:00Z", true],
    [table(DAILY), "2026-01-01T01:00:00Z", false],
    [table(DAILY, { startDate: "2026-01-02T00:00:00Z" }), "2026-01-01T00:00:00Z", false],
    [table(DAILY, { endDate: "2025-12-31T00:00:00Z" }), "2026-01-01T00:00:00Z", false],
    [table(EVERY_10_S, { startDate: "2026-01-01T00:00:03Z" }), "2026-01-01T00:00:13Z", true],
    [table(EVERY_10_S, { startDate: "2026-01-01T00:00:03Z" }), "2026-01-01T00:00:14Z", false],
    [table(EVERY_10_S), "2026-01-01T00:00:14Z", true],
    [table({ kind: "once" }), "2026-01-01T00:00:14Z", true],
    [table({ kind: "continuous" }), "2026-01-01T00:00:14Z", true],
    [table({ kind: "none" }), "2026-01-01T00:00:14Z", false],
  ])("%j at %s: %s", (timetable, time, isPoint) => {
    expect(isSchedulePoint(timetable, at(time))).toBe(isPoint);
  });
});

describe("parseSchedule()", () => {
  test("spells presets out as cron and keeps what was written", () => {
    expect(parseSchedule("@daily", "Europe/Berlin")).toEqual({
      kind: "cron",
      expression: "0 0 * * *",
      timezone: "Europe/Berlin",
      preset: "@daily",
    });
    expect(parseSchedule(" 5 4 * * * ", "UTC")).toEqual({
      kind: "cron",
      expression: "5 4 * * *",
      timezone: "UTC",
    });
    expect(parseSchedule("@once", "UTC")).toEqual({ kind: "once" });
    expect(parseSchedule("@continuous", "UTC")).toEqual({ kind: "continuous" });
    expect(parseSchedule(null, "UTC")).toEqual({ kind: "none" });
  });

  test("names the presets there are", () => {
    expect(() => parseSchedule("@dayly", "UTC")).toThrow(
      'Cannot parse schedule "@dayly": it is not one of @once, @continuous, @hourly, @daily',
    );
  });

  test("refuses a bad zone of a preset too", () => {
    expect(() => parseSchedule("@daily", "Europe/Bärlin")).toThrow(
      "is not the name of a time zone",
    );
  });
});

describe("checkSchedule()", () => {
  test.each([
    { kind: "none" },
    { kind: "once" },
    { kind: "continuous" },
    DAILY,
    EVERY_10_S,
  ] as const)("takes %j", (schedule) => {
    expect(() => checkSchedule(schedule)).not.toThrow();
  });

  test("refuses what never comes, or comes all the time", () => {
    expect(() => checkSchedule({ kind: "interval", seconds: 0 })).toThrow(
      "Cannot follow a schedule of every 0 seconds: 1 second or more is expected",
    );
    expect(() => checkSchedule({ ...DAILY, expression: "0 0 31 2 *" })).toThrow(
      "no day ever matches it",
    );
  });
});

test("a schedule of a kind that is not known is refused everywhere", () => {
  const schedule: ScheduleSpec = JSON.parse('{"kind":"lunar"}');
  expect(() => checkSchedule(schedule)).toThrow("Unreachable");
  expect(() => isSchedulePoint(table(schedule), new Date())).toThrow("Unreachable");
  expect(() => next(table(schedule), "2026-01-01T00:00:00Z")).toThrow("Unreachable");
});
