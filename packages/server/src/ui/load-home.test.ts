import { buildRun, buildTask, buildTaskInstance } from "@airloom/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupFailures, mergeFailures } from "./group-failures.ts";
import { countPerHour } from "./load-home.ts";

const NOW = new Date("2026-11-22T08:12:00Z");

describe("countPerHour()", () => {
  test("holds each run of the last 24 clock hours once, and no other", () => {
    const anyAge = fc.integer({ min: 0, max: 48 * 3_600_000 });
    fc.assert(
      fc.property(fc.array(anyAge), (ages) => {
        const runs = ages.map((age) =>
          buildRun({ state: "success", endedAt: new Date(NOW.getTime() - age) }),
        );
        const first = new Date("2026-11-21T09:00:00Z").getTime();
        const counted = countPerHour(runs, NOW).reduce((sum, hour) => sum + hour.success, 0);
        expect(counted).toBe(runs.filter((run) => (run.endedAt?.getTime() ?? 0) >= first).length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("groupFailures()", () => {
  const failed = (runId: string, message: string, endedAt: string) =>
    buildTaskInstance(
      buildTask("load"),
      { id: runId, dagId: "d", runId },
      {
        tryNumber: 2,
        endedAt: new Date(endedAt),
        failure: { message, place: null, stack: null, kind: "error" },
      },
    );

  test("names one problem once, with its newest attempt", () => {
    const groups = groupFailures([
      failed("r1", "503\nbody 1", "2026-11-22T06:00:00Z"),
      failed("r2", "503\nbody 2", "2026-11-22T07:00:00Z"),
      failed("r3", "404", "2026-11-22T07:30:00Z"),
    ]);
    expect(groups.map(({ problem }) => problem)).toMatchObject([
      {
        message: "503",
        runs: 2,
        tries: 4,
        since: "2026-11-22T06:00:00.000Z",
        latest: { dag_run_id: "r2" },
      },
      { message: "404", runs: 1 },
    ]);
  });

  test("failures that name their run are one problem once they have the same node and words", () => {
    const groups = groupFailures([
      failed("r1", "dbt run 1 failed", "2026-11-22T06:00:00Z"),
      failed("r2", "dbt run 2 failed", "2026-11-22T07:00:00Z"),
      failed("r3", "dbt run 3 failed", "2026-11-22T07:30:00Z"),
    ]);
    const broken = { unique_id: "model.m", name: "m" };
    const problems = groups.map(({ problem }, index) => ({
      ...problem,
      node: index < 2 ? broken : { ...broken, unique_id: "model.n" },
      message: "no such column",
    }));
    expect(mergeFailures(problems)).toMatchObject([
      {
        node: broken,
        runs: 2,
        tries: 4,
        since: "2026-11-22T06:00:00.000Z",
        latest: { dag_run_id: "r2" },
      },
      { node: { unique_id: "model.n" }, runs: 1, latest: { dag_run_id: "r3" } },
    ]);
  });
});
