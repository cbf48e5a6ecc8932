import { isTerminal } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { NOW } from "../store-suite/harness.ts";
import {
  findRun,
  LAID_STATES,
  layRun,
  loadStates,
  loadTasks,
  type OpenOperations,
} from "./harness.ts";

const MARK = {
  dagId: "dag",
  runId: "r",
  taskId: "a",
  includeUpstream: false,
  includeDownstream: false,
  includePast: false,
  includeFuture: false,
  dryRun: false,
  user: "ann",
} as const;

/** What `markTasks` and `markRun` promise. */
export function describeMarks(open: OpenOperations): void {
  describe("markTasks()", () => {
    test.each(["success", "failed", "skipped"] as const)(
      "%s is given whatever the task is doing, once",
      async (state) => {
        const harness = await open();
        const { operations, store } = harness;
        for (const laid of LAID_STATES) {
          const runId = `from-${laid}`;
          await layRun(harness, [laid, "none", "none"], { runId });
          const before = (await loadTasks(store, runId)).a;
          const request = { ...MARK, runId, state };
          expect(await operations.markTasks(request)).toEqual(laid === state ? [] : [before]);
          expect((await loadTasks(store, runId)).a).toMatchObject({ state, leaseToken: null });
          expect(await operations.markTasks(request)).toEqual([]);
        }
      },
    );

    test("what had failed downstream goes on, in a run that is queued again", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["failed", "upstream_failed", "upstream_failed"], { state: "failed" });
      await operations.markTasks({ ...MARK, state: "success" });
      expect(await loadStates(store)).toEqual(["success", "none", "none"]);
      expect((await findRun(store, "r")).state).toBe("queued");
    });

    test("reaches up and down, and into past and future runs", async () => {
      const harness = await open();
      const { operations, store } = harness;
      for (const day of [1, 2, 3]) {
        const logicalDate = new Date(`2026-01-0${day}`);
        await layRun(harness, ["none", "none", "none"], { runId: `r${day}`, logicalDate });
      }
      const request = { ...MARK, runId: "r2", taskId: "b", state: "success" } as const;
      await operations.markTasks({ ...request, includeUpstream: true, includePast: true });
      expect(await loadStates(store, "r1")).toEqual(["success", "success", "none"]);
      expect(await loadStates(store, "r2")).toEqual(["success", "success", "none"]);
      await operations.markTasks({ ...request, includeDownstream: true, includeFuture: true });
      expect(await loadStates(store, "r2")).toEqual(["success", "success", "success"]);
      expect(await loadStates(store, "r3")).toEqual(["none", "success", "success"]);
    });

    test("a dry run answers the same and changes nothing", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["running", "none", "none"]);
      const before = await loadTasks(store);
      const request = { ...MARK, includeDownstream: true, state: "skipped" } as const;
      const dry = await operations.markTasks({ ...request, dryRun: true });
      expect(await loadTasks(store)).toEqual(before);
      expect(await operations.markTasks(request)).toEqual(dry);
    });

    test("one map index is one task instance", async () => {
      const harness = await open();
      await layRun(harness, ["none", "none", "none"]);
      const mark = (mapIndex: number) =>
        harness.operations.markTasks({ ...MARK, state: "success", mapIndex });
      expect(await mark(7)).toEqual([]);
      expect(await mark(-1)).toHaveLength(1);
    });

    test.each([
      [{ dagId: "none" }, "dag.not_found"],
      [{ runId: "none" }, "run.not_found"],
      [{ taskId: "none" }, "task.not_found"],
    ])("refuses %j", async (fields, code) => {
      const harness = await open();
      await layRun(harness, ["none", "none", "none"]);
      await expect(
        harness.operations.markTasks({ ...MARK, state: "success", ...fields }),
      ).rejects.toMatchObject({ code });
    });
  });

  describe("markRun()", () => {
    const mark = { dagId: "dag", runId: "r", user: null } as const;

    test.each([
      ["success", "skipped"],
      ["failed", "failed"],
    ] as const)("%s stops what is not finished, which is %s", async (state, rest) => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "running", "none"]);
      const ended = await operations.markRun({ ...mark, state });
      expect(ended).toMatchObject({ state, endedAt: NOW });
      expect(await loadStates(store)).toEqual(["success", rest, rest]);
      expect((await loadTasks(store)).b.leaseToken).toBeNull();
      expect(await operations.markRun({ ...mark, state })).toEqual(ended);
    });

    test.each([
      ["success", "failed"],
      ["failed", "success"],
    ] as const)("%s of a run that ended as %s changes the run alone", async (state, before) => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "failed", "upstream_failed"], { state: before });
      expect((await operations.markRun({ ...mark, state })).state).toBe(state);
      expect(await loadStates(store)).toEqual(["success", "failed", "upstream_failed"]);
    });

    test("queued clears the whole run", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "failed"], { state: "failed" });
      expect((await operations.markRun({ ...mark, state: "queued" })).state).toBe("queued");
      expect(await loadStates(store)).toEqual(["none", "none", "none"]);
    });

    test("holds against a clear at the same time: no task outlives its run", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "running"]);
      const { a, b, c } = await loadTasks(store);
      const clears = [a, b].map((task) =>
        store.transition({
          tasks: [
            {
              taskInstanceId: task.id,
              from: "success",
              to: "none",
              tryNumber: 1,
              actor: "test",
              set: { chain: 2 },
            },
          ],
          now: NOW,
        }),
      );
      const ends = store.transition({
        tasks: [
          { taskInstanceId: c.id, from: "running", to: "success", tryNumber: 1, actor: "test" },
        ],
        now: NOW,
      });
      await Promise.all([operations.markRun({ ...mark, state: "failed" }), ...clears, ends]);
      await operations.markRun({ ...mark, state: "failed" });
      expect((await findRun(store, "r")).state).toBe("failed");
      for (const { state } of Object.values(await loadTasks(store))) {
        expect(isTerminal(state)).toBe(true);
      }
    });

    test.each([
      [{ dagId: "none" }, "dag.not_found"],
      [{ runId: "none" }, "run.not_found"],
    ])("refuses %j", async (fields, code) => {
      const { operations } = await open();
      await expect(
        operations.markRun({ ...mark, state: "failed", ...fields }),
      ).rejects.toMatchObject({ code });
    });
  });
}
