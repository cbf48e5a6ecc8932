import { expect, test } from "vitest";
import { GRID } from "../../../testing/flights-grid.ts";
import { DBT_TASK } from "../../../testing/flights-runs.ts";
import { describeUpstream } from "./upstream-causes.ts";

test("a task that could not run names the rule and who broke it", () => {
  const last = GRID.runs.length - 1;
  expect(describeUpstream(GRID, "task:ml_training", last)).toBe(
    `Rule all_success: ${DBT_TASK} failed`,
  );
  expect(describeUpstream(GRID, "task:load", last)).toBe("");
});
