import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import {
  advance,
  after,
  createRun,
  loadRun,
  move,
  NOW,
  newRun,
  type RunningHarness,
  reload,
  TO_RUNNING,
} from "./harness.ts";

const PAGE = { limit: 100, offset: 0 };

/** What `RunStore` promises of runs and their task instances. */
export function describeRuns(open: () => Promise<RunningHarness>): void {
  const openDag = async () => {
    const harness = await open();
    const tasks = [buildTask("a", { retries: 3, priorityWeight: 5, queue: "q" }), buildTask("b")];
    await harness.addDag(buildDag("dag", tasks));
    return harness;
  };

  describe("createRun()", () => {
    test("creates the run with an instance for every task, in the order of the Dag file", async () => {
      const { store } = await openDag();
      const run = await createRun(store, "dag", "r", { conf: { x: [1, null] }, logicalDate: NOW });
      expect(run).toMatchObject({
        dagId: "dag",
        runId: "r",
        state: "queued",
        queuedAt: NOW,
        dagVersion: 1,
        clearNumber: 0,
        startedAt: null,
      });
      expect(run.conf).toEqual({ x: [1, null] });
      expect(await store.findRun("dag", "r")).toEqual(run);
      const { taskInstances, spec } = await loadRun(store, run.id);
      expect(spec.dagId).toBe("dag");
      expect(taskInstances.map(({ taskId }) => taskId)).toEqual(["a", "b"]);
      expect(taskInstances[0]).toMatchObject({
        dagRunId: run.id,
        dagId: "dag",
        runId: "r",
        state: "none",
        tryNumber: 0,
        maxTries: 3,
        mapIndex: -1,
        chain: 1,
        lostCount: 0,
        pool: "default_pool",
        poolSlots: 1,
        queue: "q",
        leaseToken: null,
      });
    });

    test("of concurrent calls with one run id exactly one creates it", async () => {
      const { store } = await openDag();
      const calls = Array.from({ length: 8 }, () =>
        store.createRun(newRun("dag", "r"), { now: NOW }),
      );
      expect((await Promise.all(calls)).filter((run) => run !== undefined)).toHaveLength(1);
      expect((await store.listTaskInstances({ dagIds: ["dag"] }, PAGE)).total).toBe(2);
    });

    test("of concurrent scheduled calls for one logical date exactly one creates it and moves the schedule on", async () => {
      const { store } = await openDag();
      const calls = Array.from({ length: 6 }, (_, at) =>
        store.createRun(
          newRun("dag", `scheduled__${at}`, { runType: "scheduled", logicalDate: NOW }),
          {
            now: NOW,
            advance: { runAfter: after(60), intervalStart: NOW, intervalEnd: after(60) },
          },
        ),
      );
      expect((await Promise.all(calls)).filter((run) => run !== undefined)).toHaveLength(1);
      expect((await store.findDag("dag"))?.nextRunAfter).toEqual(after(60));
    });

    test("a call that creates nothing leaves the schedule where it is", async () => {
      const { store } = await openDag();
      await createRun(store, "dag", "r");
      const second = await store.createRun(newRun("dag", "r"), {
        now: NOW,
        advance: { runAfter: after(9), intervalStart: NOW, intervalEnd: NOW },
      });
      expect(second).toBeUndefined();
      expect((await store.findDag("dag"))?.nextRunAfter).toBeNull();
    });

    test("leaves the schedule alone without `advance`, and ends it with null", async () => {
      const { store } = await openDag();
      await store.saveNextRun("dag", {
        runAfter: after(5),
        intervalStart: NOW,
        intervalEnd: after(5),
      });
      await createRun(store, "dag", "r1");
      expect((await store.findDag("dag"))?.nextRunAfter).toEqual(after(5));
      await store.createRun(newRun("dag", "r2"), { now: NOW, advance: null });
      expect(await store.findDag("dag")).toMatchObject({
        nextRunAfter: null,
        nextDataIntervalStart: null,
      });
    });

    test("two manual runs may share a logical date, unless one asks for a date of its own", async () => {
      const { store } = await openDag();
      await createRun(store, "dag", "r1", { logicalDate: NOW });
      await createRun(store, "dag", "r2", { logicalDate: NOW });
      expect(await store.countActiveRuns("dag")).toBe(2);
      const calls = ["r3", "r4", "r5"].map((runId) =>
        store.createRun(newRun("dag", runId, { logicalDate: after(60) }), {
          now: NOW,
          isDateUnique: true,
        }),
      );
      expect((await Promise.all(calls)).filter((run) => run !== undefined)).toHaveLength(1);
      const dateless = Array.from({ length: 2 }, (_, at) =>
        store.createRun(newRun("dag", `none${at}`, { logicalDate: null }), {
          now: NOW,
          isDateUnique: true,
        }),
      );
      expect((await Promise.all(dateless)).every((run) => run !== undefined)).toBe(true);
    });

    test("pins the run to the version that is newest when it is created", async () => {
      const { store, addDag } = await openDag();
      const before = await createRun(store, "dag", "before");
      await addDag(buildDag("dag", [buildTask("only")]));
      const later = await createRun(store, "dag", "later");
      expect([before.dagVersion, later.dagVersion]).toEqual([1, 2]);
      expect((await loadRun(store, before.id)).spec.tasks).toHaveLength(2);
      expect((await loadRun(store, later.id)).spec.tasks).toHaveLength(1);
    });
  });

  describe("active runs", () => {
    test("are those queued or running, oldest `runAfter` first, all or those asked for", async () => {
      const { store } = await openDag();
      const late = await createRun(store, "dag", "late", { runAfter: after(10) });
      const early = await createRun(store, "dag", "early", { runAfter: NOW });
      const done = await createRun(store, "dag", "done", { runAfter: after(-10) });
      await store.transition({
        runs: [{ dagRunId: done.id, from: "queued", to: "failed", actor: "test" }],
        now: NOW,
      });
      expect((await store.loadActiveRuns()).map(({ run }) => run.runId)).toEqual(["early", "late"]);
      expect((await store.loadActiveRuns([late.id, done.id])).map(({ run }) => run.runId)).toEqual([
        "late",
      ]);
      expect(await store.countActiveRuns("dag")).toBe(2);
      expect((await store.loadActiveRuns([early.id]))[0]?.isPaused).toBe(false);
    });

    test("the previous run is the last before it by logical date, whatever its state", async () => {
      const { store } = await openDag();
      const first = await createRun(store, "dag", "1", { logicalDate: after(-20) });
      const second = await createRun(store, "dag", "2", { logicalDate: after(-10) });
      const third = await createRun(store, "dag", "3", { logicalDate: NOW });
      const undated = await createRun(store, "dag", "4");
      await store.transition({
        runs: [{ dagRunId: second.id, from: "queued", to: "failed", actor: "test" }],
        now: NOW,
      });
      expect((await store.findPreviousRun(third.id))?.run.id).toBe(second.id);
      expect((await store.findPreviousRun(first.id))?.run.id).toBeUndefined();
      expect(await store.findPreviousRun(undated.id)).toBeUndefined();
    });

    test("a run's transition is a compare-and-set and sets its dates", async () => {
      const { store } = await openDag();
      const { id } = await createRun(store, "dag", "r");
      const start = {
        dagRunId: id,
        from: "queued",
        to: "running",
        actor: "test",
        set: { startedAt: NOW },
      } as const;
      expect((await store.transition({ runs: [start, start], now: NOW })).runs).toEqual([
        true,
        false,
      ]);
      const end = {
        dagRunId: id,
        from: "running",
        to: "success",
        actor: "test",
        set: { endedAt: after(3) },
      } as const;
      await store.transition({ runs: [end], now: NOW });
      const again = {
        dagRunId: id,
        from: "success",
        to: "queued",
        actor: "user:x",
        set: { endedAt: null, startedAt: null, clearNumber: 1, queuedAt: after(9) },
      } as const;
      expect(await store.findRun("dag", "r")).toMatchObject({
        state: "success",
        startedAt: NOW,
        endedAt: after(3),
      });
      await store.transition({ runs: [again], now: NOW });
      expect(await store.findRun("dag", "r")).toMatchObject({
        state: "queued",
        startedAt: null,
        endedAt: null,
        clearNumber: 1,
        queuedAt: after(9),
      });
      const illegal = { dagRunId: id, from: "success", to: "running", actor: "test" } as const;
      await expect((async () => store.transition({ runs: [illegal], now: NOW }))()).rejects.toThrow(
        "cannot move",
      );
    });
  });

  describe("task instances", () => {
    test("are found by key and by id, and not found under any other", async () => {
      const { store } = await openDag();
      await createRun(store, "dag", "r");
      const found = await store.findTaskInstance({ dagId: "dag", runId: "r", taskId: "b" });
      expect(found).toMatchObject({ taskId: "b", mapIndex: -1 });
      expect(
        await store.findTaskInstance({ dagId: "dag", runId: "r", taskId: "b", mapIndex: 3 }),
      ).toBeUndefined();
      expect(await store.findTaskInstanceById(found?.id ?? "")).toEqual(found);
      for (const id of ["", "0", "999999", "abc", "1; drop table x", "99999999999999999999999"]) {
        expect(await store.findTaskInstanceById(id)).toBeUndefined();
      }
    });

    test("carry why they are held until that is over, and what a person wrote until a person changes it", async () => {
      const { store } = await openDag();
      const run = await createRun(store, "dag", "r");
      const [a] = (await loadRun(store, run.id)).taskInstances;
      if (a === undefined) throw new Error("The run has no task instance");
      const hold = (reason: string | null) =>
        store.saveHoldReasons([{ taskInstanceId: a.id, reason }]);
      await hold("waits for a slot");
      expect(await store.saveTaskNote(a.id, "ticket 12")).toBe(true);
      await hold("the pool is full");
      const held = await reload(store, a);
      expect(held).toMatchObject({ note: "ticket 12", holdReason: "the pool is full" });
      const started = await advance(store, held, [["scheduled", { holdReason: null }]]);
      expect(started).toMatchObject({ note: "ticket 12", holdReason: null });
      await hold("waits for a slot");
      await hold(null);
      expect(await reload(store, a)).toMatchObject({ note: "ticket 12", holdReason: null });
      expect(await store.saveTaskNote(a.id, null)).toBe(true);
      expect((await reload(store, a)).note).toBeNull();
      for (const id of ["999999", "abc"]) expect(await store.saveTaskNote(id, "x")).toBe(false);
    });

    test("are listed by state, task and run", async () => {
      const { store } = await openDag();
      const run = await createRun(store, "dag", "r1");
      await createRun(store, "dag", "r2");
      const { taskInstances } = await loadRun(store, run.id);
      await store.transition({
        tasks: taskInstances.slice(0, 1).map((ti) => move(ti, "scheduled")),
        now: NOW,
      });
      const list = async (filter: Parameters<typeof store.listTaskInstances>[0]) =>
        (await store.listTaskInstances(filter, PAGE)).items.map((ti) => `${ti.runId}.${ti.taskId}`);
      expect(await list({ states: ["scheduled"] })).toEqual(["r1.a"]);
      expect(await list({ taskIds: ["b"] })).toEqual(["r1.b", "r2.b"]);
      expect(await list({ runIds: ["r2"], states: ["none"] })).toEqual(["r2.a", "r2.b"]);
    });
  });

  describe("XComs and task state", () => {
    test("an XCom is kept with what people are shown of it, until it is saved without (S10)", async () => {
      const { store } = await openDag();
      await createRun(store, "dag", "r");
      const key = { dagId: "dag", runId: "r", taskId: "a", mapIndex: -1, key: "k" };
      await store.saveXCom({ ...key, value: ["secret"], shown: ["***"] }, NOW);
      expect(await store.findXCom(key)).toMatchObject({ value: ["secret"], shown: ["***"] });
      await store.saveXCom({ ...key, value: "plain" }, NOW);
      expect(await store.findXCom(key)).toMatchObject({ value: "plain", shown: null });
    });

    test("an XCom is kept per task and key, and cleared with its task only", async () => {
      const { store } = await openDag();
      await createRun(store, "dag", "r");
      const key = { dagId: "dag", runId: "r", taskId: "a", mapIndex: -1 };
      await store.saveXCom(
        { ...key, key: "return_value", value: { n: 1, text: "nul \u0000 \ud83d" } },
        NOW,
      );
      await store.saveXCom({ ...key, key: "return_value", value: [2] }, after(1));
      await store.saveXCom({ ...key, taskId: "b", key: "return_value", value: null }, NOW);
      expect(await store.findXCom({ ...key, key: "return_value" })).toMatchObject({
        value: [2],
        at: after(1),
      });
      expect(await store.findXCom({ ...key, key: "missing" })).toBeUndefined();
      await store.clearXComs(key);
      expect(await store.findXCom({ ...key, key: "return_value" })).toBeUndefined();
      expect(await store.findXCom({ ...key, taskId: "b", key: "return_value" })).toMatchObject({
        value: null,
      });
    });

    test("task state lasts for one chain", async () => {
      const { store } = await openDag();
      const run = await createRun(store, "dag", "r");
      const [a] = (await loadRun(store, run.id)).taskInstances;
      const id = a?.id ?? "";
      await store.saveTaskState(id, 1, "intent", { marker: "x" });
      await store.saveTaskState(id, 1, "intent", { marker: "y" });
      expect(await store.findTaskState(id, 1, "intent")).toEqual({ marker: "y" });
      expect(await store.findTaskState(id, 2, "intent")).toBeUndefined();
    });
  });

  describe("a whole attempt", () => {
    test("fails, is cleared and runs again in a new chain", async () => {
      const { store } = await openDag();
      const run = await createRun(store, "dag", "r");
      const [a] = (await loadRun(store, run.id)).taskInstances;
      if (a === undefined) throw new Error("The Dag has tasks");
      const failed = await advance(store, a, [
        ...TO_RUNNING,
        ["failed", { leaseToken: null, endedAt: NOW }],
      ]);
      const cleared = await advance(store, failed, [
        ["none", { chain: failed.chain + 1, startedAt: null, endedAt: null }],
      ]);
      expect(cleared).toMatchObject({ state: "none", chain: a.chain + 1, tryNumber: 1 });
      const again = await advance(store, cleared, [
        ["scheduled", { tryNumber: 2 }],
        ["queued"],
        ["running"],
        ["success"],
      ]);
      const history = await store.loadTaskHistory(run.id);
      expect(
        history.filter(({ to }) => to === "running").map(({ tryNumber }) => tryNumber),
      ).toEqual([1, 2]);
      expect(history.at(-1)?.chain).toBe(again.chain);
    });
  });
}
