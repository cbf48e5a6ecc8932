import { describe, expect, test } from "vitest";
import { type DagStanding, explainDag } from "./explain-dag.ts";

const DAG: DagStanding["dag"] = {
  dag_id: "orders",
  is_paused: false,
  is_stale: false,
  has_import_errors: false,
  relative_fileloc: "orders.ts",
  timetable_summary: "@daily",
  next_dagrun_run_after: "2026-02-01T00:00:00.000Z",
  active_runs_count: 0,
  max_active_runs: 16,
  end_date: null,
};
const RUN: DagStanding["lastRun"] = {
  dag_run_id: "r1",
  state: "running",
  run_after: "2026-01-31T00:00:00.000Z",
};

function explain(dag: Partial<DagStanding["dag"]>, rest: Partial<DagStanding> = {}) {
  const now = new Date("2026-01-31T12:00:00Z");
  const standing = { dag: { ...DAG, ...dag }, lastRun: undefined, errors: [], now, ...rest };
  return explainDag(standing).map(({ code, command }) => [code, command] as const);
}

describe("dags why (U25)", () => {
  test.each<
    readonly [string, Partial<DagStanding["dag"]>, readonly (readonly [string, string | null])[]]
  >([
    ["waits for its time", {}, [["not_due", null]]],
    [
      "is paused",
      { is_paused: true },
      [
        ["paused", "dags unpause orders"],
        ["not_due", null],
      ],
    ],
    [
      "is paused and has never run",
      { is_paused: true, next_dagrun_run_after: null },
      [["paused", "dags unpause orders"]],
    ],
    ["has no schedule", { timetable_summary: null }, [["no_schedule", "dags trigger orders"]]],
    ["is over", { next_dagrun_run_after: null }, [["schedule_over", null]]],
    ["is due", { next_dagrun_run_after: "2026-01-31T00:00:00Z" }, [["due", null]]],
    [
      "is gone",
      { is_stale: true },
      [
        ["stale", "dags delete orders"],
        ["not_due", null],
      ],
    ],
  ])("a Dag that %s", (_what, dag, reasons) => {
    expect(explain(dag)).toEqual(reasons);
  });

  test("names the runs that take all places, and how to see why they do not end", () => {
    expect(explain({ active_runs_count: 1, max_active_runs: 1 }, { lastRun: RUN })).toEqual([
      ["max_active_runs", "dags why orders r1"],
      ["not_due", null],
      ["last_run", "dags why orders r1"],
    ]);
  });

  test("quotes what keeps its file from being read", () => {
    const errors = [{ filename: "orders.ts", stack_trace: "Error: no such table\n  at x" }];
    const standing = {
      dag: { ...DAG, has_import_errors: true },
      lastRun: undefined,
      errors,
      now: new Date(0),
    };
    expect(explainDag(standing)[0]?.message).toBe(
      "orders.ts cannot be read: Error: no such table. The last good version stays in force",
    );
  });
});
