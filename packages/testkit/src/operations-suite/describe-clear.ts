import type { ClearRequest } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildChain, buildDag, buildTask } from "../dag-builder.ts";
import { after, createRun, NOW } from "../store-suite/harness.ts";
import {
  clearRequest,
  findRun,
  layRun,
  loadStates,
  loadTasks,
  type OpenOperations,
} from "./harness.ts";

/** What `clear` promises. */
export function describeClear(open: OpenOperations): void {
  describe("clear()", () => {
    test("begins a new chain with all its retries in a run that is queued again", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "failed"], { state: "failed" });
      const before = await loadTasks(store);
      const affected = await operations.clear(
        clearRequest({ runId: "r", taskIds: ["b"], includeDownstream: true }),
      );
      expect(affected).toEqual([before.b, before.c]);
      const { a, b, c } = await loadTasks(store);
      expect(a).toEqual(before.a);
      for (const cleared of [b, c]) {
        expect(cleared).toMatchObject({
          state: "none",
          chain: 2,
          tryNumber: 1,
          maxTries: 2,
          startedAt: null,
          endedAt: null,
          failure: null,
        });
      }
      expect(await findRun(store, "r")).toMatchObject({
        state: "queued",
        clearNumber: 1,
        queuedAt: NOW,
        startedAt: null,
        endedAt: null,
      });
    });

    test("leaves the run as it ended where that is asked for", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "success"], { state: "success" });
      await operations.clear(clearRequest({ runId: "r", resetDagRuns: false }));
      expect(await loadStates(store)).toEqual(["none", "none", "none"]);
      expect(await findRun(store, "r")).toMatchObject({ state: "success", clearNumber: 0 });
    });

    test("a dry run answers the same and changes nothing", async () => {
      const harness = await open();
      const { operations, store } = harness;
      const run = await layRun(harness, ["success", "running", "none"]);
      const before = await loadTasks(store);
      const dry = await operations.clear(clearRequest({ runId: "r", dryRun: true }));
      expect(await loadTasks(store)).toEqual(before);
      expect(await findRun(store, "r")).toEqual(run);
      expect(await operations.clear(clearRequest({ runId: "r" }))).toEqual(dry);
    });

    test("restarts what runs, whose attempt loses its lease", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["running", "none", "none"]);
      await operations.clear(clearRequest({ runId: "r", taskIds: ["a"] }));
      expect((await loadTasks(store)).a).toMatchObject({
        state: "restarting",
        chain: 2,
        leaseToken: null,
      });
      expect((await findRun(store, "r")).state).toBe("running");
    });

    test("refuses what runs where it is to be left alone, and changes nothing else", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "running", "none"]);
      await expect(
        operations.clear(clearRequest({ runId: "r", preventRunningTask: true })),
      ).rejects.toMatchObject({ code: "task.running" });
      expect(await loadStates(store)).toEqual(["success", "running", "none"]);
    });

    test.each([
      [{ onlyFailed: true }, ["b", "c"]],
      [{ onlyRunning: true }, []],
      [{ taskIds: ["b"], includeUpstream: true }, ["a", "b"]],
      [{ taskIds: ["b"], includeDownstream: true, onlyFailed: true }, ["b", "c"]],
      [{ taskIds: [] }, []],
    ])("%j chooses %j", async (fields, taskIds) => {
      const harness = await open();
      await layRun(harness, ["success", "failed", "upstream_failed"], { state: "failed" });
      const affected = await harness.operations.clear(clearRequest({ runId: "r", ...fields }));
      expect(affected.map(({ taskId }) => taskId)).toEqual(taskIds);
    });

    test("takes the name of a group for all its tasks", async () => {
      const { operations, store, addDag } = await open();
      const tasks = [buildTask("g.a", { groupId: "g" }), buildTask("b")];
      const groups = [{ groupId: "g", parentId: null, tooltip: "" }];
      await addDag(buildDag("grouped", tasks, { groups }));
      await createRun(store, "grouped", "r");
      const affected = await operations.clear(
        clearRequest({ dagId: "grouped", runId: "r", taskIds: ["g"], dryRun: true }),
      );
      expect(affected.map(({ taskId }) => taskId)).toEqual(["g.a"]);
    });

    test("reaches into past and future runs, and into a window of dates", async () => {
      const harness = await open();
      for (const hours of [1, 2, 3]) {
        await layRun(harness, ["success", "none", "none"], {
          runId: `r${hours}`,
          logicalDate: after(hours * 3_600),
        });
      }
      await layRun(harness, ["success", "none", "none"], { runId: "dateless", logicalDate: null });
      const runIds = async (fields: Partial<ClearRequest>): Promise<readonly string[]> => {
        const request = clearRequest({ taskIds: ["a"], dryRun: true, ...fields });
        return (await harness.operations.clear(request)).map(({ runId }) => runId).toSorted();
      };
      expect(await runIds({ runId: "r2" })).toEqual(["r2"]);
      expect(await runIds({ runId: "r2", includePast: true })).toEqual(["r1", "r2"]);
      expect(await runIds({ runId: "r2", includeFuture: true })).toEqual(["r2", "r3"]);
      expect(await runIds({ startDate: after(7_200), endDate: after(7_200) })).toEqual(["r2"]);
      expect(await runIds({ startDate: after(3_601) })).toEqual(["r2", "r3"]);
      expect(await runIds({})).toEqual(["dateless", "r1", "r2", "r3"]);
    });

    test("moves an ended run to the latest version of its Dag where that is asked for", async () => {
      const harness = await open();
      const { operations, store, addDag } = harness;
      for (const runId of ["r", "s"]) {
        await layRun(harness, ["success", "failed", "none"], { runId, state: "failed" });
      }
      await addDag(buildDag("dag", buildChain(["a", "new"])));
      await operations.clear(clearRequest({ runId: "r" }));
      expect(await findRun(store, "r")).toMatchObject({ state: "queued", dagVersion: 1 });
      await operations.clear(clearRequest({ runId: "s", runOnLatestVersion: true }));
      expect(await findRun(store, "s")).toMatchObject({ state: "queued", dagVersion: 2 });
      expect(await loadStates(store, "s")).toEqual(["none", "removed", "removed"]);
      const key = { dagId: "dag", runId: "s", taskId: "new" };
      expect(await store.findTaskInstance(key)).toMatchObject({ state: "none", tryNumber: 0 });
    });

    test("keeps a run that is not queued again on the version it has", async () => {
      const harness = await open();
      const { operations, store, addDag } = harness;
      await layRun(harness, ["success", "failed", "none"], { state: "failed" });
      await addDag(buildDag("dag", buildChain(["a", "new"])));
      const request = { runOnLatestVersion: true, resetDagRuns: false };
      await operations.clear(clearRequest({ runId: "r", ...request }));
      expect(await findRun(store, "r")).toMatchObject({ state: "failed", dagVersion: 1 });
      expect(await loadStates(store)).toEqual(["none", "none", "none"]);
    });

    test.each([
      ["as it was made", [false, true]],
      ["on the latest version", [true, false]],
    ])(
      "two at once, the first %s, leave a run whose tasks are those of its version",
      async (_, both) => {
        const harness = await open();
        const { operations, store, addDag } = harness;
        await layRun(harness, ["success", "failed", "success"], { state: "failed" });
        await addDag(buildDag("dag", buildChain(["a", "new"])));
        await Promise.all(
          both.map((runOnLatestVersion) =>
            operations.clear(clearRequest({ runId: "r", taskIds: ["a"], runOnLatestVersion })),
          ),
        );
        const isMoved = (await findRun(store, "r")).dagVersion === 2;
        expect(await loadStates(store)).toEqual(
          isMoved ? ["none", "removed", "removed"] : ["none", "failed", "success"],
        );
      },
    );

    test("two at once begin one new chain", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "success"], { state: "success" });
      const request = clearRequest({ runId: "r" });
      await Promise.all([operations.clear(request), operations.clear(request)]);
      for (const { state, chain } of Object.values(await loadTasks(store))) {
        expect([state, chain]).toEqual(["none", 2]);
      }
      expect(await findRun(store, "r")).toMatchObject({ state: "queued", clearNumber: 1 });
    });

    test("gives the new chain the state it is to start with", async () => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "failed", "none"]);
      const taskState = { b: { select: ["model_a"] } };
      await operations.clear(clearRequest({ runId: "r", taskIds: ["b"], taskState }));
      const { id, chain } = (await loadTasks(store)).b;
      expect(await store.findTaskState(id, chain, "select")).toEqual(["model_a"]);
      expect(await store.findTaskState(id, chain - 1, "select")).toBeUndefined();
    });

    test.each([
      [{ dagId: "none" }, "dag.not_found"],
      [{ runId: "none" }, "run.not_found"],
      [{ taskIds: ["a", "none"] }, "task.not_found"],
      [{ onlyFailed: true, onlyRunning: true }, "input.invalid"],
    ])("refuses %j and changes nothing", async (fields, code) => {
      const harness = await open();
      const { operations, store } = harness;
      await layRun(harness, ["success", "success", "success"], { state: "success" });
      await expect(operations.clear(clearRequest({ runId: "r", ...fields }))).rejects.toMatchObject(
        { code },
      );
      expect(await loadStates(store)).toEqual(["success", "success", "success"]);
    });
  });
}
