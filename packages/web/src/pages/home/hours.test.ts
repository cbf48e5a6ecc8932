import fc from "fast-check";
import { expect, test } from "vitest";
import { HOME } from "../../../testing/flights-home.ts";
import { describeHome } from "./home-page.tsx";
import { barsOf, ceilingOf, endOfHour } from "./hours.ts";

test("the ceiling is even and no bar exceeds it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (highest) => {
      const ceiling = ceilingOf(highest);
      expect(ceiling % 2).toBe(0);
      expect(ceiling).toBeGreaterThanOrEqual(highest);
    }),
    { numRuns: 1_000 },
  );
});

test("a bar splits into what failed and what did not", () => {
  const [bar] = barsOf(
    [
      {
        hour: "2026-01-01T00:00:00Z",
        success: 5,
        success_with_failures: 1,
        failed: 2,
        running: 1,
        queued: 0,
      },
    ],
    10,
  );
  expect(bar).toMatchObject({ quiet: 0.5, troubled: 0.1, failed: 0.2, total: 8 });
  expect(endOfHour("2026-01-01T00:00:00Z")).toBe("2026-01-01T01:00:00.000Z");
});

test("the page is summed up in one line", () => {
  expect(describeHome(HOME)).toBe(
    "2 Dags failing, 3 runs succeeded with failures inside, 1 run late, all components up",
  );
});
