import { describe, expect, test } from "vitest";
import { medianOf, renderDuration, renderElapsed, secondsBetween } from "./duration.ts";

describe("renderDuration()", () => {
  test.each([
    [0.42, "0.42 s"],
    [9.999, "10.0 s"],
    [15.2, "15.2 s"],
    [59.97, "1 m 00 s"],
    [391, "6 m 31 s"],
    [7_500, "2 h 05 m"],
    [273_600, "3 d 4 h"],
  ])("%d is %s", (seconds, text) => {
    expect(renderDuration(seconds)).toBe(text);
  });
});

test("what still runs is told in whole seconds", () => {
  expect(renderElapsed(8.9)).toBe("8 s");
  expect(renderElapsed(61.9)).toBe("1 m 01 s");
});

test("an open end counts to now, and time never runs backwards", () => {
  const now = new Date("2026-01-01T00:00:10Z");
  expect(secondsBetween("2026-01-01T00:00:00Z", null, now)).toBe(10);
  expect(secondsBetween("2026-01-01T00:01:00Z", null, now)).toBe(0);
  expect(secondsBetween(null, null, now)).toBeUndefined();
});

test("one slow run does not move the median", () => {
  expect(medianOf([3, 1, 1_000])).toBe(3);
  expect(medianOf([])).toBeUndefined();
});
