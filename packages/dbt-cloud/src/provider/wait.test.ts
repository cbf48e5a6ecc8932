import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planIntervalS } from "./wait.ts";

describe("planIntervalS()", () => {
  test.each([
    [0, 60, 0.25],
    [5, 60, 0.25],
    [60, 60, 3],
    [1_200, 60, 60],
    [100_000, 60, 60],
    [100, 0.05, 0.05],
  ])("after %d s with an interval of %d s it is %d s", (elapsed, interval, wait) => {
    expect(planIntervalS(elapsed, interval)).toBeCloseTo(wait);
  });

  test("asks once a minute and no more once a run has lasted twenty", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_200, max: 1_000_000 }), (elapsed) => {
        expect(planIntervalS(elapsed, 60)).toBe(60);
      }),
      { numRuns: 1_000 },
    );
  });
});
