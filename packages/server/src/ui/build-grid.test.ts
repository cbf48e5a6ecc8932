import { TASK_STATES } from "@airloom/core";
import { buildChain, buildDag, buildRun, buildTask } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph } from "./build-graph.ts";
import { buildGridRows } from "./build-grid.ts";
import { foldTasks } from "./grid-cells.ts";
import type { GridTask } from "./grid-source.ts";

function gridTask(taskId: string, fields: Partial<GridTask> = {}): GridTask {
  return {
    runId: "r1",
    taskId,
    mapIndex: -1,
    state: "success",
    tryNumber: 1,
    startedAt: null,
    endedAt: null,
    ...fields,
  };
}

const RUNS = [buildRun({ runId: "r1" }), buildRun({ runId: "r2" })];

describe("buildGridRows()", () => {
  test("puts no task before its upstream, whatever the file's order", () => {
    const spec = buildDag("d", buildChain(["a", "b", "c", "d"]).toReversed());
    const rows = buildGridRows({ spec, runs: RUNS, tasks: [], nodes: [] });
    expect(rows.map((row) => row.label)).toEqual(["a", "b", "c", "d"]);
  });

  test("has one cell for each run, blank where the run had no such task", () => {
    const spec = buildDag("d", [buildTask("a")]);
    const rows = buildGridRows({ spec, runs: RUNS, tasks: [gridTask("a")], nodes: [] });
    expect(rows[0]?.cells).toMatchObject([{ state: "success" }, null]);
  });

  test("keeps tasks that only older runs had", () => {
    const spec = buildDag("d", [buildTask("a")]);
    const rows = buildGridRows({ spec, runs: RUNS, tasks: [gridTask("old")], nodes: [] });
    expect(rows.map((row) => row.row_id)).toEqual(["task:a", "task:old"]);
  });

  test("nests groups and drops their prefix from labels", () => {
    const spec = buildDag("d", [buildTask("g.h.a", { groupId: "g.h" })], {
      groups: [
        { groupId: "g.h", parentId: "g", tooltip: "" },
        { groupId: "g", parentId: null, tooltip: "" },
      ],
    });
    const rows = buildGridRows({ spec, runs: RUNS, tasks: [], nodes: [] });
    expect(rows.map((row) => [row.label, row.depth, row.parent_id])).toEqual([
      ["g", 0, null],
      ["h", 1, "group:g"],
      ["a", 2, "group:g.h"],
    ]);
  });
});

describe("foldTasks()", () => {
  const anyTask = fc.record({
    state: fc.constantFrom(...TASK_STATES),
    tryNumber: fc.nat(5),
  });

  test("counts every member and shows failure before anything else", () => {
    fc.assert(
      fc.property(fc.array(anyTask, { minLength: 2 }), (fields) => {
        const cell = foldTasks(fields.map((field) => gridTask("a", field)));
        const counted = Object.values(cell?.counts ?? {}).reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(fields.length);
        const hasFailed = fields.some(({ state }) => state === "failed");
        expect(cell?.state === "failed").toBe(hasFailed);
      }),
      { numRuns: 1_000 },
    );
  });

  test("ends when the last member has ended", () => {
    const ended = gridTask("a", { endedAt: new Date(1_000) });
    expect(foldTasks([ended, gridTask("b")])?.end_date).toBeNull();
    expect(foldTasks([ended, gridTask("b", { endedAt: new Date(5_000) })])?.end_date).toBe(
      "1970-01-01T00:00:05.000Z",
    );
  });
});

describe("buildGraph()", () => {
  test("labels an edge with the branch that leads along it", () => {
    const spec = buildDag("d", [
      // oxlint-disable-next-line unicorn/no-thenable -- a branch names the task of each way; nothing awaits it
      buildTask("choose", { branch: { kind: "if", then: "yes", else: "no" } }),
      buildTask("yes", { upstream: ["choose"] }),
      buildTask("no", { upstream: ["choose"] }),
    ]);
    const { edges } = buildGraph({ spec, nodes: [] });
    expect(edges.map((edge) => edge.label)).toEqual(["then", "else"]);
  });
});
