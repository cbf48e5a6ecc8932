import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findLastDue, findNextRun, humanizeCron, normalizeSchedule } from "./schedule.ts";

const CRONS = ["0 * * * *", "*/7 * * * *", "30 4 * * 1,3", "0 0 L * *", "4 2-23/2 * * *"] as const;

describe("findLastDue()", () => {
  const instant = fc.integer({ min: 0, max: 400 * 24 * 60 }).map((minutes) => {
    return new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
  });

  test("is the last of the times after one instant and up to another, or none", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CRONS),
        instant,
        fc.integer({ min: 0, max: 5_000 }),
        (cron, after, minutes) => {
          const until = new Date(after.getTime() + minutes * 60_000);
          const due = findLastDue(cron, after, until);
          const first = findNextRun(cron, after);
          if (due === undefined) {
            expect(first === undefined || first > until).toBe(true);
            return;
          }
          expect(due > after && due <= until).toBe(true);
          expect(findNextRun(cron, new Date(due.getTime() - 1_000))).toEqual(due);
          const next = findNextRun(cron, due);
          expect(next === undefined || next > until).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["0 * * * *", "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000Z"],
    ["0 * * * *", "2026-01-01T12:00:00Z", "2026-01-01T12:59:59Z", undefined],
    ["0 * * * *", "2026-01-01T12:00:00Z", "2026-01-04T17:20:00Z", "2026-01-04T17:00:00.000Z"],
    ["0 0 30 2 *", "2026-01-01T12:00:00Z", "2026-12-01T12:00:00Z", undefined],
  ])("of %s after %s until %s is %s", (cron, after, until, due) => {
    expect(findLastDue(cron, new Date(after), new Date(until))?.toISOString()).toBe(due);
  });
});

describe("normalizeSchedule()", () => {
  test.each([
    [null, "0 * * * *"],
    [{ cron: "5 4 * * *" }, "5 4 * * *"],
    [{ date: { type: "custom_cron", cron: "0 0 L * *" } }, "0 0 L * *"],
    [{ date: { type: "every_day" }, time: { type: "every_hour", interval: 6 } }, "0 */6 * * *"],
    [
      {
        date: { type: "days_of_week", days: [1, 5] },
        time: { type: "at_exact_hours", hours: [3, 9] },
      },
      "0 3,9 * * 1,5",
    ],
    [{ date: { type: "interval_cron", days: [0], cron: "2 */12 * * 0" } }, "2 */12 * * 0"],
  ])("of %j runs at %s, and again so when it is sent back", (given, cron) => {
    const schedule = normalizeSchedule(given);
    expect(schedule["cron"]).toBe(cron);
    expect(normalizeSchedule(schedule)).toEqual(schedule);
  });

  test.each([
    ["4 */5 * * 0,1,2,3,4", [0, 1, 2, 3, 4]],
    ["4 */5 * * 1-5", [1, 2, 3, 4, 5]],
    ["4 */5 * * MON,7", [0, 1]],
    ["4 */5 * * *", [0, 1, 2, 3, 4, 5, 6]],
  ])("reads the days of an interval out of %s where they stand there alone (J12)", (cron, days) => {
    const schedule = normalizeSchedule({
      date: { type: "interval_cron", cron },
      time: { type: "every_hour", interval: 5 },
    });
    expect(schedule).toMatchObject({ cron, date: { type: "interval_cron", cron, days } });
    expect(normalizeSchedule(schedule)).toEqual(schedule);
  });

  test.each([
    [{ cron: "61 * * * *" }, 'the job\'s schedule "61 * * * *"'],
    [{ date: { type: "never" } }, 'date.type "never"'],
    [{ cron: "* * * * * *" }, "expected five fields"],
    [{ cron: "* * * *" }, "expected five fields"],
    [{ cron: "@daily" }, "expected five fields"],
    [{ cron: "@every 5m" }, "expected five fields"],
    [{ date: { type: "custom_cron", cron: "0 0 * * * 2026" } }, "expected five fields"],
    [{ date: { type: "interval_cron", cron: "@hourly" } }, "expected five fields"],
    [{ date: { type: "custom_cron" } }, '"schedule.date.cron" is missing'],
    [{ date: { type: "custom_cron", cron: " " } }, '"schedule.date.cron" is missing'],
    [{ date: { type: "days_of_week" } }, '"schedule.date.days" is missing'],
    [{ time: { type: "at_exact_hours", hours: [] } }, '"schedule.time.hours" is missing'],
  ])("refuses %j and says why (J12)", (given, said) => {
    expect(() => normalizeSchedule(given)).toThrow(said);
  });

  test("comes back as it went in, whatever its type (J12)", () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 });
    const date = fc.oneof(
      fc.record({ type: fc.constant("every_day") }),
      fc.record({ type: fc.constant("days_of_week"), days }),
      fc.record({ type: fc.constant("interval_cron"), days }),
      fc.record({ type: fc.constant("custom_cron"), cron: fc.constantFrom(...CRONS) }),
    );
    const time = fc.oneof(
      fc.record({ type: fc.constant("every_hour"), interval: fc.integer({ min: 1, max: 24 }) }),
      fc.record({
        type: fc.constant("at_exact_hours"),
        hours: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(fc.record({ date, time }), (given) => {
        const schedule = normalizeSchedule(given);
        expect(schedule).toMatchObject(given);
        expect(normalizeSchedule(schedule)).toEqual(schedule);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ["0 * * * *", "Every hour"],
  ["2 */12 * * 0,1", "At 2 minutes past the hour, every 12 hours, only on Sunday, Monday"],
  ["5 4 * * *", "At 04:05"],
  ["0 0 L * *", "0 0 L * *"],
])("humanizeCron() says %s as %s", (cron, words) => {
  expect(humanizeCron(cron)).toBe(words);
});
