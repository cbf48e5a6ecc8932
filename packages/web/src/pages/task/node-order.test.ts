import { describe, expect, test } from "vitest";
import { NODES } from "../../../testing/flights-nodes.ts";
import { NOW } from "../../../testing/flights-runs.ts";
import { firstErrorOf, headlineOf } from "./first-error.ts";
import { axisOf, barOf, countRerun, countStates, sortNodes } from "./node-order.ts";

describe("sortNodes()", () => {
  test("worst first: errors, what they took with them, warnings, the rest", () => {
    const states = sortNodes(NODES, "worst").map(({ state }) => state);
    expect(states.slice(0, 6)).toEqual([
      "error",
      "skipped",
      "skipped",
      "skipped",
      "warn",
      "success",
    ]);
  });

  test("by start, with what never ran at the end", () => {
    const names = sortNodes(NODES, "start").map(({ name }) => name);
    expect(names[0]).toBe("carriers");
    expect(names.at(-1)).toBe("unique_fct_daily_delays_key");
  });

  test("longest first", () => {
    expect(sortNodes(NODES, "longest")[0]?.name).toBe("stg_flights");
  });
});

test("every bar lies on the axis", () => {
  const axis = axisOf(NODES, NOW);
  if (axis === undefined) throw new Error("The fixture has no started node");
  for (const node of NODES) {
    const bar = barOf(node, axis, NOW);
    if (bar === undefined) continue;
    expect(bar.left).toBeGreaterThanOrEqual(0);
    expect(bar.left + bar.width).toBeLessThanOrEqual(1.000_001);
  }
  expect(axisOf([], NOW)).toBeUndefined();
});

test("states are counted worst first, and a rerun takes what failed or was skipped", () => {
  expect(countStates(NODES)[0]).toEqual({ state: "error", count: 1 });
  expect(countRerun(NODES)).toBe(4);
});

describe("firstErrorOf()", () => {
  const failure = { message: "run failed", place: "dags/a.ts:1:2", stack: null, kind: "error" };

  test("takes the worst node's own words before the task's", () => {
    expect(firstErrorOf(NODES, failure)).toEqual({
      where: "int_flight_delays, model, line 14",
      message: 'Referenced column "arr_delay_min" not found in FROM clause!',
      detail: "models/int_flight_delays.sql",
    });
  });

  test("takes the task's failure where no node is bad", () => {
    expect(firstErrorOf([], failure)).toEqual({
      where: "dags/a.ts:1:2",
      message: "run failed",
      detail: null,
    });
    expect(firstErrorOf([], null)).toBeUndefined();
  });

  test("a message that is only a preamble stays whole", () => {
    expect(headlineOf("Database Error in model x")).toBe("Database Error in model x");
  });
});
