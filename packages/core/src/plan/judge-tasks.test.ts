import { buildDag, buildIf, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { buildSnapshot, CHAIN, later, layBoard, NOW, planOne } from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";

describe("tasks", () => {
  test("are scheduled and queued in one plan when their upstream allows", () => {
    expect(planOne(layBoard(CHAIN))).toEqual(["a none>scheduled", "a scheduled>queued"]);
    const second = layBoard(CHAIN, { a: { state: "success" } });
    const { tasks, starts } = plan(buildSnapshot([second]), NOW);
    expect(tasks.map(({ transition }) => transition)).toMatchObject([
      { to: "scheduled", tryNumber: 0, set: { tryNumber: 1, scheduledAt: NOW } },
      {
        to: "queued",
        tryNumber: 1,
        checkLimits: true,
        set: { leaseToken: "lease", queuedAt: NOW },
      },
    ]);
    expect(starts).toEqual([{ board: second, position: 1 }]);
  });

  test("take the state their trigger rule gives them", () => {
    expect(planOne(layBoard(CHAIN, { a: { state: "failed" } }))).toEqual([
      "b none>upstream_failed",
    ]);
    expect(planOne(layBoard(CHAIN, { a: { state: "skipped" } }))).toEqual(["b none>skipped"]);
  });

  test("without code succeed at once", () => {
    const dag = buildDag("dag", [buildTask("a", { isEmpty: true })]);
    expect(planOne(layBoard(dag))).toEqual(["a none>success"]);
  });

  test("that a branch passed over are skipped, also when they alone were cleared", () => {
    const branch = buildIf("yes", "no");
    const dag = buildDag("dag", [
      buildTask("if", { branch }),
      buildTask("yes", { upstream: ["if"] }),
      buildTask("no", { upstream: ["if"], triggerRule: "always" }),
    ]);
    const skips = new Map([["if", ["no"]]]);
    const board = layBoard(dag, { if: { state: "success" }, yes: { state: "success" } }, { skips });
    expect(planOne(board)).toEqual(["no none>skipped"]);
    board.setSkips("if", []);
    expect(planOne(board)).toEqual(["no none>scheduled", "no scheduled>queued"]);
  });

  test("are tried again when their time has come, with the next try number", () => {
    const board = layBoard(CHAIN, {
      a: { state: "up_for_retry", tryNumber: 1, nextTryAt: later(10) },
    });
    expect(board.nextDueAt).toEqual(later(10));
    expect(planOne(board)).toEqual([]);
    const { tasks } = plan(buildSnapshot([board]), later(10));
    expect(tasks[0]?.transition).toMatchObject({
      from: "up_for_retry",
      tryNumber: 1,
      set: { tryNumber: 2, nextTryAt: null },
    });
  });

  test("that rescheduled themselves go on with the same try", () => {
    const board = layBoard(CHAIN, {
      a: { state: "up_for_reschedule", tryNumber: 1, nextTryAt: later(10) },
    });
    const { tasks } = plan(buildSnapshot([board]), later(10));
    expect(tasks[0]?.transition.set).toEqual({
      scheduledAt: later(10),
      queuedAt: null,
      nextTryAt: null,
    });
    expect(tasks[1]?.transition.tryNumber).toBe(1);
  });

  test("that are due wait for an upstream that was cleared meanwhile", () => {
    const board = layBoard(CHAIN, {
      a: { state: "running" },
      b: { state: "up_for_retry", tryNumber: 1, nextTryAt: later(1) },
    });
    expect(planOne(board, {}, later(5))).toEqual([]);
    board.settle([], later(5));
    expect(board.nextDueAt).toBeUndefined();
    const a = board.instanceAt(0);
    if (a !== undefined) board.set({ ...a, state: "success" });
    expect(planOne(board, {}, later(6))).toEqual([
      "b up_for_retry>scheduled",
      "b scheduled>queued",
    ]);
  });

  test("that deferred too long are resumed with the news of a timeout", () => {
    const deferral = { trigger: "t", input: {}, timeoutAt: later(60).toISOString() };
    const board = layBoard(CHAIN, {
      a: { state: "deferred", tryNumber: 1, deferral, leaseToken: "old" },
    });
    expect(planOne(board)).toEqual([]);
    const { tasks } = plan(buildSnapshot([board]), later(60));
    expect(tasks[0]?.transition).toMatchObject({
      to: "scheduled",
      tryNumber: 1,
      leaseToken: "old",
      set: { resumption: { kind: "timeout" } },
    });
  });

  test("that deferred without an end wait for their event alone", () => {
    const deferral = { trigger: "t", input: {}, timeoutAt: null };
    expect(
      planOne(layBoard(CHAIN, { a: { state: "deferred", deferral } }), {}, later(1e9)),
    ).toEqual([]);
  });

  test("that are restarted begin anew once their process has ended", () => {
    const board = layBoard(CHAIN, { a: { state: "restarting", id: "1" } });
    expect(planOne(board, { carried: new Set(["1"]) })).toEqual([]);
    expect(planOne(board)).toEqual(["a restarting>none"]);
  });

  test("whose move is being written are left alone", () => {
    const board = layBoard(CHAIN);
    board.hold(0, "start");
    expect(board.active).toBe(1);
    expect(planOne(board)).toEqual([]);
    board.release(0);
    expect(planOne(board)).toEqual(["a none>scheduled", "a scheduled>queued"]);
  });

  test("without an instance count as removed", () => {
    const board = layBoard(CHAIN);
    const [, b, c] = [0, 1, 2].map((position) => board.instanceAt(position));
    const without = layBoard(CHAIN, {}, { taskInstances: [b, c].flatMap((one) => one ?? []) });
    expect(planOne(without)).toEqual(["manual__1 running>failed"]);
    without.hold(0, "move");
    expect(without.size).toBe(2);
    const timed = { dagrunTimeout: 1, failFast: true };
    const empty = layBoard({ ...CHAIN, ...timed }, {}, { taskInstances: [] });
    expect(planOne(empty, {}, later(9))).toEqual(["manual__1 running>success"]);
  });

  test("of a map that shrank are removed", () => {
    const dag = buildDag("dag", [
      buildTask("a"),
      buildTask("gone"),
      buildTask("mapped", { upstream: ["a", "gone"] }),
    ]);
    const states = {
      a: { state: "success" },
      gone: { state: "removed" },
      mapped: { mapIndex: 4 },
    } as const;
    expect(planOne(layBoard(dag, states))).toEqual(["mapped none>removed"]);
  });

  test("that are due in their turn keep their turn while earlier ones wait for their upstream", () => {
    const retry = { state: "up_for_retry", tryNumber: 1 } as const;
    const board = layBoard(CHAIN, {
      a: { state: "running" },
      b: { ...retry, nextTryAt: later(1) },
      c: { ...retry, nextTryAt: later(60) },
    });
    expect(board.activeOfTask(0)).toBe(1);
    board.settle([], later(5));
    expect(board.nextDueAt).toEqual(later(60));
  });

  test("that wait for a slot are known to their board", () => {
    expect(layBoard(CHAIN, { a: { state: "scheduled" } }).hasReady).toBe(true);
    expect(layBoard(CHAIN).hasReady).toBe(false);
  });

  test("that the Dag does not know are ignored", () => {
    const board = layBoard(CHAIN);
    const stranger = board.instanceAt(0);
    if (stranger === undefined) throw new Error("no task");
    const other = { ...stranger, id: "x", taskId: "x" };
    const laid = layBoard(CHAIN, {}, { taskInstances: [other] });
    laid.set(other);
    expect(laid.size).toBe(0);
    expect(laid.positionOf("x")).toBeUndefined();
  });
});
