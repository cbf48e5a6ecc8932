import type { ClearRequest, Operations } from "@airloom/core";
import { buildChain, buildDag, clearRequest, describeOperations } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "../scheduler/fixtures/scheduler-bench.ts";
import { openBenchOperations } from "../scheduler/fixtures/simulate.ts";
import { openMemoryOperations } from "./fixtures/open-memory-operations.ts";

const failure = { kind: "error", message: "boom", place: null, stack: null };

describeOperations("openOperations() over the memory store", async () => {
  const { store, operations, commit } = openMemoryOperations();
  return {
    operations,
    store,
    addDag: async (spec) => {
      store.addDag(spec);
    },
    loadAudit: async () => store.rows.audit,
    close: () => commit.close(),
  };
});

async function openBench(
  options: ConstructorParameters<typeof SchedulerBench>[0] = {},
): Promise<{ readonly bench: SchedulerBench; readonly operations: Operations }> {
  const bench = new SchedulerBench(options);
  bench.store.addDag(buildDag("dag", buildChain(["a", "b", "c"])));
  await bench.open();
  return { bench, operations: openBenchOperations(bench) };
}

describe("triggerRun()", () => {
  const trigger = { dagId: "dag", triggeredBy: "ui", user: "ann" } as const;

  test("creates a run, which starts at once, and writes down who did it", async () => {
    const { bench, operations } = await openBench();
    const run = await operations.triggerRun({ ...trigger, conf: { day: 1 }, note: "please" });
    await bench.settle();
    expect(run).toMatchObject({
      runId: "manual__2026-01-01T00:00:00+00:00",
      runType: "manual",
      triggeredBy: "ui",
      triggeringUser: "ann",
      conf: { day: 1 },
      note: "please",
      logicalDate: bench.clock.now(),
      dataIntervalStart: bench.clock.now(),
    });
    expect(bench.runState(run.id)).toBe("success");
    expect(bench.store.rows.audit).toMatchObject([
      { event: "trigger_dag_run", actor: "ann", dagId: "dag", runId: run.runId },
    ]);
  });

  test("refuses a Dag that its file no longer defines", async () => {
    const { bench, operations } = await openBench();
    const dag = bench.store.rows.dags.get("dag");
    if (dag !== undefined) bench.store.rows.dags.set("dag", { ...dag, isActive: false });
    await expect(operations.triggerRun(trigger)).rejects.toThrow("its file no longer defines it");
  });
});

describe("clear()", () => {
  test("runs a task and what follows it again, in the same run", async () => {
    const { bench, operations } = await openBench();
    const run = await bench.trigger("dag", { runId: "r" });
    const affected = await operations.clear(
      clearRequest({ runId: "r", taskIds: ["b"], includeDownstream: true }),
    );
    expect(affected.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
      "b success",
      "c success",
    ]);
    await bench.settle();
    expect(bench.runState(run)).toBe("success");
    expect(bench.store.instancesOf(run).map(({ tryNumber, chain }) => [tryNumber, chain])).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
    expect(bench.store.rows.runs.get(run)?.clearNumber).toBe(1);
    expect(bench.store.rows.audit).toMatchObject([
      { event: "clear_task_instances", runId: "r", extra: { task_instances: ["r b", "r c"] } },
    ]);
  });

  test("stops a running task first, unless it is to be left alone", async () => {
    const { bench, operations } = await openBench({
      script: () => ({ outcome: { kind: "success" }, durationMs: 60_000 }),
    });
    const run = await bench.trigger("dag", { runId: "r" });
    await expect(
      operations.clear(clearRequest({ runId: "r", preventRunningTask: true })),
    ).rejects.toMatchObject({ code: "task.running" });
    bench.script = () => ({ outcome: { kind: "success" } });
    await operations.clear(clearRequest({ runId: "r" }));
    await bench.settle();
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 2 });
  });

  test("clears an ended run on the latest version of its Dag where it is asked to", async () => {
    const { bench, operations } = await openBench();
    const id = await bench.trigger("dag", { runId: "r" });
    await bench.settle();
    bench.store.addDag(buildDag("dag", [...buildChain(["a", "new"])]));
    const clear = (fields: Partial<ClearRequest>) =>
      operations.clear(clearRequest({ runId: "r", ...fields }));

    await clear({ taskIds: ["a"] });
    expect(bench.store.rows.runs.get(id)).toMatchObject({ dagVersion: 1 });
    await bench.settle();

    await clear({ taskIds: ["a"], runOnLatestVersion: true });
    await bench.settle();
    expect(bench.store.rows.runs.get(id)).toMatchObject({ state: "success", dagVersion: 2 });
    expect(bench.store.instancesOf(id).map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
      "a success",
      "b removed",
      "c removed",
      "new success",
    ]);
  });

  test("says that the version of a run is gone", async () => {
    const { bench, operations } = await openBench();
    await bench.trigger("dag", { runId: "r" });
    bench.store.rows.versions.clear();
    await expect(operations.clear(clearRequest({ runId: "r" }))).rejects.toMatchObject({
      code: "dag.not_found",
    });
  });
});

describe("markTasks()", () => {
  const mark = {
    dagId: "dag",
    runId: "r",
    taskId: "a",
    state: "success",
    includeUpstream: false,
    includeDownstream: false,
    includePast: false,
    includeFuture: false,
    dryRun: false,
    user: "ann",
  } as const;

  test("repairs a failure by hand: what it had failed runs", async () => {
    const failed = { outcome: { kind: "failed", failure, retryable: false } } as const;
    const { bench, operations } = await openBench({
      script: ({ task }) => (task.taskId === "a" ? failed : { outcome: { kind: "success" } }),
    });
    const run = await bench.trigger("dag", { runId: "r" });
    expect(bench.states(run)).toEqual({ a: "failed", b: "upstream_failed", c: "upstream_failed" });
    expect(await operations.markTasks({ ...mark, dryRun: true })).toHaveLength(1);
    expect(bench.task(run, "a").state).toBe("failed");
    await operations.markTasks(mark);
    await bench.settle();
    expect(bench.states(run)).toEqual({ a: "success", b: "success", c: "success" });
    expect(bench.runState(run)).toBe("success");
    expect(bench.store.rows.audit).toMatchObject([
      { event: "patch_task_instance", taskId: "a", extra: { new_state: "success" } },
    ]);
  });

  test("stops a running task", async () => {
    const { bench, operations } = await openBench({
      script: () => ({ outcome: { kind: "success" }, durationMs: 60_000 }),
    });
    const run = await bench.trigger("dag", { runId: "r" });
    await operations.markTasks({ ...mark, state: "failed", mapIndex: -1 });
    await bench.settle();
    expect(bench.states(run)).toEqual({ a: "failed", b: "upstream_failed", c: "upstream_failed" });
    expect(bench.executor.freeSlots).toBe(32);
    expect(await operations.markTasks({ ...mark, mapIndex: 7 })).toEqual([]);
  });
});

describe("markRun()", () => {
  const long = { outcome: { kind: "success" }, durationMs: 60_000 } as const;

  test.each([
    ["success", ["skipped", "skipped", "skipped"]],
    ["failed", ["failed", "failed", "failed"]],
  ] as const)("%s stops what is not finished", async (state, states) => {
    const { bench, operations } = await openBench({ script: () => long });
    const run = await bench.trigger("dag", { runId: "r" });
    expect(await operations.markRun({ dagId: "dag", runId: "r", state, user: null })).toMatchObject(
      { state },
    );
    await bench.settle();
    expect(Object.values(bench.states(run))).toEqual(states);
    expect(bench.executor.freeSlots).toBe(32);
    expect(bench.store.rows.audit).toMatchObject([{ event: "patch_dag_run", actor: "system" }]);
  });

  test("queued clears the whole run", async () => {
    const { bench, operations } = await openBench();
    const run = await bench.trigger("dag", { runId: "r" });
    await operations.markRun({ dagId: "dag", runId: "r", state: "queued", user: "ann" });
    await bench.settle();
    expect(bench.runState(run)).toBe("success");
    expect(bench.task(run, "a").tryNumber).toBe(2);
  });

  test("holds against tasks that move at the same time", async () => {
    const { bench, operations } = await openBench({
      script: () => ({ outcome: { kind: "success" }, durationMs: 1 }),
    });
    const run = await bench.trigger("dag", { runId: "r" });
    bench.clock.advance(1);
    await operations.markRun({ dagId: "dag", runId: "r", state: "failed", user: "ann" });
    await bench.settle();
    expect(bench.runState(run)).toBe("failed");
    for (const { state } of bench.store.instancesOf(run))
      expect(["success", "failed"]).toContain(state);
  });
});

describe("the rest", () => {
  test("setPaused() pauses, tells the UI and the scheduler, and is written down", async () => {
    const { bench, operations } = await openBench();
    await operations.setPaused("dag", true, "ann");
    expect(bench.store.rows.dags.get("dag")?.isPaused).toBe(true);
    expect(bench.events.published).toContainEqual({ kind: "dag", dagId: "dag" });
    expect(bench.store.rows.audit).toMatchObject([
      { event: "patch_dag", extra: { is_paused: true } },
    ]);
  });

  test("explain() answers with the scheduler's own reasons", async () => {
    const { bench, operations } = await openBench({
      script: () => ({ outcome: { kind: "success" }, durationMs: 9 }),
    });
    const run = await bench.trigger("dag");
    expect(await operations.explain(bench.task(run, "b").id)).toEqual([
      { code: "upstream", message: "it waits for a (running)" },
    ]);
    expect(await operations.explain("none")).toEqual([]);
  });

  test("testConnection() asks the tester it was given", async () => {
    const { operations } = await openBench();
    const connection = {
      connectionId: "c",
      connType: "http",
      description: null,
      host: null,
      login: null,
      password: null,
      schema: null,
      port: null,
      extra: null,
    };
    expect(await operations.testConnection(connection)).toEqual({
      ok: true,
      message: "",
      facts: [],
    });
  });
});
