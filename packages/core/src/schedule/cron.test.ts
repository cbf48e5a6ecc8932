import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron } from "./cron.ts";

const MINUTE_MS = 60_000;

/** Zones with changes of an hour, half an hour, at odd minutes, at midnight, and of a whole day. */
const CHANGES = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Pacific/Chatham", "2026-04-04T14:00:00Z"],
  ["Pacific/Chatham", "2026-09-26T14:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["America/Havana", "2026-03-08T05:00:00Z"],
  ["America/Havana", "2026-11-01T05:00:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
] as const;

/** Whatever the hour: these follow elapsed time. */
const EVERY_HOUR = [
  ["*/15 * * * *", (minute: number) => minute % 15 === 0],
  ["0 * * * *", (minute: number) => minute === 0],
  ["30 * * * *", (minute: number) => minute === 30],
  ["7,52 * * * *", (minute: number) => minute === 7 || minute === 52],
] as const;

/** At fixed times: these come once a day. */
const DAILY = [
  [0, 0],
  [0, 30],
  [1, 15],
  [1, 45],
  [2, 0],
  [2, 15],
  [2, 30],
  [3, 0],
  [12, 0],
  [23, 59],
] as const;

interface LocalMinute {
  readonly at: number;
  /** `YYYY-MM-DD HH:MM` in the zone. */
  readonly local: string;
}

/** Every minute around a change of the clocks, with what the clocks on the wall show. */
function readMinutes(timezone: string, change: string, hours: number): readonly LocalMinute[] {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const start = Date.parse(change) - hours * 60 * MINUTE_MS;
  return Array.from({ length: 2 * hours * 60 }, (_, index) => {
    const at = start + index * MINUTE_MS;
    return { at, local: format.format(at) };
  });
}

/** The first minute of each day that shows the time, or the first one behind it where the time is skipped. */
function findDaily(minutes: readonly LocalMinute[], time: string): readonly number[] {
  const days = [...new Set(minutes.map(({ local }) => local.slice(0, 10)))].slice(1, -1);
  const found = days.map((day) => {
    const wanted = `${day} ${time}`;
    const exact = minutes.find(({ local }) => local === wanted);
    return (exact ?? minutes.find(({ local }) => local > wanted))?.at ?? 0;
  });
  return [...new Set(found)];
}

/** All points of a table after `from`, up to `to`. */
function listPoints(
  expression: string,
  timezone: string,
  range: readonly [number, number],
): readonly number[] {
  const table = parseCron(expression, timezone);
  const points: number[] = [];
  let at = table.findAfter(new Date(range[0]));
  while (at !== undefined && at.getTime() <= range[1]) {
    points.push(at.getTime());
    at = table.findAfter(at);
  }
  return points;
}

function show(points: readonly number[]): readonly string[] {
  return points.map((at) => new Date(at).toISOString());
}

describe.each(CHANGES)("around the change of clocks in %s at %s", (timezone, change) => {
  test("points of every hour follow elapsed time", () => {
    const minutes = readMinutes(timezone, change, 26);
    const range = [minutes[0]?.at ?? 0, minutes.at(-1)?.at ?? 0] as const;
    for (const [expression, isPoint] of EVERY_HOUR) {
      const expected = minutes.slice(1).filter(({ local }) => isPoint(Number(local.slice(-2))));
      expect([expression, ...show(listPoints(expression, timezone, range))]).toEqual([
        expression,
        ...show(expected.map(({ at }) => at)),
      ]);
    }
  });

  test("points of a fixed time come once a day", () => {
    const minutes = readMinutes(timezone, change, 50);
    for (const [hour, minute] of DAILY) {
      const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      const expected = findDaily(minutes, time);
      const range = [(expected[0] ?? 0) - 1, expected.at(-1) ?? 0] as const;
      const points = listPoints(`${minute} ${hour} * * *`, timezone, range);
      expect([time, ...show(points)]).toEqual([time, ...show(expected)]);
    }
  });

  test("a point depends on the instant it is asked for, not on what was asked before", () => {
    const middle = Date.parse(change);
    const expressions = ["30 * * * *", "0 0 * * *", "30 2 * * *", "15 1 * * *"];
    const anyMs = fc.integer({ min: -36 * 60 * MINUTE_MS, max: 36 * 60 * MINUTE_MS });
    const tables = expressions.map((expression) => ({
      table: parseCron(expression, timezone),
      points: listPoints(expression, timezone, [
        middle - 72 * 60 * MINUTE_MS,
        middle + 72 * 60 * MINUTE_MS,
      ]),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...tables), anyMs, ({ table, points }, offsetMs) => {
        const at = new Date(middle + offsetMs);
        const next = points.find((point) => point > at.getTime());
        const last = points.findLast((point) => point <= at.getTime());
        return (
          table.findAfter(at)?.getTime() === next && table.findAtOrBefore(at)?.getTime() === last
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe("parseCron()", () => {
  test.each([
    ["61 * * * *", 'Cannot parse schedule "61 * * * *": minute 61 is not between 0 and 59'],
    ["0 24 * * *", "hour 24 is not between 0 and 23"],
    ["0-70 * * * *", "minute 70 is not between 0 and 59"],
    ["* * 0 * *", "day of month 0 is not between 1 and 31"],
    ["* * * 13 *", "month 13 is not between 1 and 12"],
    ["* * * foo *", 'month "foo" is not a number or one of jan, feb'],
    ["* * * * 8", "day of week 8 is not between 0 and 7"],
    ["a * * * *", 'minute "a" is not a number'],
    ["1,,2 * * * *", 'minute "" is not a number, a range, a step or a list of them'],
    ["*/0 * * * *", 'step "0" of minute is not a whole number above 0'],
    ["5-1 * * * *", "larger than"],
    ["* * *", "it has 3 fields, five are expected"],
    ["x", "it has 1 field, five are expected"],
    ["0 * * * * *", "it has 6 fields, five are expected"],
    ["0 0 30 2 *", "no day ever matches it"],
  ])("refuses %s", (expression, fault) => {
    expect(() => parseCron(expression, "UTC")).toThrow(fault);
    expect(() => parseCron(expression, "UTC")).toThrow(
      expect.objectContaining({ code: "schedule.bad_value" }),
    );
  });

  test("refuses a zone that does not exist", () => {
    expect(() => parseCron("* * * * *", "Mars/Phobos")).toThrow(
      'Cannot parse schedule "* * * * *": "Mars/Phobos" is not the name of a time zone such as "Europe/Berlin"',
    );
  });

  test.each([
    ["0 0 * * fri", "2026-01-02T00:00:00Z"],
    ["0 0 L * *", "2026-01-31T00:00:00Z"],
    ["0 0 * * 5#2", "2026-01-09T00:00:00Z"],
    ["0 0 13 * 5", "2026-01-02T00:00:00Z"],
    ["*/15 9-17 * feb,MAR mon-fri", "2026-02-02T09:00:00Z"],
    ["0 0 29 2 *", "2028-02-29T00:00:00Z"],
  ])("%s comes next at %s", (expression, next) => {
    const table = parseCron(expression, "UTC");
    expect(table.findAfter(new Date("2026-01-01T00:00:00Z"))).toEqual(new Date(next));
    expect(table.findAtOrBefore(new Date(next))).toEqual(new Date(next));
  });

  test("looks back over years, and no further than its expression reaches", () => {
    const table = parseCron("0 0 29 2 *", "UTC");
    expect(table.findAtOrBefore(new Date("2027-12-31T00:00:00Z"))).toEqual(
      new Date("2024-02-29T00:00:00Z"),
    );
    expect(parseCron("0 0 1 1 *", "UTC").findAtOrBefore(new Date("2026-06-01T00:00:00Z"))).toEqual(
      new Date("2026-01-01T00:00:00Z"),
    );
  });
});
