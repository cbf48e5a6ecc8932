import type { OpenFailure } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildActivity } from "./build-activity.ts";
import { groupFailures } from "./group-failures.ts";

const NOW = new Date("2026-11-22T08:12:00Z");

describe("buildActivity()", () => {
  const hour = (text: string) => new Date(`2026-11-${text}:00:00Z`);

  test("has one bar for each of the last 24 clock hours, and totals over all", () => {
    const { totals, hours } = buildActivity(
      [
        { hour: hour("22T08"), state: "success", count: 5_000, troubled: 22 },
        { hour: hour("22T08"), state: "failed", count: 1, troubled: 1 },
        { hour: hour("21T09"), state: "success", count: 2, troubled: 0 },
        // Began before the window, and runs on.
        { hour: hour("20T01"), state: "running", count: 3, troubled: 1 },
      ],
      NOW,
    );
    expect(hours).toHaveLength(24);
    expect(hours[0]).toMatchObject({ hour: "2026-11-21T09:00:00.000Z", success: 2 });
    expect(hours[23]).toMatchObject({ success: 5_000, success_with_failures: 22, failed: 1 });
    expect(totals).toEqual({
      success: 5_002,
      success_with_failures: 22,
      failed: 1,
      running: 3,
      queued: 0,
    });
  });
});

describe("groupFailures() (U24)", () => {
  const failed = (
    runId: string,
    message: string | null,
    fields: Partial<OpenFailure> = {},
  ): OpenFailure => ({
    dagId: "d",
    runId,
    runState: "failed",
    taskId: "load",
    mapIndex: -1,
    tryNumber: 2,
    endedAt: NOW,
    failure: message === null ? null : { message, place: null, stack: null, kind: "error" },
    node: null,
    ...fields,
  });
  const at = (time: string) => ({ endedAt: new Date(`2026-11-22T${time}Z`) });

  test("names one problem once, with its newest attempt", () => {
    const groups = groupFailures([
      failed("r1", "503\nbody 1", at("06:00:00")),
      failed("r2", "503\nbody 2", at("07:00:00")),
      failed("r3", "404", at("07:30:00")),
    ]);
    expect(groups).toMatchObject([
      {
        message: "503",
        failures: 2,
        runs: 2,
        tries: 4,
        since: "2026-11-22T06:00:00.000Z",
        latest: { dag_run_id: "r2" },
        action: "clear",
      },
      { message: "404", failures: 1, runs: 1 },
    ]);
  });

  test("puts tasks of several Dags together whose messages differ in ids and times only", () => {
    const [group, ...more] = groupFailures([
      failed("r1", "connect ECONNREFUSED 10.0.0.1:5432", at("06:00:00")),
      failed("r1", "connect ECONNREFUSED 10.0.0.2:5432", { taskId: "train", ...at("05:00:00") }),
      failed("r9", "connect ECONNREFUSED 10.0.0.3:5432", { dagId: "e", ...at("04:00:00") }),
    ]);
    expect(more).toEqual([]);
    expect(group).toMatchObject({
      failures: 3,
      things: 3,
      dags: 2,
      others: ["d.train", "e.load"],
      action: "open_run",
    });
  });

  test("tells tasks apart that fail without a message", () => {
    expect(groupFailures([failed("r", null), failed("r", null, { taskId: "b" })])).toHaveLength(2);
  });

  test("counts the runs that are green although something failed in them", () => {
    const [group] = groupFailures([
      failed("r1", "boom", { runState: "success" }),
      failed("r2", "boom"),
      failed("r3", "boom", { runState: "running" }),
    ]);
    expect(group).toMatchObject({ runs: 3, green_runs: 2 });
  });

  test("names a dbt node by its own words, with the way to rerun it", () => {
    const node = {
      uniqueId: "model.p.m",
      name: "m",
      state: "error" as const,
      message: "Runtime Error in model m\n  no such column",
      file: "models/m.sql",
      line: 3,
    };
    expect(
      groupFailures([
        failed("r1", "dbt run 1 failed", { node }),
        failed("r2", "dbt run 2 failed", { node }),
        failed("r2", "dbt run 2 failed", { node: { ...node, uniqueId: "model.p.n", name: "n" } }),
      ]),
    ).toMatchObject([
      {
        node: { unique_id: "model.p.m", name: "m" },
        message: "no such column",
        place: "models/m.sql:3",
        runs: 2,
        action: "rerun_failed_nodes",
      },
      { node: { unique_id: "model.p.n" }, runs: 1 },
    ]);
  });
});
