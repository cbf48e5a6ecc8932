import { MAX_XCOM_BYTES, type Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import { buildNode } from "../node-builder.ts";
import { addDagTo } from "./add-dag.ts";
import { advance, after, createRun, loadRun, NOW, TO_RUNNING } from "./harness.ts";

/** What is kept of attempts: tries, nodes, rendered fields, XComs, and the grids made of them. */
export function describeAttempts(open: () => Promise<Store>): void {
  const openTask = async () => {
    const store = await open();
    await addDagTo(store, buildDag("dag", [buildTask("a", { retries: 1 }), buildTask("b")]));
    const run = await createRun(store, "dag", "r");
    const [task] = (await loadRun(store, run.id)).taskInstances;
    if (task === undefined) throw new Error("The Dag has tasks");
    return { store, run, task };
  };

  describe("listTries()", () => {
    test("shows tries that ended and the current one, each once", async () => {
      const { store, task } = await openTask();
      expect(await store.listTries(task.id)).toEqual([]);
      const failure = { message: "boom", place: null, stack: null, kind: "error" };
      const retrying = await advance(store, task, [
        ...TO_RUNNING,
        ["up_for_retry", { failure, endedAt: after(1), leaseToken: null }],
      ]);
      expect(await store.listTries(task.id)).toEqual([
        {
          tryNumber: 1,
          state: "up_for_retry",
          startedAt: NOW,
          endedAt: after(1),
          queuedAt: NOW,
          failure,
          worker: "worker-1",
        },
      ]);
      const second = await advance(store, retrying, [
        [
          "scheduled",
          {
            tryNumber: 2,
            startedAt: null,
            endedAt: null,
            queuedAt: null,
            failure: null,
            worker: null,
          },
        ],
        ["queued", { queuedAt: after(2) }],
        ["running", { startedAt: after(3) }],
      ]);
      expect(
        (await store.listTries(task.id)).map(({ tryNumber, state }) => [tryNumber, state]),
      ).toEqual([
        [1, "up_for_retry"],
        [2, "running"],
      ]);
      await advance(store, second, [["success", { endedAt: after(4) }]]);
      const tries = await store.listTries(task.id);
      expect(tries.map(({ state }) => state)).toEqual(["up_for_retry", "success"]);
      expect(tries[1]).toMatchObject({ startedAt: after(3), endedAt: after(4), failure: null });
    });

    test("keeps a try that was cleared, and the mark a person set on one", async () => {
      const { store, task } = await openTask();
      const failed = await advance(store, task, [...TO_RUNNING, ["failed", { endedAt: after(1) }]]);
      const cleared = await advance(store, failed, [
        ["none", { chain: 2, startedAt: null, endedAt: null, worker: null }],
      ]);
      expect(
        (await store.listTries(task.id)).map(({ tryNumber, state }) => [tryNumber, state]),
      ).toEqual([[1, "failed"]]);
      const again = await advance(store, cleared, [
        ["scheduled", { tryNumber: 2 }],
        ["queued"],
        ["running", { startedAt: after(5) }],
        ["failed", { endedAt: after(6) }],
      ]);
      await advance(store, again, [["success"]]);
      expect(
        (await store.listTries(task.id)).map(({ tryNumber, state }) => [tryNumber, state]),
      ).toEqual([
        [1, "failed"],
        [2, "success"],
      ]);
    });

    test("keeps an attempt that was ended from outside before its next try began", async () => {
      const { store, task } = await openTask();
      await advance(store, task, [
        ...TO_RUNNING,
        ["restarting", { endedAt: after(1), leaseToken: null }],
        ["scheduled", { tryNumber: 2, startedAt: null, endedAt: null, worker: null }],
      ]);
      const tries = await store.listTries(task.id);
      expect(tries.map(({ tryNumber }) => tryNumber)).toEqual([1, 2]);
      expect(tries[0]).toMatchObject({ startedAt: NOW, endedAt: after(1), worker: "worker-1" });
    });

    test("a task that never had an attempt has no tries", async () => {
      const { store, task } = await openTask();
      await advance(store, task, [["skipped"]]);
      expect(await store.listTries(task.id)).toEqual([]);
    });
  });

  describe("nodes", () => {
    test("are upserted by unique id; one left out stays as it was", async () => {
      const { store, task } = await openTask();
      await store.saveNodes(task.id, 1, [
        buildNode("m.a"),
        buildNode("m.b", { index: 1, dependsOn: ["m.a"] }),
      ]);
      await store.saveNodes(task.id, 1, [
        buildNode("m.a", {
          state: "error",
          startedAt: NOW,
          endedAt: after(2),
          executionTimeS: 1.5,
          message: "nul \0",
          failures: 2,
          file: "models/a.sql",
          line: 4,
          compiledLine: 3,
          compiledSql: "select 1",
          relationName: "x.a",
        }),
      ]);
      const nodes = await store.listNodes(task.id, 1);
      expect(nodes.map(({ uniqueId, state }) => [uniqueId, state])).toEqual([
        ["m.a", "error"],
        ["m.b", "none"],
      ]);
      expect(nodes[0]).toMatchObject({
        startedAt: NOW,
        endedAt: after(2),
        executionTimeS: 1.5,
        failures: 2,
        file: "models/a.sql",
        line: 4,
        compiledLine: 3,
        compiledSql: "select 1",
        relationName: "x.a",
      });
      expect(nodes[1]?.dependsOn).toEqual(["m.a"]);
    });

    test("are listed for one try, by default the newest, and counted for that one", async () => {
      const { store, run, task } = await openTask();
      await store.saveNodes(task.id, 1, [buildNode("m.a"), buildNode("m.b", { index: 1 })]);
      await store.saveNodes(task.id, 2, [buildNode("m.b", { state: "success" })]);
      expect((await store.listNodes(task.id)).map(({ uniqueId }) => uniqueId)).toEqual(["m.b"]);
      expect(await store.listNodes(task.id, 1)).toHaveLength(2);
      expect(await store.listNodes(task.id, 9)).toEqual([]);
      expect(await store.loadNodeGrid("dag", ["r"])).toEqual([
        {
          runId: "r",
          taskId: "a",
          uniqueId: "m.b",
          name: "m.b",
          resourceType: "model",
          state: "success",
          index: 0,
        },
      ]);
      expect(await store.loadNodeCounts([run.id])).toEqual([
        { dagRunId: run.id, state: "success", count: 1 },
      ]);
    });
  });

  describe("rendered fields", () => {
    test("are kept per try; the newest is answered by default", async () => {
      const { store, task } = await openTask();
      expect(await store.findRenderedFields(task.id)).toBeUndefined();
      await store.saveRenderedFields(task.id, 1, { sql: "select 1" });
      await store.saveRenderedFields(task.id, 2, { sql: "select 2" });
      await store.saveRenderedFields(task.id, 2, { sql: "select 3" });
      expect(await store.findRenderedFields(task.id)).toEqual({ sql: "select 3" });
      expect(await store.findRenderedFields(task.id, 1)).toEqual({ sql: "select 1" });
    });
  });

  describe("XComs", () => {
    test("are listed by key", async () => {
      const { store } = await openTask();
      const key = { dagId: "dag", runId: "r", taskId: "a", mapIndex: -1 };
      await store.saveXCom({ ...key, key: "z", value: 1 }, NOW);
      await store.saveXCom({ ...key, key: "b", value: { deep: ["x"] } }, NOW);
      expect((await store.listXComs(key)).map((entry) => [entry.key, entry.value])).toEqual([
        ["b", { deep: ["x"] }],
        ["z", 1],
      ]);
    });

    test("one over the limit is refused, one at the limit is not", async () => {
      const { store } = await openTask();
      const key = { dagId: "dag", runId: "r", taskId: "a", mapIndex: -1, key: "k" };
      await store.saveXCom({ ...key, value: "x".repeat(MAX_XCOM_BYTES - 2) }, NOW);
      const tooLarge = "é".repeat(MAX_XCOM_BYTES / 2);
      await expect(
        (async () => store.saveXCom({ ...key, value: tooLarge }, NOW))(),
      ).rejects.toMatchObject({ code: "xcom.too_large" });
    });
  });

  describe("grids", () => {
    test("loadGrid() answers small rows of the runs asked for", async () => {
      const { store } = await openTask();
      await createRun(store, "dag", "r2");
      const grid = await store.loadGrid("dag", ["r2"]);
      expect(grid.map(({ runId, taskId, state }) => [runId, taskId, state])).toEqual([
        ["r2", "a", "none"],
        ["r2", "b", "none"],
      ]);
    });

    test("run summaries hold the newest runs of each Dag, run counts all of them", async () => {
      const { store } = await openTask();
      for (let at = 1; at <= 3; at += 1)
        await createRun(store, "dag", `n${at}`, { runAfter: after(at) });
      const first = await store.findRun("dag", "n1");
      await store.transition({
        runs: [{ dagRunId: first?.id ?? "", from: "queued", to: "failed", actor: "test" }],
        now: NOW,
      });
      const summaries = await store.loadRunSummaries(["dag", "unknown"], 2);
      expect(summaries.map(({ dagId, runs }) => [dagId, runs.map(({ runId }) => runId)])).toEqual([
        ["dag", ["n3", "n2"]],
        ["unknown", []],
      ]);
      const counts = await store.loadRunCounts(["dag", "unknown"]);
      expect(counts.toSorted((x, y) => (x.state < y.state ? -1 : 1))).toEqual([
        { dagId: "dag", state: "failed", count: 1 },
        { dagId: "dag", state: "queued", count: 3 },
      ]);
    });
  });
}
