import { buildChain, buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { explainTask } from "./explain.ts";
import { buildSnapshot, layBoard, NOW } from "./fixtures/lay-board.ts";
import type { RunBoard } from "./run-board.ts";
import { Usage } from "./usage.ts";

const later = new Date(NOW.getTime() + 60_000);
const chain = buildDag("chain", buildChain(["a", "b"]));

function explain(
  board: RunBoard,
  position: number,
  fields: Parameters<typeof buildSnapshot>[1] = {},
) {
  const snapshot = { ...buildSnapshot([board], fields), allBoards: [board] };
  return explainTask(board, position, { snapshot, now: NOW }).map(
    ({ code, message }) => `${code}: ${message}`,
  );
}

describe("explainTask()", () => {
  test("names the upstream that is not done", () => {
    expect(explain(layBoard(chain, { a: { state: "up_for_retry" } }), 1)).toEqual([
      "upstream: it waits for a (up for retry)",
    ]);
    const wide = [...Array(7).keys()].map((index) => buildTask(`t${index}`));
    const join = buildTask("join", { upstream: wide.map(({ taskId }) => taskId) });
    expect(explain(layBoard(buildDag("dag", [...wide, join])), 7)).toEqual([
      "upstream: it waits for t0 (not started), t1 (not started), t2 (not started), t3 (not started), t4 (not started) and 2 more",
    ]);
  });

  test("says nothing of what may start, runs or has ended", () => {
    expect(explain(layBoard(chain), 0)).toEqual([]);
    expect(explain(layBoard(chain, { a: { state: "running" } }), 0)).toEqual([]);
    expect(explain(layBoard(chain, { a: { state: "failed" } }), 0)).toEqual([]);
    expect(explain(layBoard(chain), 9)).toEqual([]);
  });

  test("says when a rule can no longer be met", () => {
    expect(explain(layBoard(chain, { a: { state: "removed" } }), 1)).toEqual([
      'trigger_rule: its trigger rule "all_success" can no longer be met',
    ]);
  });

  test.each([
    [
      { state: "up_for_retry", nextTryAt: later },
      "retry_at: it failed and is tried again at 1 Jan 2026, 12:01 UTC",
    ],
    [
      { state: "up_for_reschedule", nextTryAt: later },
      "reschedule_at: it looks again at 1 Jan 2026, 12:01 UTC",
    ],
    [
      { state: "deferred", deferral: { trigger: "dbt", input: {}, timeoutAt: null } },
      "deferred: it waits for its trigger dbt",
    ],
    [{ state: "deferred" }, "deferred: it waits for its trigger"],
    [{ state: "awaiting_input" }, "awaiting_input: it waits for a person's answer"],
    [{ state: "restarting" }, "restarting: the process of its cleared attempt is being stopped"],
    [
      { state: "queued" },
      "starting: it was handed to the executor and starts when a process is free",
    ],
  ] as const)("of %j says: %s", (fields, reason) => {
    expect(explain(layBoard(chain, { a: fields }), 0)).toEqual([reason]);
  });

  test("of a retry that is due names its upstream", () => {
    const due = { nextTryAt: NOW } as const;
    expect(explain(layBoard(chain, { b: { state: "up_for_retry", ...due } }), 1)).toEqual([
      "upstream: it waits for a (not started)",
    ]);
    expect(explain(layBoard(chain, { b: { state: "up_for_reschedule", ...due } }), 1)).toEqual([
      "upstream: it waits for a (not started)",
    ]);
  });

  test("names what of the run before holds it back", () => {
    const dag = buildDag("dag", [buildTask("a", { dependsOnPast: true })]);
    const past = { dagRunId: "0", states: new Map([["a", "failed" as const]]) };
    expect(explain(layBoard(dag, {}, { past }), 0)).toEqual([
      'depends_on_past: task "a" of the run before is failed, not success or skipped',
    ]);
  });

  test("says why the whole run waits", () => {
    const fields = { state: "queued", runAfter: later } as const;
    const runningRuns = new Map([["chain", 1]]);
    const board = layBoard({ ...chain, maxActiveRuns: 1 }, {}, { fields, isPaused: true });
    expect(explain(board, 0, { runningRuns })).toEqual([
      'paused: Dag "chain" is paused',
      "run_after: its run does not start before 1 Jan 2026, 12:01 UTC",
      'max_active_runs: 1 of at most 1 runs of Dag "chain" are running',
    ]);
    const free = layBoard(chain, {}, { fields: { state: "queued", runAfter: NOW } });
    expect(explain(free, 0)).toEqual([]);
  });

  test("names no task without an instance among those that hold a pool", () => {
    const dag = buildDag("dag", [buildTask("waiter"), buildTask("missing")]);
    const [waiter] = layBoard(dag, { waiter: { state: "scheduled" } }).instances;
    const board = layBoard(dag, {}, { taskInstances: waiter === undefined ? [] : [waiter] });
    expect(explain(board, 0, { fullPools: new Set(["default_pool"]) })).toEqual([
      'pool_full: pool "default_pool" is full: 0 of 128 slots are taken',
    ]);
  });

  test("names the limit that holds back a task that is ready, and who holds the pool", () => {
    const usage = new Usage();
    const dag = buildDag(
      "dag",
      [
        buildTask("holder", { pool: "p", maxActiveTisPerDag: 1 }),
        buildTask("waiter", { pool: "p", poolSlots: 2 }),
        buildTask("sleeper", { pool: "p" }),
      ],
      { maxActiveTasks: 1 },
    );
    const board = layBoard(
      dag,
      {
        holder: { state: "running" },
        waiter: { state: "scheduled" },
        sleeper: { state: "deferred" },
      },
      { usage },
    );
    const pool = (slots: number, includeDeferred = false) => ({
      usage,
      pools: new Map([["p", { slots, includeDeferred }]]),
    });
    const full = "max_active_tasks: 1 of at most 1 tasks of its run are active";
    expect(explain(board, 1, pool(2))).toEqual([
      'pool_full: pool "p" is full: 1 of 2 slots are taken, held by holder of dag manual__1',
      full,
    ]);
    expect(explain(board, 1, pool(3, true))[0]).toBe(
      'pool_full: pool "p" is full: 2 of 3 slots are taken, held by holder of dag manual__1, sleeper of dag manual__1',
    );
    expect(explain(board, 1, pool(1))[0]).toBe(
      'pool_too_small: it asks for 2 slots of pool "p", which has 1 in all',
    );
    expect(explain(board, 1, { usage, pools: new Map() })[0]).toBe(
      'pool_missing: pool "p" does not exist',
    );
    expect(explain(board, 1, pool(-1))).toEqual([full]);
    expect(explain(board, 1, { ...pool(9), fullPools: new Set(["p"]) })[0]).toContain(
      'pool "p" is full: 1 of 9',
    );
    expect(explain(board, 1, { ...pool(-1), parallelism: 1 })).toEqual([
      full,
      "parallelism: 1 of at most 1 tasks of this installation are active",
    ]);
    expect(explain(board, 1, { ...pool(-1), freeSlots: 0 })).toEqual([
      full,
      "executor_full: every process of the executor is busy",
    ]);
  });

  test("names the limits of one task", () => {
    const usage = new Usage();
    const dag = buildDag("dag", [
      buildTask("a", { maxActiveTisPerDag: 1, maxActiveTisPerDagrun: 0, pool: "p" }),
    ]);
    const pools = new Map([["p", { slots: 0, includeDeferred: false }]]);
    layBoard(dag, { a: { state: "running" } }, { usage });
    const board = layBoard(dag, { a: { state: "scheduled" } }, { usage });
    const reasons = explain(board, 0, {
      usage,
      pools: new Map([["p", { slots: -1, includeDeferred: false }]]),
    });
    expect(reasons).toEqual([
      `max_active_tis_per_dag: 1 of at most 1 instances of task "a" are active across its Dag's runs`,
      'max_active_tis_per_dagrun: at most 0 instances of task "a" may be active in one run',
    ]);
    expect(explain(board, 0, { pools })[0]).toBe(
      'pool_too_small: it asks for 1 slots of pool "p", which has 0 in all',
    );
    const idle = layBoard(buildDag("dag", [buildTask("a", { pool: "p" })]), {
      a: { state: "scheduled" },
    });
    expect(
      explain(idle, 0, {
        pools: new Map([["p", { slots: 2, includeDeferred: true }]]),
        fullPools: new Set(["p"]),
      }),
    ).toEqual(['pool_full: pool "p" is full: 0 of 2 slots are taken']);
  });
});
