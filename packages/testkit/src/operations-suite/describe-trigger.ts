import { describe, expect, test } from "vitest";
import { loadRun, NOW } from "../store-suite/harness.ts";
import type { OpenOperations } from "./harness.ts";

const TRIGGER = { dagId: "dag", triggeredBy: "ui", user: "ann" } as const;

/** What `triggerRun` promises. */
export function describeTrigger(open: OpenOperations): void {
  describe("triggerRun()", () => {
    test("creates a queued run of what was asked for, with all its tasks", async () => {
      const { operations, store } = await open();
      const asked = { conf: { day: 1 }, note: "please", logicalDate: new Date("2026-01-31") };
      const run = await operations.triggerRun({ ...TRIGGER, ...asked });
      expect(run).toMatchObject({
        ...asked,
        state: "queued",
        runType: "manual",
        triggeredBy: "ui",
        triggeringUser: "ann",
        dataIntervalStart: asked.logicalDate,
      });
      expect(await store.findRun("dag", run.runId)).toEqual(run);
      const { taskInstances } = await loadRun(store, run.id);
      expect(taskInstances.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
        "a none",
        "b none",
        "c none",
      ]);
    });

    test("is dated now when no date is given, and has none when that is asked for", async () => {
      const { operations } = await open();
      expect(await operations.triggerRun(TRIGGER)).toMatchObject({
        runId: "manual__2026-03-01T12:00:00+00:00",
        logicalDate: NOW,
        runAfter: NOW,
      });
      const dateless = { ...TRIGGER, logicalDate: null, runId: "mine" };
      expect(await operations.triggerRun(dateless)).toMatchObject({
        runId: "mine",
        logicalDate: null,
        dataIntervalStart: null,
        dataIntervalEnd: null,
      });
    });

    test("makes as many runs as there are calls at one instant", async () => {
      const { operations, store } = await open();
      const calls = Array.from({ length: 8 }, () => operations.triggerRun(TRIGGER));
      const runs = await Promise.all(calls);
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(8);
      expect(await store.countActiveRuns("dag")).toBe(8);
    });

    test("gives a name to one of many calls at once, and tells the others", async () => {
      const { operations, store } = await open();
      const calls = Array.from({ length: 8 }, () =>
        operations.triggerRun({ ...TRIGGER, runId: "mine" }),
      );
      const answers = await Promise.allSettled(calls);
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === "fulfilled") continue;
        expect(answer.reason).toMatchObject({
          code: "run.conflict",
          message: 'Cannot trigger Dag "dag": run id "mine" is taken',
        });
      }
      expect(await store.countActiveRuns("dag")).toBe(1);
    });

    test("of many calls for one date that they name makes one run, and tells the others, as Airflow does", async () => {
      const { operations, store } = await open();
      const logicalDate = new Date("2026-01-31T00:00:00Z");
      const calls = ["a", "b", undefined, undefined].map((runId) =>
        operations.triggerRun({
          ...TRIGGER,
          logicalDate,
          ...(runId === undefined ? {} : { runId }),
        }),
      );
      const answers = await Promise.allSettled(calls);
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === "fulfilled") continue;
        expect(answer.reason).toMatchObject({ code: "run.date_taken" });
      }
      await expect(
        operations.triggerRun({ ...TRIGGER, logicalDate, runId: "c" }),
      ).rejects.toMatchObject({
        code: "run.date_taken",
        message: 'Cannot trigger Dag "dag": it has a run for 31 Jan 2026, 00:00 UTC already',
      });
      expect(await store.countActiveRuns("dag")).toBe(1);
    });

    test.each([
      [{ dagId: "none" }, "dag.not_found", 'There is no Dag "none"'],
      [{ runId: "a/b" }, "run.bad_id", "slashes"],
      [
        { runId: "scheduled__2026-01-01T00:00:00+00:00" },
        "run.bad_id",
        '"scheduled__" is kept for scheduled runs',
      ],
      [{ logicalDate: new Date("2027-01-01") }, "input.invalid", "must not lie in the future"],
    ])("refuses %j and creates nothing", async (fields, code, message) => {
      const { operations, store } = await open();
      await expect(operations.triggerRun({ ...TRIGGER, ...fields })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
      expect(await store.countActiveRuns("dag")).toBe(0);
    });
  });
}
