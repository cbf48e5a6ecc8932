import { expect, test } from "vitest";
import { tortureProvider } from "./run-provider-torture.ts";

test("200 faulted runs of the dbt Cloud operator: one dbt run for each attempt, none left alone, the right end (J9)", async () => {
  const verdict = await tortureProvider({ runs: 200, lanes: 12, seed: 7 });
  expect(verdict.violations).toEqual([]);
  expect(verdict.tasks).toBe(200);
  expect(verdict.faults).toBeGreaterThan(200);
}, 600_000);
