import { expect, test } from "vitest";
import { torture } from "./run-torture.ts";

test("60 kills over 200 tasks lose nothing, double nothing and break no rule", async () => {
  const report = await torture({ tasks: 200, kills: 60, seed: 20_261_122, say: () => undefined });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ tasks: 200, kills: 60 });
  // A torture in which nothing was interrupted would prove nothing.
  expect(report.attempts).toBeGreaterThan(200);
  expect(report.lost).toBeGreaterThan(0);
}, 900_000);
