import { buildChain, buildDag, buildIf, buildTask } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRIGGER_RULES } from "../dag-spec.ts";
import { applyRunMove, applyTaskMove } from "../move.ts";
import { isTerminal, TASK_STATES } from "../state.ts";
import { buildSnapshot, layBoard, NOW, summarize } from "./fixtures/lay-board.ts";
import { plan } from "./plan.ts";
import type { RunBoard } from "./run-board.ts";
import { Usage } from "./usage.ts";

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

function planOne(board: RunBoard, fields: Parameters<typeof buildSnapshot>[1] = {}, now = NOW) {
  return summarize(plan(buildSnapshot([board], fields), now));
}

const chain = buildDag("chain", buildChain(["a", "b", "c"]));

describe("tasks", () => {
  test("are scheduled and queued in one plan when their upstream allows", () => {
    expect(planOne(layBoard(chain))).toEqual(["a none>scheduled", "a scheduled>queued"]);
    const second = layBoard(chain, { a: { state: "success" } });
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
    expect(planOne(layBoard(chain, { a: { state: "failed" } }))).toEqual([
      "b none>upstream_failed",
    ]);
    expect(planOne(layBoard(chain, { a: { state: "skipped" } }))).toEqual(["b none>skipped"]);
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
    const board = layBoard(chain, {
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
    const board = layBoard(chain, {
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
    const board = layBoard(chain, {
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
    const board = layBoard(chain, {
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
      planOne(layBoard(chain, { a: { state: "deferred", deferral } }), {}, later(1e9)),
    ).toEqual([]);
  });

  test("that are restarted begin anew once their process has ended", () => {
    const board = layBoard(chain, { a: { state: "restarting", id: "1" } });
    expect(planOne(board, { carried: new Set(["1"]) })).toEqual([]);
    expect(planOne(board)).toEqual(["a restarting>none"]);
  });

  test("whose move is being written are left alone", () => {
    const board = layBoard(chain);
    board.hold(0, "start");
    expect(board.active).toBe(1);
    expect(planOne(board)).toEqual([]);
    board.release(0);
    expect(planOne(board)).toEqual(["a none>scheduled", "a scheduled>queued"]);
  });

  test("without an instance count as removed", () => {
    const board = layBoard(chain);
    const [, b, c] = [0, 1, 2].map((position) => board.instanceAt(position));
    const without = layBoard(chain, {}, { taskInstances: [b, c].flatMap((one) => one ?? []) });
    expect(planOne(without)).toEqual(["manual__1 running>failed"]);
    without.hold(0, "move");
    expect(without.size).toBe(2);
    const timed = { dagrunTimeout: 1, failFast: true };
    const empty = layBoard({ ...chain, ...timed }, {}, { taskInstances: [] });
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
    const board = layBoard(chain, {
      a: { state: "running" },
      b: { ...retry, nextTryAt: later(1) },
      c: { ...retry, nextTryAt: later(60) },
    });
    expect(board.activeOfTask(0)).toBe(1);
    board.settle([], later(5));
    expect(board.nextDueAt).toEqual(later(60));
  });

  test("that wait for a slot are known to their board", () => {
    expect(layBoard(chain, { a: { state: "scheduled" } }).hasReady).toBe(true);
    expect(layBoard(chain).hasReady).toBe(false);
  });

  test("that the Dag does not know are ignored", () => {
    const board = layBoard(chain);
    const stranger = board.instanceAt(0);
    if (stranger === undefined) throw new Error("no task");
    const other = { ...stranger, id: "x", taskId: "x" };
    const laid = layBoard(chain, {}, { taskInstances: [other] });
    laid.set(other);
    expect(laid.size).toBe(0);
    expect(laid.positionOf("x")).toBeUndefined();
  });
});

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

describe("runs", () => {
  const queued = { state: "queued", startedAt: null } as const;

  test("start oldest first, as many as may be active", () => {
    const dag = { ...chain, maxActiveRuns: 3 };
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
    expect(planOne(layBoard(chain, {}, { fields: queued }))).toEqual(["manual__1 queued>running"]);
  });

  test("wait for their time, for their Dag to be unpaused, and for their own move", () => {
    expect(planOne(layBoard(chain, {}, { fields: { ...queued, runAfter: later(1) } }))).toEqual([]);
    expect(planOne(layBoard(chain, {}, { fields: queued, isPaused: true }))).toEqual([]);
    const board = layBoard(chain, {}, { fields: queued });
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
    expect(planOne(layBoard(chain, fields))).toEqual(expected);
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
    const { runs } = plan(buildSnapshot([layBoard(chain, { a: { state: "removed" } })]), NOW);
    expect(runs[0]?.transition).toMatchObject({
      to: "failed",
      reason: expect.stringContaining("deadlock"),
    });
  });

  test("end only when no move of theirs is being written", () => {
    const done = { state: "success" } as const;
    const board = layBoard(chain, { a: done, b: done, c: done });
    board.hold(2, "move");
    expect(planOne(board)).toEqual([]);
  });

  test("of a paused Dag begin nothing, but end", () => {
    const done = { state: "success" } as const;
    expect(planOne(layBoard(chain, {}, { isPaused: true }))).toEqual([]);
    expect(planOne(layBoard(chain, { a: { state: "scheduled" } }, { isPaused: true }))).toEqual([]);
    expect(planOne(layBoard(chain, { a: done, b: done, c: done }, { isPaused: true }))).toEqual([
      "manual__1 running>success",
    ]);
  });

  test("over their time skip all that is not finished, then fail", () => {
    const dag = { ...chain, dagrunTimeout: 60 };
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
    const board = layBoard({ ...chain, dagrunTimeout: 60 }, { a: done, b: done, c: done });
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

describe("plan()", () => {
  test("decides from a board that followed moves as from one laid anew, and every run ends", () => {
    const anyTask = fc.record({
      sources: fc.array(fc.nat(), { maxLength: 3 }),
      rule: fc.constantFrom(...TRIGGER_RULES),
      isEmpty: fc.boolean(),
      pool: fc.constantFrom("default_pool", "p"),
    });
    const anyEnd = fc.constantFrom(
      "success",
      "failed",
      "skipped",
      "up_for_retry",
      "up_for_reschedule" as const,
    );
    fc.assert(
      fc.property(
        fc.array(anyTask, { minLength: 1, maxLength: 12 }),
        fc.array(anyEnd, { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (drafts, ends, maxActiveTasks) => {
          const tasks = drafts.map(({ sources, rule, isEmpty, pool }, index) =>
            buildTask(`t${index}`, {
              upstream:
                index === 0 ? [] : [...new Set(sources.map((source) => `t${source % index}`))],
              triggerRule: rule,
              isEmpty,
              pool,
            }),
          );
          const dag = buildDag("dag", tasks, { maxActiveTasks });
          const usage = new Usage();
          const board = layBoard(dag, {}, { usage });
          const pools = new Map(
            ["default_pool", "p"].map((name) => [name, { slots: 2, includeDeferred: false }]),
          );
          let run = board.run;
          for (let step = 0; run.state === "running"; step += 1) {
            expect(step).toBeLessThan(200);
            const freshUsage = new Usage();
            const instances = tasks
              .keys()
              .toArray()
              .flatMap((position) => board.instanceAt(position) ?? []);
            const fresh = layBoard(dag, {}, { run, taskInstances: instances, usage: freshUsage });
            const decided = plan(buildSnapshot([board], { usage, pools }), NOW);
            expect(
              summarize(plan(buildSnapshot([fresh], { usage: freshUsage, pools }), NOW)),
            ).toEqual(summarize(decided));
            expect(freshUsage.active).toBe(usage.active);
            for (const [judged, heldByPast] of decided.judged) judged.settle(heldByPast, NOW);
            for (const { taskInstance, transition } of decided.tasks) {
              const known = board.instanceAt(board.positionOf(taskInstance.id) ?? -1);
              if (known !== undefined) board.set(applyTaskMove(known, transition));
            }
            for (const move of decided.runs) run = applyRunMove(run, move.transition);
            board.setRun(run);
            for (const position of tasks.keys()) {
              const known = board.instanceAt(position);
              const end = ends[(step + position) % ends.length] ?? "success";
              if (known?.state === "queued")
                board.set({ ...known, state: step > 20 ? "success" : end, nextTryAt: NOW });
            }
          }
          for (const position of tasks.keys()) {
            const state = board.instanceAt(position)?.state ?? "none";
            expect(isTerminal(state)).toBe(true);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("looks at a wide run once per plan, not once per pair of tasks", () => {
    const count = 1_000;
    const tasks = [
      ...Array.from({ length: count }, (_, index) => buildTask(`t${index}`)),
      buildTask("join", { upstream: Array.from({ length: count }, (_, index) => `t${index}`) }),
    ];
    const board = layBoard(buildDag("wide", tasks, { maxActiveTasks: count }));
    const room = {
      freeSlots: count,
      parallelism: count,
      pools: new Map([["default_pool", { slots: -1, includeDeferred: false }]]),
    };
    expect(plan(buildSnapshot([board], room), NOW).starts).toHaveLength(count);
    board.settle([], NOW);
    let plans = 0;
    for (const position of tasks.keys().take(count)) {
      const known = board.instanceAt(position);
      if (known !== undefined) board.set({ ...known, state: "success" });
      plans += 1;
      expect(board.touched.size).toBeLessThanOrEqual(2);
      const { starts } = plan(buildSnapshot([board], room), NOW);
      expect(starts).toHaveLength(plans === count ? 1 : 0);
      board.settle([], NOW);
    }
  });
});
