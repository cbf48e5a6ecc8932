import { describe, expect, test } from "vitest";
import { simulate } from "./fixtures/simulate.ts";

const SEEDS = Number(process.env["AIRLOOM_SEEDS"] ?? 1_000);
const FIRST = Number(process.env["AIRLOOM_FIRST_SEED"] ?? 1);

describe("the simulated system", () => {
  test(`keeps its invariants through crashes, repairs and lost answers, over ${SEEDS} seeds`, async () => {
    const bad: string[] = [];
    let faults = 0;
    let starts = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
      const simulation = await simulate(seed);
      faults += simulation.faults;
      starts += simulation.starts;
      const problems = [...simulation.violations, ...simulation.errors];
      if (problems.length > 0) bad.push(`seed ${seed}: ${problems.slice(0, 3).join("; ")}`);
    }
    expect(bad).toEqual([]);
    // Without faults and without work the test would have shown nothing.
    expect(faults).toBeGreaterThan(SEEDS / 2);
    expect(starts).toBeGreaterThan(SEEDS);
  });

  test("lives the same life again for the same seed", async () => {
    for (const seed of [3, 33, 333]) {
      const first = await simulate(seed);
      expect((await simulate(seed)).history).toBe(first.history);
    }
  });
});
