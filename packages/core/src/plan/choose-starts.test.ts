import { buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { buildSnapshot, later, layBoard, NOW, planOne } from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";
import { type RunBoard } from "./run-board.ts";
import { Usage } from "./usage.ts";

describe("slots", () => {
  const wide = (count: number, fields = {}, dag = {}) =>
    buildDag(
      "wide",
      Array.from({ length: count }, (_, index) => buildTask(`t${index}`, fields)),
      { maxActiveTasks: 1_000, ...dag },
    );

  function startsOf(
    boards: readonly RunBoard[],
    fields: Parameters<typeof buildSnapshot>[1],
  ): readonly string[] {
    const { starts } = plan(buildSnapshot(boards, fields), NOW);
    return starts.map(
      ({ board, position }) => `${board.run.runId} ${board.taskAt(position)?.taskId}`,
    );
  }

  test("are given up to parallelism, the executor's room and max_active_tasks", () => {
    expect(startsOf([layBoard(wide(9))], { parallelism: 3 })).toHaveLength(3);
    expect(startsOf([layBoard(wide(9))], { freeSlots: 2 })).toHaveLength(2);
    expect(startsOf([layBoard(wide(9))], { freeSlots: -1 })).toHaveLength(0);
    expect(
      startsOf([layBoard(wide(9, {}, { maxActiveTasks: 4 }), { t0: { state: "running" } })], {}),
    ).toHaveLength(3);
  });

  test("go to the heaviest, then to the older run, then by the order of the Dag file", () => {
    const dag = buildDag("dag", [
      buildTask("light"),
      buildTask("heavy", { priorityWeight: 9 }),
      buildTask("light2"),
    ]);
    const young = layBoard(dag, {}, { fields: { runId: "young", runAfter: NOW } });
    const old = layBoard(
      dag,
      { light: { state: "scheduled" } },
      { fields: { runId: "old", runAfter: later(-9) } },
    );
    expect(startsOf([young, old], {})).toEqual([
      "old heavy",
      "young heavy",
      "old light",
      "old light2",
      "young light",
      "young light2",
    ]);
  });

  test("of a pool are never given twice, and unlimited pools give all", () => {
    const usage = new Usage();
    const dag = wide(6, { pool: "p", poolSlots: 2 });
    const board = layBoard(dag, { t0: { state: "running" }, t1: { state: "deferred" } }, { usage });
    const pools = (slots: number, includeDeferred: boolean) => ({
      usage,
      pools: new Map([["p", { slots, includeDeferred }]]),
    });
    expect(startsOf([board], pools(7, false))).toHaveLength(2);
    expect(startsOf([board], pools(7, true))).toHaveLength(1);
    expect(startsOf([board], pools(-1, true))).toHaveLength(4);
    expect(startsOf([board], pools(0, true))).toHaveLength(0);
    expect(startsOf([board], { usage, pools: new Map() })).toHaveLength(0);
    expect(startsOf([board], { ...pools(-1, true), fullPools: new Set(["p"]) })).toHaveLength(0);
    board.clear();
    expect(usage.active).toBe(0);
    expect(usage.takenSlots("p", { slots: 1, includeDeferred: true })).toBe(0);
  });

  test("that a large task does not fit into go to a smaller one", () => {
    const dag = buildDag("dag", [
      buildTask("large", { poolSlots: 3, priorityWeight: 9 }),
      buildTask("small"),
    ]);
    const pools = new Map([["default_pool", { slots: 2, includeDeferred: false }]]);
    expect(startsOf([layBoard(dag)], { pools })).toEqual(["manual__1 small"]);
  });

  test("respect the limits of a task across and inside runs", () => {
    const dag = wide(1, { maxActiveTisPerDag: 2 });
    const usage = new Usage();
    const boards = ["r1", "r2", "r3"].map((runId) =>
      layBoard(dag, {}, { usage, fields: { runId } }),
    );
    expect(startsOf(boards, { usage })).toHaveLength(2);
    boards[0]?.hold(0, "start");
    expect(usage.activeOfTask("wide", "t0")).toBe(1);
    expect(startsOf(boards, { usage })).toHaveLength(1);
    const inside = wide(1, { maxActiveTisPerDagrun: 0 });
    expect(startsOf([layBoard(inside)], {})).toEqual([]);
  });

  test("are found however many tasks before cannot run", () => {
    const full = layBoard(
      buildDag(
        "full",
        Array.from({ length: 500 }, (_, index) =>
          buildTask(`t${index}`, { pool: "full", priorityWeight: 1_000 }),
        ),
      ),
      {},
      { fields: { runId: "full" } },
    );
    const capped = layBoard(
      wide(500, { priorityWeight: 500 }, { maxActiveTasks: 0 }),
      {},
      { fields: { runId: "capped" } },
    );
    const free = layBoard(buildDag("free", [buildTask("free")]), {}, { fields: { runId: "free" } });
    expect(startsOf([full, capped, free], { freeSlots: 1 })).toEqual(["free free"]);
  });

  test("come first in a plan, so that a part of a large one can be written before the rest", () => {
    const summary = planOne(layBoard(wide(3)), { freeSlots: 1 });
    expect(summary).toEqual([
      "t0 none>scheduled",
      "t0 scheduled>queued",
      "t1 none>scheduled",
      "t2 none>scheduled",
    ]);
  });
});
