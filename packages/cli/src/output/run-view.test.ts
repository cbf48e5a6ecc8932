import type { NodeState } from "@airloom/core";
import { describe, expect, test } from "vitest";
import {
  type RunView,
  renderChanges,
  renderFailures,
  renderLiveRun,
  renderRunTable,
} from "./run-view.ts";

const plain = { style: (_: unknown, text: string) => text };

function run(state: string, nodeState: NodeState): RunView {
  return {
    dagId: "d",
    runId: "r",
    state: "running",
    durationMs: null,
    tasks: [
      {
        taskId: "extract",
        state: "success",
        tryNumber: 1,
        durationMs: 1_200,
        failure: null,
        nodes: [],
      },
      {
        taskId: "dbt",
        state,
        tryNumber: 2,
        durationMs: null,
        failure: state === "failed" ? "1 node failed" : null,
        nodes: [
          {
            uniqueId: "model.a",
            name: "a",
            type: "model",
            state: "success",
            durationMs: 100,
            message: null,
          },
          {
            uniqueId: "model.b",
            name: "b",
            type: "model",
            state: nodeState,
            durationMs: null,
            message: "no column x",
          },
        ],
      },
    ],
  };
}

describe("renderLiveRun()", () => {
  test("shows how far dbt is and what it does now", () => {
    const text = renderLiveRun(run("deferred", "running"), plain).join("\n");
    expect(text).toContain("1/2 dbt nodes");
    expect(text).toContain("● running  model b");
    expect(text).toContain("1.20 s");
  });
});

describe("renderChanges()", () => {
  test("tells a change once", () => {
    const before = run("deferred", "running");
    const after = run("failed", "error");
    expect(renderChanges(before, after)).toEqual(["dbt: failed", "  model b: error"]);
    expect(renderChanges(after, after)).toEqual([]);
    expect(renderChanges(undefined, before)[0]).toBe("extract: success (1.20 s)");
  });
});

test("renderRunTable() lists nodes under their task", () => {
  expect(
    renderRunTable(run("success", "success"), plain).map((line) => line.split("  ")[0]),
  ).toEqual(["TASK / DBT NODE", "extract", "dbt", "", ""]);
});

test("renderFailures() names the task and the node with its message", () => {
  expect(renderFailures(run("failed", "error"))).toEqual([
    "dbt: 1 node failed",
    "  model b: no column x",
  ]);
});
