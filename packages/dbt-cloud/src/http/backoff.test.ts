import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRetryAfterMs, planBackoffMs } from "./backoff.ts";
import { RequestBudget } from "./request-budget.ts";

const NOW = new Date("2026-01-01T00:00:00Z");

describe("planBackoffMs()", () => {
  test("grows, never beyond five seconds, whatever the attempt and the dice", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const ms = planBackoffMs(attempt, random);
          expect(ms).toBeGreaterThanOrEqual(125);
          expect(ms).toBeLessThanOrEqual(5_000);
          expect(planBackoffMs(attempt + 1, random)).toBeGreaterThanOrEqual(ms);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("parseRetryAfterMs()", () => {
  test.each([
    ["3", 3_000],
    ["0", 0],
    ["86400", 60_000],
    ["Thu, 01 Jan 2026 00:00:05 GMT", 5_000],
    ["Thu, 01 Jan 2015 00:00:05 GMT", 0],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("reads %j as %s", (header, ms) => {
    expect(parseRetryAfterMs(header, NOW)).toBe(ms);
  });
});

describe("RequestBudget", () => {
  test("lets a burst pass and never more than its rate in any minute after it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 300 }),
        (gaps) => {
          const budget = new RequestBudget({ perMinute: 120, burst: 10 });
          let nowMs = 1_000_000;
          const starts = gaps.map((gap) => {
            nowMs += gap;
            return nowMs + budget.take(nowMs);
          });
          for (const start of starts) {
            const inMinute = starts.filter((other) => other >= start && other < start + 60_000);
            expect(inMinute.length).toBeLessThanOrEqual(120 + 10 + 1);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
