import type { TaskInstance } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import { advance, createRun, loadRun, move, NOW, type RunningHarness } from "./harness.ts";

/** What `TransitionStore` promises of limits: counted from rows, never over-subscribed. */
export function describeLimits(open: () => Promise<RunningHarness>): void {
  describe("checkLimits", () => {
    test("queues only while the pool has slots, in the order of the call", async () => {
      const { store, scheduled } = await openPool(open, { slots: 3, weights: [2, 2, 1, 1] });
      const { tasks } = await store.transition({ tasks: scheduled.map(queue), now: NOW });
      expect(tasks).toEqual([true, false, true, false]);
    });

    test("finds the slots that the same call frees", async () => {
      const { store, scheduled } = await openPool(open, { slots: 1, weights: [1, 1] });
      const [first, second] = scheduled;
      if (first === undefined || second === undefined) throw new Error("Two were scheduled");
      await store.transition({ tasks: [queue(first)], now: NOW });
      const { tasks } = await store.transition({
        tasks: [queue(second), move({ ...first, state: "queued" }, "success")],
        now: NOW,
      });
      expect(tasks).toEqual([true, true]);
    });

    test("-1 slots are unlimited, 0 slots and a pool that does not exist admit nothing", async () => {
      const unlimited = await openPool(open, { slots: -1, weights: [5, 5] });
      const free = await unlimited.store.transition({
        tasks: unlimited.scheduled.map(queue),
        now: NOW,
      });
      expect(free.tasks).toEqual([true, true]);

      const closed = await openPool(open, { slots: 0, weights: [1] });
      expect(
        (await closed.store.transition({ tasks: closed.scheduled.map(queue), now: NOW })).tasks,
      ).toEqual([false]);

      const missing = await openPool(open, { slots: 1, weights: [1], pool: "nowhere" });
      expect(
        (await missing.store.transition({ tasks: missing.scheduled.map(queue), now: NOW })).tasks,
      ).toEqual([false]);
    });

    test.each([
      [true, [false]],
      [false, [true]],
    ])(
      "with includeDeferred %s a waiting task leaves the next one at %j",
      async (includeDeferred, expected) => {
        const { store, scheduled } = await openPool(open, {
          slots: 1,
          weights: [1, 1],
          includeDeferred,
        });
        const [first, second] = scheduled;
        if (first === undefined || second === undefined) throw new Error("Two were scheduled");
        await advance(store, first, [
          ["queued"],
          ["running"],
          ["deferred", { deferral: { trigger: "t", input: {}, timeoutAt: null } }],
        ]);
        const { tasks } = await store.transition({ tasks: [queue(second)], now: NOW });
        expect(tasks).toEqual(expected);
      },
    );

    test("concurrent callers over two pools never take more slots than there are", async () => {
      const { store, addDag } = await open();
      await store.savePool({ name: "p1", slots: 7, description: null, includeDeferred: false });
      await store.savePool({ name: "p2", slots: 3, description: null, includeDeferred: false });
      const names = Array.from({ length: 40 }, (_, at) => `t${at}`);
      await addDag(
        buildDag(
          "dag",
          names.map((name, at) => buildTask(name, { pool: at % 2 === 0 ? "p1" : "p2" })),
        ),
      );
      const runs = [await createRun(store, "dag", "r1"), await createRun(store, "dag", "r2")];
      const instances: TaskInstance[] = [];
      for (const run of runs) instances.push(...(await loadRun(store, run.id)).taskInstances);
      await store.transition({ tasks: instances.map((ti) => move(ti, "scheduled")), now: NOW });
      const ready = instances.map((ti) => ({ ...ti, state: "scheduled" as const }));

      // Each task instance is wanted by three callers, in batches that overlap and differ in order.
      const orders = [ready, ready.toReversed(), [...ready.slice(30), ...ready.slice(0, 30)]];
      const answers = await Promise.all(
        orders.flatMap((order) =>
          [0, 20, 40, 60].map((at) =>
            store.transition({ tasks: order.slice(at, at + 20).map(queue), now: NOW }),
          ),
        ),
      );
      const admitted = answers.flatMap(({ tasks }) => tasks).filter(Boolean);
      expect(admitted).toHaveLength(10);
      const pools = new Map(
        (await store.listPools({ limit: 10, offset: 0 })).items.map((pool) => [pool.name, pool]),
      );
      expect(pools.get("p1")).toMatchObject({
        occupiedSlots: 7,
        queuedSlots: 7,
        scheduledSlots: 33,
      });
      expect(pools.get("p2")).toMatchObject({
        occupiedSlots: 3,
        queuedSlots: 3,
        scheduledSlots: 37,
      });
    });
  });

  describe("maxActiveRuns", () => {
    test("concurrent callers never start more runs of a Dag than allowed", async () => {
      const { store, addDag } = await open();
      await addDag(buildDag("dag", [buildTask("a")]));
      await addDag(buildDag("other", [buildTask("a")]));
      const ids: string[] = [];
      for (let at = 0; at < 8; at += 1) ids.push((await createRun(store, "dag", `r${at}`)).id);
      const other = await createRun(store, "other", "r");
      const start = (dagRunId: string) =>
        ({ dagRunId, from: "queued", to: "running", actor: "test", maxActiveRuns: 3 }) as const;
      const answers = await Promise.all([
        ...ids.map((id) => store.transition({ runs: [start(id)], now: NOW })),
        store.transition({ runs: ids.map(start), now: NOW }),
        store.transition({ runs: [start(other.id)], now: NOW }),
      ]);
      const started = answers.flatMap(({ runs }) => runs).filter(Boolean);
      expect(started).toHaveLength(3 + 1);
      const running = await store.listRuns(
        { dagIds: ["dag"], states: ["running"] },
        { limit: 10, offset: 0 },
      );
      expect(running.total).toBe(3);
    });
  });

  describe("onlyWhenEnded", () => {
    test("a run ends only after its last task, counting the moves of the same call", async () => {
      const { store, addDag } = await open();
      await addDag(buildDag("dag", [buildTask("a"), buildTask("b")]));
      const run = await createRun(store, "dag", "r");
      const { taskInstances } = await loadRun(store, run.id);
      const base = { dagRunId: run.id, actor: "test" } as const;
      await store.transition({ runs: [{ ...base, from: "queued", to: "running" }], now: NOW });
      const end = { ...base, from: "running", to: "success", onlyWhenEnded: true } as const;
      const [first, second] = taskInstances;
      if (first === undefined || second === undefined) throw new Error("expected two tasks");
      const early = await store.transition({
        tasks: [move(first, "skipped")],
        runs: [end],
        now: NOW,
      });
      expect(early).toEqual({ tasks: [true], runs: [false] });
      const last = await store.transition({
        tasks: [move(second, "skipped")],
        runs: [end],
        now: NOW,
      });
      expect(last).toEqual({ tasks: [true], runs: [true] });
    });
  });
}

async function openPool(
  open: () => Promise<RunningHarness>,
  options: {
    readonly slots: number;
    readonly weights: readonly number[];
    readonly includeDeferred?: boolean;
    readonly pool?: string;
  },
) {
  const { store, addDag } = await open();
  const { slots, weights, includeDeferred = false, pool = "small" } = options;
  await store.savePool({ name: "small", slots, description: null, includeDeferred });
  const tasks = weights.map((poolSlots, at) => buildTask(`t${at}`, { pool, poolSlots }));
  await addDag(buildDag("dag", tasks));
  const { taskInstances } = await loadRun(store, (await createRun(store, "dag", "r")).id);
  await store.transition({ tasks: taskInstances.map((ti) => move(ti, "scheduled")), now: NOW });
  const scheduled = taskInstances.map((ti): TaskInstance => ({ ...ti, state: "scheduled" }));
  return { store, scheduled };
}

function queue(taskInstance: TaskInstance) {
  return move(taskInstance, "queued", { checkLimits: true });
}
