import type { NodeState } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { EXIT } from "./exit-codes.ts";
import {
  exitCodeOf,
  type RunView,
  renderChanges,
  renderFailures,
  renderLiveRun,
  renderRunEnd,
  renderRunTable,
} from "./run-view.ts";

const plain = { style: (_: unknown, text: string) => text };

const NONE = {
  failed_task_count: 0,
  upstream_failed_task_count: 0,
  failed_node_count: 0,
  warned_node_count: 0,
};

function run(state: string, nodeState: NodeState): RunView {
  return {
    dagId: "d",
    runId: "r",
    state: "running",
    durationMs: null,
    trouble: NONE,
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

describe("how a run ended (U5)", () => {
  const ended = (state: string, trouble: Partial<RunView["trouble"]>): RunView => ({
    ...run("success", "success"),
    state,
    trouble: { ...NONE, ...trouble },
  });

  test.each([
    ["success", {}, "✔ success", EXIT.ok],
    ["success", { failed_task_count: 2 }, "▲ success, 2 tasks failed", EXIT.failedInside],
    ["success", { failed_node_count: 1 }, "▲ success, 1 dbt node failed", EXIT.failedInside],
    ["success", { warned_node_count: 3 }, "▲ success, 3 dbt nodes warned", EXIT.ok],
    ["failed", { failed_task_count: 1 }, "✖ failed, 1 task failed", EXIT.failed],
    ["failed", {}, "✖ failed", EXIT.failed],
  ])("%s with %j reads %s and exits with %i", (state, trouble, words, code) => {
    expect(renderRunEnd(ended(state, trouble), plain)).toBe(words);
    expect(exitCodeOf(ended(state, trouble))).toBe(code);
  });
});
