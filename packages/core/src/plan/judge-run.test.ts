import { buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import {
  buildSnapshot,
  CHAIN,
  later,
  layBoard,
  NOW,
  planOne,
  summarize,
} from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";

describe("runs", () => {
  const queued = { state: "queued", startedAt: null } as const;

  test("start oldest first, as many as may be active", () => {
    const dag = { ...CHAIN, maxActiveRuns: 3 };
    const boards = [3, 1, 2].map((age) =>
      layBoard(
        dag,
        {},
        { fields: { ...queued, id: `${age}`, runId: `r${age}`, runAfter: later(-age) } },
      ),
    );
    const runningRuns = new Map([["chain", 1]]);
    const decided = plan(buildSnapshot(boards, { runningRuns }), NOW);
    expect(summarize(decided)).toEqual(["r3 queued>running", "r2 queued>running"]);
    expect(decided.runs[0]?.transition).toMatchObject({
      maxActiveRuns: 3,
      set: { startedAt: NOW },
    });
  });

  test("of a Dag without running ones start", () => {
    expect(planOne(layBoard(CHAIN, {}, { fields: queued }))).toEqual(["manual__1 queued>running"]);
  });

  test("wait for their time, for their Dag to be unpaused, and for their own move", () => {
    expect(planOne(layBoard(CHAIN, {}, { fields: { ...queued, runAfter: later(1) } }))).toEqual([]);
    expect(planOne(layBoard(CHAIN, {}, { fields: queued, isPaused: true }))).toEqual([]);
    const board = layBoard(CHAIN, {}, { fields: queued });
    board.isRunHeld = true;
    expect(planOne(board)).toEqual([]);
  });

  test.each([
    [{ a: "success", b: "success", c: "success" }, ["manual__1 running>success"]],
    [{ a: "success", b: "success", c: "skipped" }, ["manual__1 running>success"]],
    [{ a: "failed", b: "upstream_failed", c: "upstream_failed" }, ["manual__1 running>failed"]],
    [{ a: "failed", b: "success", c: "success" }, ["manual__1 running>success"]],
    [{ a: "success", b: "success", c: "removed" }, ["manual__1 running>success"]],
    [{ a: "success", b: "success", c: "running" }, []],
  ] as const)("with tasks %j: %j", (states, expected) => {
    const fields = Object.fromEntries(Object.entries(states).map(([id, state]) => [id, { state }]));
    expect(planOne(layBoard(CHAIN, fields))).toEqual(expected);
  });

  test("without tasks succeed", () => {
    expect(planOne(layBoard(buildDag("empty", [])))).toEqual(["manual__1 running>success"]);
  });

  test("that failed say by which tasks", () => {
    const tasks = ["a", "b", "c", "d", "e"].map((taskId) => buildTask(taskId));
    const board = layBoard(
      buildDag("dag", tasks),
      Object.fromEntries(tasks.map(({ taskId }) => [taskId, { state: "failed" }])),
    );
    const { runs } = plan(buildSnapshot([board]), NOW);
    expect(runs[0]?.transition.reason).toBe("failed: a, b, c and 2 more");
  });

  test("end for a deadlock when no task can ever start", () => {
    const { runs } = plan(buildSnapshot([layBoard(CHAIN, { a: { state: "removed" } })]), NOW);
    expect(runs[0]?.transition).toMatchObject({
      to: "failed",
      reason: expect.stringContaining("deadlock"),
    });
  });

  test("end only when no move of theirs is being written", () => {
    const done = { state: "success" } as const;
    const board = layBoard(CHAIN, { a: done, b: done, c: done });
    board.hold(2, "move");
    expect(planOne(board)).toEqual([]);
  });

  test("of a paused Dag begin nothing, but end", () => {
    const done = { state: "success" } as const;
    expect(planOne(layBoard(CHAIN, {}, { isPaused: true }))).toEqual([]);
    expect(planOne(layBoard(CHAIN, { a: { state: "scheduled" } }, { isPaused: true }))).toEqual([]);
    expect(planOne(layBoard(CHAIN, { a: done, b: done, c: done }, { isPaused: true }))).toEqual([
      "manual__1 running>success",
    ]);
  });

  test("over their time skip all that is not finished, then fail", () => {
    const dag = { ...CHAIN, dagrunTimeout: 60 };
    const board = layBoard(dag, { a: { state: "success", endedAt: NOW }, b: { state: "running" } });
    expect(planOne(board, {}, later(59))).toEqual([]);
    expect(planOne(board, {}, later(60))).toEqual(["b running>skipped", "c none>skipped"]);
    board.hold(0, "move");
    expect(planOne(board, {}, later(60))).toEqual([]);
    const stopped = { state: "skipped", endedAt: later(60) } as const;
    const ended = layBoard(dag, { a: { state: "success", endedAt: NOW }, b: stopped, c: stopped });
    const { runs } = plan(buildSnapshot([ended]), later(61));
    expect(runs[0]?.transition).toMatchObject({
      to: "failed",
      reason: "the run exceeded its dagrun timeout of 60 s",
    });
  });

  test("that ended in time succeed, however late that is seen", () => {
    const done = { state: "success", endedAt: later(59) } as const;
    const board = layBoard({ ...CHAIN, dagrunTimeout: 60 }, { a: done, b: done, c: done });
    expect(planOne(board, {}, later(600))).toEqual(["manual__1 running>success"]);
  });

  test("that fail fast fail what runs, skip the rest, and fail", () => {
    const dag = buildDag(
      "dag",
      ["a", "b", "c", "d"].map((taskId) => buildTask(taskId)),
      { failFast: true },
    );
    const board = layBoard(dag, {
      a: { state: "failed" },
      b: { state: "running" },
      c: { state: "restarting" },
    });
    expect(planOne(board)).toEqual([
      "b running>failed",
      "c restarting>none",
      "c none>skipped",
      "d none>skipped",
    ]);
    const skipped = { state: "skipped" } as const;
    const ended = layBoard(dag, { a: { state: "failed" }, b: skipped, c: skipped, d: skipped });
    expect(planOne(ended)).toEqual(["manual__1 running>failed"]);
    const split = buildDag("dag", [buildTask("a"), buildTask("b", { upstream: ["a"] })], {
      failFast: true,
    });
    expect(planOne(layBoard(split, { a: { state: "failed" }, b: skipped }))).toEqual([
      "manual__1 running>failed",
    ]);
  });
});
