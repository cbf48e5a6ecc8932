import { expect, test } from "vitest";
import { parseLogicalDate } from "./parse-logical-date.ts";

const NOW = new Date("2026-11-22T08:12:40Z");

test.each([
  ["2026-11-21", "2026-11-21T00:00:00.000Z"],
  ["2026-11-21 06:30", "2026-11-21T06:30:00.000Z"],
  [" 2026-11-21T06:30:05 ", "2026-11-21T06:30:05.000Z"],
  ["2026-11-21T06:30:05.250+02:00", "2026-11-21T04:30:05.250Z"],
  ["2026-11-21 06:30Z", "2026-11-21T06:30:00.000Z"],
])("%j is %s: UTC, unless it names its own offset", (text, at) => {
  expect(parseLogicalDate(text, NOW)).toEqual({ at });
});

test("nothing typed is no date", () => {
  expect(parseLogicalDate(" ", NOW)).toEqual({});
});

test.each(["yesterday", "2026-13-01", "2026-02-30", "22.11.2026", "2026-11-21 25:00", "2026"])(
  "%j is told what would be right",
  (text) => {
    expect(parseLogicalDate(text, NOW).problem).toBe(
      "Expected a date such as 2026-11-22 06:00 or 2026-11-22T06:00:00+02:00",
    );
  },
);

test("a date in the future is refused, as by the server", () => {
  expect(parseLogicalDate("2026-11-22 08:13", NOW).problem).toBe(
    "A logical date must not lie in the future: it is 22 Nov 2026, 08:12:40 UTC",
  );
});
