import type { TaskInstance } from "@airloom/core";
import { beforeEach, describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import {
  advance,
  after,
  createRun,
  loadRun,
  move,
  NOW,
  type RunningHarness,
  reload,
  TO_RUNNING,
} from "./harness.ts";

/** What `TransitionStore` promises of single transitions and batches. */
export function describeTransitions(open: () => Promise<RunningHarness>): void {
  describe("transition()", () => {
    let harness: RunningHarness;
    let dagRunId: string;
    let a: TaskInstance;
    let b: TaskInstance;

    beforeEach(async () => {
      harness = await open();
      await harness.addDag(buildDag("dag", [buildTask("a", { retries: 2 }), buildTask("b")]));
      dagRunId = (await createRun(harness.store, "dag", "r")).id;
      const { taskInstances } = await loadRun(harness.store, dagRunId);
      [a, b] = [pick(taskInstances, "a"), pick(taskInstances, "b")];
    });

    test("applies what matches and says for each, in order, whether it did", async () => {
      const { store } = harness;
      const answer = await store.transition({
        tasks: [
          move(b, "scheduled", { from: "running", to: "success" }),
          move(a, "scheduled"),
          move(b, "scheduled", { tryNumber: 7 }),
        ],
        now: NOW,
      });
      expect(answer).toEqual({ tasks: [false, true, false], runs: [] });
      expect((await reload(store, a)).state).toBe("scheduled");
      expect((await reload(store, b)).state).toBe("none");
    });

    test("applies several transitions of one task instance in order", async () => {
      const { store } = harness;
      const { tasks } = await store.transition({
        tasks: [
          move(a, "scheduled", { set: { tryNumber: 1 } }),
          move(a, "queued", { from: "scheduled", tryNumber: 1, set: { leaseToken: "x" } }),
          move(a, "running", { from: "queued", tryNumber: 1, leaseToken: "wrong" }),
          move(a, "running", { from: "queued", tryNumber: 1, leaseToken: "x" }),
          move(b, "scheduled"),
        ],
        now: NOW,
      });
      expect(tasks).toEqual([true, true, false, true, true]);
      expect((await reload(store, a)).state).toBe("running");
    });

    test("refuses a stale lease and a stale try", async () => {
      const { store } = harness;
      const running = await advance(store, a, TO_RUNNING);
      const success = (fields: object) =>
        store.transition({ tasks: [move(running, "success", fields)], now: NOW });
      expect((await success({ leaseToken: "another" })).tasks).toEqual([false]);
      expect((await success({ tryNumber: 2 })).tasks).toEqual([false]);
      expect((await success({ leaseToken: "lease" })).tasks).toEqual([true]);
      expect((await success({ leaseToken: "lease" })).tasks).toEqual([false]);
    });

    test("moves a run to a later version of its Dag, with the task instances it lacks", async () => {
      const { store } = harness;
      const done = await advance(store, a, [...TO_RUNNING, ["success"]]);
      const how = {
        operator: "sql",
        pool: "other",
        poolSlots: 2,
        priorityWeight: 7,
        queue: "big",
      };
      await harness.addDag(
        buildDag("dag", [buildTask("a", { ...how, retries: 9 }), buildTask("c", { retries: 3 })]),
      );
      const later = await store.findDagVersion("dag");
      const ends = [
        { dagRunId, from: "queued", to: "running", actor: "test" },
        { dagRunId, from: "running", to: "success", actor: "test" },
      ] as const;
      const again = { dagRunId, from: "success", to: "queued", actor: "test" } as const;
      const set = { dagVersion: 2, dagHash: later?.hash ?? "", clearNumber: 1 };
      const { runs } = await store.transition({ runs: [...ends, { ...again, set }], now: NOW });
      expect(runs).toEqual([true, true, true]);

      const { run, spec, taskInstances } = await loadRun(store, dagRunId);
      expect(run).toMatchObject({ dagVersion: 2, dagHash: later?.hash, clearNumber: 1 });
      expect(spec.tasks.map(({ taskId }) => taskId)).toEqual(["a", "c"]);
      expect(taskInstances.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
        "a success",
        "b none",
        "c none",
      ]);
      // How often it is tried is a matter of its chain, which goes on.
      expect(await reload(store, a)).toMatchObject({ ...how, maxTries: done.maxTries });
      expect(pick(taskInstances, "c")).toMatchObject({ tryNumber: 0, maxTries: 3, chain: 1 });
    });

    test("a task's transition may be guarded by the version that the same call moves its run to", async () => {
      const { store } = harness;
      await harness.addDag(buildDag("dag", [buildTask("a"), buildTask("c")]));
      const later = await store.findDagVersion("dag");
      const ends = [
        { dagRunId, from: "queued", to: "running", actor: "test" },
        { dagRunId, from: "running", to: "success", actor: "test" },
      ] as const;
      await store.transition({ runs: ends, now: NOW });
      const removal = { ...move(b, "removed"), dagVersion: 2 };
      const alone = { tasks: [removal], now: NOW };
      expect(await store.transition(alone)).toEqual({ tasks: [false], runs: [] });
      const set = { dagVersion: 2, dagHash: later?.hash ?? "" };
      const runs = (["failed", "success"] as const).map(
        (from) => ({ dagRunId, from, to: "queued", actor: "test", set }) as const,
      );
      expect(await store.transition({ ...alone, runs })).toEqual({
        tasks: [true],
        runs: [false, true],
      });
    });

    test("rejects the whole call for a move outside the table", async () => {
      const { store } = harness;
      const call = async () =>
        store.transition({ tasks: [move(a, "scheduled"), move(b, "running")], now: NOW });
      await expect(call()).rejects.toThrow('cannot move from "none" to "running"');
      expect((await reload(store, a)).state).toBe("none");
    });

    test("answers false for a task instance and a run that do not exist", async () => {
      const answer = await harness.store.transition({
        tasks: [{ ...move(a, "scheduled"), taskInstanceId: "999999" }],
        runs: [{ dagRunId: "999999", from: "queued", to: "running", actor: "test" }],
        now: NOW,
      });
      expect(answer).toEqual({ tasks: [false], runs: [false] });
    });

    test("a field left out keeps its value, null clears it", async () => {
      const { store } = harness;
      const failure = { message: "no", place: "dag.ts:1:1", stack: null, kind: "error" };
      const running = await advance(store, a, TO_RUNNING);
      expect(running).toMatchObject({
        tryNumber: 1,
        leaseToken: "lease",
        leaseExpiresAt: after(30),
        queuedAt: NOW,
        startedAt: NOW,
        worker: "worker-1",
      });
      const failed = await advance(store, running, [
        ["failed", { failure, leaseToken: null, leaseExpiresAt: null, endedAt: after(1) }],
      ]);
      expect(failed).toMatchObject({ leaseToken: null, leaseExpiresAt: null, startedAt: NOW });
      expect(failed.failure).toEqual(failure);
    });

    test("keeps a deferral and its resumption as they were given", async () => {
      const deferral = { trigger: "t", input: { n: [1, { x: null }] }, timeoutAt: null };
      const deferred = await advance(harness.store, a, [...TO_RUNNING, ["deferred", { deferral }]]);
      expect(deferred.deferral).toEqual(deferral);
      expect(await harness.store.loadDeferred()).toEqual([deferred]);
      const resumption = { kind: "event", payload: { ok: true } } as const;
      const resumed = await advance(harness.store, deferred, [
        ["scheduled", { deferral: null, resumption }],
      ]);
      expect(resumed).toMatchObject({ deferral: null, resumption, tryNumber: 1 });
      expect(await harness.store.loadDeferred()).toEqual([]);
    });

    test("keeps texts that no database text can hold as well as it can", async () => {
      const failure = { message: "nul \0 inside", place: null, stack: null, kind: "error" };
      const failed = await advance(harness.store, a, [
        ["failed", { failure, holdReason: "nul \0", worker: "w\0" }],
      ]);
      expect(failed.state).toBe("failed");
      expect(failed.failure?.message).toContain("inside");
    });

    test("writes exactly one history row for every applied change, in order", async () => {
      const { store } = harness;
      const running = await advance(store, a, TO_RUNNING);
      const lost = move(running, "success", { leaseToken: "another" });
      const done = move(running, "success", {
        leaseToken: "lease",
        actor: "executor",
        reason: "it is done",
        set: { leaseToken: null },
      });
      await store.transition({ tasks: [lost, done], now: after(5) });
      const history = await store.loadTaskHistory(dagRunId);
      expect(history.map(({ from, to }) => `${from} ${to}`)).toEqual([
        "none scheduled",
        "scheduled queued",
        "queued running",
        "running success",
      ]);
      expect(history.at(-1)).toMatchObject({
        taskInstanceId: a.id,
        dagRunId,
        taskId: "a",
        mapIndex: -1,
        tryNumber: 1,
        chain: a.chain,
        leaseToken: "lease",
        actor: "executor",
        reason: "it is done",
        at: after(5),
      });
    });

    test("of many concurrent calls for one move exactly one applies", async () => {
      const { store } = harness;
      const calls = Array.from({ length: 20 }, (_, at) =>
        store.transition({
          tasks: [
            move(a, "scheduled", { actor: `caller-${at}`, set: { tryNumber: 1 } }),
            move(b, "scheduled", { actor: `caller-${at}`, set: { tryNumber: 1 } }),
          ],
          now: NOW,
        }),
      );
      const answers = await Promise.all(calls);
      expect(answers.filter(({ tasks }) => tasks[0])).toHaveLength(1);
      expect(answers.filter(({ tasks }) => tasks[1])).toHaveLength(1);
      expect(await store.loadTaskHistory(dagRunId)).toHaveLength(2);
    });

    test("concurrent batches over the same rows in opposite order all come back", async () => {
      const { store } = harness;
      const flip = async (order: readonly TaskInstance[]) => {
        const first = order.map((ti) => move(ti, "scheduled"));
        const second = order.map((ti) => move(ti, "none", { from: "scheduled" }));
        for (let round = 0; round < 15; round += 1) {
          await store.transition({ tasks: first, now: NOW });
          await store.renewLeases(
            order.map(({ id }) => ({ taskInstanceId: id, leaseToken: "none" })),
            NOW,
          );
          await store.saveHoldReasons(
            order.map(({ id }) => ({ taskInstanceId: id, reason: `${round}` })),
          );
          await Promise.all(order.map(({ id }) => store.saveTaskNote(id, `${round}`)));
          await store.transition({ tasks: second, now: NOW });
        }
      };
      await Promise.all([flip([a, b]), flip([b, a]), flip([a, b]), flip([b, a])]);
      const history = await store.loadTaskHistory(dagRunId);
      for (const { id } of [a, b]) {
        const states = history.filter((row) => row.taskInstanceId === id);
        states.forEach((row, at) => {
          expect(row.from).toBe(at === 0 ? "none" : states[at - 1]?.to);
        });
      }
    });
  });

  describe("leases", () => {
    test("renews those that are still held, and finds those that ended", async () => {
      const { store, addDag } = await open();
      await addDag(buildDag("dag", [buildTask("a"), buildTask("b")]));
      const run = await createRun(store, "dag", "r");
      const { taskInstances } = await loadRun(store, run.id);
      const a = await advance(store, pick(taskInstances, "a"), TO_RUNNING);
      const b = await advance(store, pick(taskInstances, "b"), TO_RUNNING);
      expect(await store.loadExpiredLeases(after(29))).toEqual([]);
      const renewed = await store.renewLeases(
        [
          { taskInstanceId: a.id, leaseToken: "lease" },
          { taskInstanceId: b.id, leaseToken: "another" },
        ],
        after(90),
      );
      expect(renewed).toEqual([a.id]);
      const expired = await store.loadExpiredLeases(after(31));
      expect(expired.map(({ id }) => id)).toEqual([b.id]);
      expect((await reload(store, a)).leaseExpiresAt).toEqual(after(90));
    });
  });
}

function pick(taskInstances: readonly TaskInstance[], taskId: string): TaskInstance {
  const found = taskInstances.find((ti) => ti.taskId === taskId);
  if (found === undefined) throw new Error(`There is no task instance of "${taskId}"`);
  return found;
}
