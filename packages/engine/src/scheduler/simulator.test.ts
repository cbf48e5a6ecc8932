import { describe, expect, test } from "vitest";
import { simulate } from "./fixtures/simulate.ts";

const SEEDS = Number(process.env["AIRLOOM_SEEDS"] ?? 1_000);
const FIRST = Number(process.env["AIRLOOM_FIRST_SEED"] ?? 1);
/** The seeds are lived through in parts, so that a slow machine shows how far it came. */
const PARTS = 5;
const PART_TIMEOUT_MS = 600_000;

describe("the simulated system", () => {
  test.each([...Array(PARTS).keys()])(
    `keeps its invariants through crashes, repairs and lost answers (${SEEDS} seeds, part %i)`,
    async (part) => {
      const bad: string[] = [];
      const count = Math.ceil(SEEDS / PARTS);
      let faults = 0;
      let starts = 0;
      for (let seed = FIRST + part * count; seed < FIRST + (part + 1) * count; seed += 1) {
        const simulation = await simulate(seed);
        faults += simulation.faults;
        starts += simulation.starts;
        const problems = [...simulation.violations, ...simulation.errors];
        if (problems.length > 0) bad.push(`seed ${seed}: ${problems.slice(0, 3).join("; ")}`);
      }
      expect(bad).toEqual([]);
      // Without faults and without work the test would have shown nothing.
      expect(faults).toBeGreaterThan(count / 2);
      expect(starts).toBeGreaterThan(count);
    },
    PART_TIMEOUT_MS,
  );

  test("lives the same life again for the same seed", async () => {
    for (const seed of [3, 33, 333]) {
      const first = await simulate(seed);
      expect((await simulate(seed)).history).toBe(first.history);
    }
  });
});
