import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findRetryDelayMs, hasTriesLeft } from "./retry-delay.ts";

const task = { retries: 5, retryDelay: 240, retryExponentialBackoff: 0, maxRetryDelay: null };

describe("findRetryDelayMs()", () => {
  test("stays the same without backoff", () => {
    expect(findRetryDelayMs(task, { tryNumber: 1, maxTries: 5 })).toBe(240_000);
    expect(findRetryDelayMs(task, { tryNumber: 4, maxTries: 5 })).toBe(240_000);
  });

  test("multiplies with every further try, as in Airflow: 4, 20, 100 minutes", () => {
    const backoff = { ...task, retryExponentialBackoff: 5 };
    const minutes = [1, 2, 3].map(
      (tryNumber) => findRetryDelayMs(backoff, { tryNumber, maxTries: 5 }) / 60_000,
    );
    expect(minutes).toEqual([4, 20, 100]);
  });

  test("begins anew after a clear, and does not count lost attempts", () => {
    const backoff = { ...task, retryExponentialBackoff: 2 };
    expect(findRetryDelayMs(backoff, { tryNumber: 4, maxTries: 3 + 5 })).toBe(240_000);
    expect(findRetryDelayMs(backoff, { tryNumber: 3, maxTries: 5 + 1 })).toBe(480_000);
  });

  test("never exceeds its cap or a day, whatever the numbers", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
        fc.integer({ min: 1, max: 1_000 }),
        (retryDelay, retryExponentialBackoff, maxRetryDelay, tryNumber) => {
          const delayMs = findRetryDelayMs(
            { retries: 1_000, retryDelay, retryExponentialBackoff, maxRetryDelay },
            { tryNumber, maxTries: 1_000 },
          );
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(
            Math.min(86_400, maxRetryDelay ?? 86_400) * 1_000 + 1,
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test("hasTriesLeft() allows one attempt more than there are retries", () => {
  expect(hasTriesLeft({ tryNumber: 1, maxTries: 1 })).toBe(true);
  expect(hasTriesLeft({ tryNumber: 2, maxTries: 1 })).toBe(false);
  expect(hasTriesLeft({ tryNumber: 1, maxTries: 0 })).toBe(false);
});
