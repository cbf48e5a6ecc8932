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

  test("says what is wrong with a schedule", () => {
    expect(() => normalizeSchedule({ cron: "61 * * * *" })).toThrow(
      'the job\'s schedule "61 * * * *"',
    );
    expect(() => normalizeSchedule({ date: { type: "never" } })).toThrow('date.type "never"');
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
