import fc from "fast-check";
import { expect, test } from "vitest";
import { measureDistance, renderSuggestion } from "./suggestion.ts";

test("the distance is a metric on texts without case", () => {
  const word = fc.stringMatching(/^[a-z]{0,8}$/u);
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(measureDistance(a, a)).toBe(0);
      expect(measureDistance(a, b)).toBe(measureDistance(b, a));
      expect(measureDistance(a, c)).toBeLessThanOrEqual(
        measureDistance(a, b) + measureDistance(b, c),
      );
    }),
    { numRuns: 1_000 },
  );
});

test("suggests the nearest name, also for Airflow's spelling, and nothing for a stranger", () => {
  expect(renderSuggestion("retry_delay", ["retries", "retryDelay"])).toBe(
    ': did you mean "retryDelay"?',
  );
  expect(renderSuggestion("colour", ["retries", "retryDelay"])).toBe("");
});
