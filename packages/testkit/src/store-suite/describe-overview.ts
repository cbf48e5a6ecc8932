import type { NodeState, Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import { buildNode } from "../node-builder.ts";
import { addDagTo } from "./add-dag.ts";
import { advance, after, createRun, loadRun, NOW, TO_RUNNING } from "./harness.ts";

/** What went wrong in a run is counted exactly, whatever the run itself says. */
export function describeOverview(open: () => Promise<Store>): void {
  const openRun = async () => {
    const store = await open();
    await addDagTo(store, buildDag("dag", [buildTask("a", { retries: 1 }), buildTask("b")]));
    const run = await createRun(store, "dag", "r");
    const [a, b] = (await loadRun(store, run.id)).taskInstances;
    if (a === undefined || b === undefined) throw new Error("The Dag has two tasks");
    const troubleOf = async () => (await store.loadRunTroubles([run.id])).get(run.id);
    return { store, run, a, b, troubleOf };
  };
  const nodes = (...states: readonly NodeState[]) =>
    states.map((state, index) => buildNode(`n${index}`, { state, index }));

  describe("loadRunTroubles() (U5)", () => {
    test("counts what failed and what failed with it behind a run that succeeded", async () => {
      const { store, run, a, b, troubleOf } = await openRun();
      expect(await troubleOf()).toBeUndefined();
      await advance(store, a, [...TO_RUNNING, ["failed", { endedAt: after(1) }]]);
      await advance(store, b, [["upstream_failed", { endedAt: after(1) }]]);
      for (const [from, to] of [
        ["queued", "running"],
        ["running", "success"],
      ] as const) {
        await store.transition({
          runs: [{ dagRunId: run.id, from, to, actor: "test" }],
          now: after(2),
        });
      }
      expect(await troubleOf()).toEqual({
        failedTasks: 1,
        upstreamFailedTasks: 1,
        failedNodes: 0,
        warnedNodes: 0,
      });
    });

    test("does not count a failure that a retry, a clear or a mark has mended", async () => {
      const { store, a, b, troubleOf } = await openRun();
      const retrying = await advance(store, a, [
        ...TO_RUNNING,
        ["up_for_retry", { endedAt: after(1), leaseToken: null }],
      ]);
      expect(await troubleOf()).toBeUndefined();
      await advance(store, retrying, [
        ["scheduled", { tryNumber: 2 }],
        ["queued"],
        ["running"],
        ["success", { endedAt: after(2) }],
      ]);
      expect(await troubleOf()).toBeUndefined();
      const failed = await advance(store, b, [...TO_RUNNING, ["failed", { endedAt: after(1) }]]);
      expect(await troubleOf()).toMatchObject({ failedTasks: 1 });
      const cleared = await advance(store, failed, [["none", { chain: 2 }]]);
      expect(await troubleOf()).toBeUndefined();
      const again = await advance(store, cleared, [
        ["scheduled", { tryNumber: 2 }],
        ["queued"],
        ["running"],
        ["failed"],
      ]);
      expect(await troubleOf()).toMatchObject({ failedTasks: 1 });
      await advance(store, again, [["success"]]);
      expect(await troubleOf()).toBeUndefined();
    });

    test("counts dbt nodes that failed or warned inside a task that succeeded", async () => {
      const { store, a, troubleOf } = await openRun();
      const running = await advance(store, a, TO_RUNNING);
      await store.saveNodes(a.id, 1, nodes("success", "error", "fail", "warn", "skipped", "pass"));
      const trouble = { failedTasks: 0, upstreamFailedTasks: 0, failedNodes: 2, warnedNodes: 1 };
      expect(await troubleOf()).toEqual(trouble);
      await advance(store, running, [["success", { endedAt: after(3) }]]);
      expect(await troubleOf()).toEqual(trouble);
    });

    test("forgets dbt nodes of a try that is run again", async () => {
      const { store, a, troubleOf } = await openRun();
      const running = await advance(store, a, TO_RUNNING);
      await store.saveNodes(a.id, 1, nodes("error", "warn"));
      const retrying = await advance(store, running, [
        ["up_for_retry", { endedAt: after(1), leaseToken: null }],
      ]);
      expect(await troubleOf()).toBeUndefined();
      const second = await advance(store, retrying, [
        ["scheduled", { tryNumber: 2 }],
        ["queued"],
        ["running"],
      ]);
      await store.saveNodes(a.id, 2, nodes("success", "success"));
      await advance(store, second, [["success"]]);
      expect(await troubleOf()).toBeUndefined();
    });

    test("tells many runs apart, and leaves out those without trouble", async () => {
      const { store, run, a } = await openRun();
      const other = await createRun(store, "dag", "other", { logicalDate: after(60) });
      await advance(store, a, [...TO_RUNNING, ["failed", { endedAt: NOW }]]);
      const troubles = await store.loadRunTroubles([run.id, other.id, "9007199254740993", "x"]);
      expect([...troubles.keys()]).toEqual([run.id]);
      expect((await store.loadRunTroubles([])).size).toBe(0);
    });
  });

  /** A Dag with one task, and a run of it in which the task came to be so. */
  const endRun = async (
    store: Store,
    {
      dagId = "dag",
      runId,
      at,
      task,
      run: state,
    }: {
      readonly dagId?: string;
      readonly runId: string;
      readonly at: Date;
      readonly task: "success" | "failed" | "skipped";
      readonly run: "success" | "failed";
    },
  ) => {
    const run = await createRun(store, dagId, runId, { runAfter: at, logicalDate: at });
    const [first] = (await loadRun(store, run.id)).taskInstances;
    if (first === undefined) throw new Error("The Dag has a task");
    await advance(store, first, [...TO_RUNNING, [task, { endedAt: at }]]);
    const move = { dagRunId: run.id, actor: "test" } as const;
    await store.transition({
      runs: [
        { ...move, from: "queued", to: "running", set: { startedAt: at } },
        { ...move, from: "running", to: state, set: { endedAt: at } },
      ],
      now: at,
    });
    return { run, task: first };
  };

  const openDag = async () => {
    const store = await open();
    await addDagTo(store, buildDag("dag", [buildTask("a")]));
    await store.setPaused("dag", false);
    return store;
  };

  describe("loadRunActivity() (U5, U24)", () => {
    test("counts runs by the hour they ended in, and those with failures among the green", async () => {
      const store = await openDag();
      await endRun(store, { runId: "1", at: after(0), task: "success", run: "success" });
      await endRun(store, { runId: "2", at: after(60), task: "failed", run: "success" });
      await endRun(store, { runId: "3", at: after(3_600), task: "failed", run: "failed" });
      await endRun(store, { runId: "old", at: after(-7_200), task: "success", run: "success" });
      await createRun(store, "dag", "waiting");
      expect(await store.loadRunActivity(after(-3_600))).toEqual([
        { hour: NOW, state: "queued", count: 1, troubled: 0 },
        { hour: NOW, state: "success", count: 2, troubled: 1 },
        { hour: after(3_600), state: "failed", count: 1, troubled: 1 },
      ]);
    });
  });

  describe("loadOpenFailures() (U5, U24)", () => {
    const idsOf = async (store: Store, since: Date) =>
      (await store.loadOpenFailures(since, 10)).items.map(({ runId }) => runId);

    test("names what failed behind a green run, with the run's state", async () => {
      const store = await openDag();
      await endRun(store, { runId: "1", at: after(0), task: "failed", run: "success" });
      expect(await store.loadOpenFailures(after(-60), 10)).toMatchObject({
        items: [{ dagId: "dag", runId: "1", runState: "success", taskId: "a", node: null }],
        total: 1,
      });
    });

    test("leaves out what a later run mended, and only that", async () => {
      const store = await openDag();
      await endRun(store, { runId: "1", at: after(0), task: "failed", run: "failed" });
      expect(await idsOf(store, after(-60))).toEqual(["1"]);
      // Green, but the same task failed in it again: nothing is mended.
      await endRun(store, { runId: "2", at: after(60), task: "failed", run: "success" });
      expect(await idsOf(store, after(-60))).toEqual(["2", "1"]);
      await endRun(store, { runId: "3", at: after(120), task: "success", run: "failed" });
      expect(await idsOf(store, after(-60))).toEqual([]);
      // The run before a failure mends nothing.
      await endRun(store, { runId: "4", at: after(180), task: "failed", run: "failed" });
      expect(await idsOf(store, after(-60))).toEqual(["4"]);
    });

    test("keeps the newest run of a Dag whatever its age, unless the Dag is paused", async () => {
      const store = await openDag();
      await endRun(store, { runId: "1", at: after(0), task: "failed", run: "failed" });
      expect(await idsOf(store, after(86_400))).toEqual(["1"]);
      await store.setPaused("dag", true);
      expect(await idsOf(store, after(86_400))).toEqual([]);
      expect(await idsOf(store, after(-60))).toEqual(["1"]);
    });

    test("names the dbt nodes for their task, in a task that succeeded too, until they are well", async () => {
      const store = await openDag();
      const first = await endRun(store, {
        runId: "1",
        at: after(0),
        task: "success",
        run: "success",
      });
      await store.saveNodes(first.task.id, 1, nodes("error", "success", "warn"));
      const second = await endRun(store, {
        runId: "2",
        at: after(60),
        task: "failed",
        run: "failed",
      });
      await store.saveNodes(second.task.id, 1, nodes("error", "fail"));
      const { items, total } = await store.loadOpenFailures(after(-60), 10);
      expect(items.map(({ runId, node }) => [runId, node?.uniqueId])).toEqual([
        ["2", "n0"],
        ["2", "n1"],
        ["1", "n0"],
      ]);
      expect(total).toBe(3);
      const third = await endRun(store, {
        runId: "3",
        at: after(120),
        task: "success",
        run: "success",
      });
      await store.saveNodes(third.task.id, 1, nodes("success", "fail"));
      const rest = await store.loadOpenFailures(after(-60), 10);
      expect(rest.items.map(({ runId, node }) => [runId, node?.uniqueId])).toEqual([
        ["3", "n1"],
        ["2", "n1"],
      ]);
    });

    test("says how many there are beyond those it gives", async () => {
      const store = await openDag();
      for (const index of [1, 2, 3]) {
        await endRun(store, {
          runId: `r${index}`,
          at: after(index),
          task: "failed",
          run: "failed",
        });
      }
      const { items, total } = await store.loadOpenFailures(after(-60), 2);
      expect([items.length, total]).toEqual([2, 3]);
    });
  });

  describe("loadRunProgress() (U24)", () => {
    test("counts what has ended for good and tells why the rest is held", async () => {
      const { store, run, a, b } = await openRun();
      await advance(store, a, [...TO_RUNNING, ["up_for_retry", { endedAt: after(1) }]]);
      await store.saveHoldReasons([{ taskInstanceId: b.id, reason: "pool p is full" }]);
      expect(await store.loadRunProgress([run.id, "x"])).toEqual([
        { dagRunId: run.id, total: 2, done: 0, holdReason: "pool p is full" },
      ]);
      await advance(store, b, [["skipped", { endedAt: after(1) }]]);
      expect(await store.loadRunProgress([run.id])).toMatchObject([{ total: 2, done: 1 }]);
    });
  });
}
