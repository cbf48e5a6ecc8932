import type { NodeState, TaskNode } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { chooseNodes } from "./choose-nodes.ts";

function node(name: string, parents: readonly string[], state: NodeState = "success"): TaskNode {
  return {
    uniqueId: name,
    name,
    resourceType: "model",
    state,
    startedAt: null,
    endedAt: null,
    executionTimeS: null,
    message: null,
    failures: null,
    compiledSql: null,
    relationName: null,
    file: null,
    line: null,
    dependsOn: parents,
    index: 0,
  };
}

const NODES = [
  node("a", []),
  node("b", ["a"], "error"),
  node("c", ["b"], "skipped"),
  node("d", []),
];

describe("chooseNodes()", () => {
  test.each([
    ["b", "b"],
    ["b+", "b c"],
    ["+b", "a b"],
    ["+b+", "a b c"],
    ["a d", "a d"],
    ["tag:hourly", ""],
  ])("%s is %s", (select, expected) => {
    const chosen = chooseNodes(NODES, { kind: "select", select });
    expect(chosen.map(({ name }) => name).join(" ")).toBe(expected);
  });

  test("from the failure takes what failed and what never ran because of it", () => {
    const chosen = chooseNodes(NODES, { kind: "from_failure" });
    expect(chosen.map(({ name }) => name)).toEqual(["b", "c"]);
  });
});
