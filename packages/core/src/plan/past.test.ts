import { buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { TASK_STATES } from "../state.ts";
import { buildSnapshot, layBoard, NOW, planOne } from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";

describe("the past", () => {
  const dag = buildDag("dag", [
    buildTask("a", { waitForDownstream: true }),
    buildTask("b", { upstream: ["a"], dependsOnPast: true }),
    buildTask("c", { upstream: ["a"] }),
  ]);

  test.each([
    [{ a: "running" }, []],
    [{ a: "failed", b: "success" }, []],
    [{ a: "success", b: "running" }, []],
    [{ a: "success", b: "success", c: "skipped" }, ["a none>scheduled", "a scheduled>queued"]],
    [{}, ["a none>scheduled", "a scheduled>queued"]],
  ] as const)("over %j leads to %j", (states, expected) => {
    const past = { dagRunId: "0", states: new Map(Object.entries(states)) };
    expect(planOne(layBoard(dag, {}, { past }))).toEqual(expected);
  });

  test("holds back again until it moves, without a deadlock", () => {
    const states = new Map<string, (typeof TASK_STATES)[number]>([["b", "running"]]);
    const board = layBoard(
      dag,
      { a: { state: "success" }, c: { state: "success" } },
      { past: { dagRunId: "0", states } },
    );
    const { judged, runs } = plan(buildSnapshot([board]), NOW);
    expect(runs).toEqual([]);
    expect(judged.get(board)).toEqual([1]);
    board.settle([1], NOW);
    expect(planOne(board)).toEqual([]);
    states.set("b", "success");
    board.touchHeldBy("b");
    board.touchHeldBy("unknown");
    expect(planOne(board)).toEqual(["b none>scheduled", "b scheduled>queued"]);
  });

  test("of a downstream task wakes what waits for it", () => {
    const states = new Map<string, (typeof TASK_STATES)[number]>([
      ["a", "success"],
      ["b", "failed"],
    ]);
    const board = layBoard(dag, {}, { past: { dagRunId: "0", states } });
    board.settle([0], NOW);
    states.set("b", "success");
    board.touchHeldBy("b");
    expect(planOne(board)).toEqual(["a none>scheduled", "a scheduled>queued"]);
  });
});
