import { checkInvariants } from "@airloom/core";
import { buildChain, buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "./fixtures/scheduler-bench.ts";
import { FAILURE, inTurn, OK } from "./fixtures/scripts.ts";

describe("an attempt", () => {
  test("that defers gives its process back and goes on with its event, the same try and its XComs", async () => {
    const deferral = { trigger: "t", input: {}, timeoutAt: null };
    const bench = new SchedulerBench({
      script: ({ resumption }) =>
        resumption === null ? { outcome: { kind: "deferred", deferral } } : OK,
    });
    const run = await bench.run([buildTask("a")]);
    const { id, dagId, runId, taskId, mapIndex } = bench.task(run, "a");
    await bench.store.saveXCom(
      { dagId, runId, taskId, mapIndex, key: "x", value: 1 },
      bench.clock.now(),
    );
    expect(bench.task(run, "a")).toMatchObject({
      state: "deferred",
      deferral,
      leaseExpiresAt: null,
    });
    expect(await bench.scheduler.resumeDeferred(id, 9, { kind: "timeout" })).toBe(false);
    expect(await bench.scheduler.resumeDeferred("none", 1, { kind: "timeout" })).toBe(false);
    const resumption = { kind: "event", payload: 42 } as const;
    expect(
      await Promise.all([
        bench.scheduler.resumeDeferred(id, 1, resumption),
        bench.scheduler.resumeDeferred(id, 1, resumption),
      ]),
    ).toEqual([true, false]);
    await bench.settle();
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 1, deferral: null });
    expect(bench.store.rows.xcoms.size).toBe(1);
  });

  test("that defers for too long is resumed with a timeout", async () => {
    const bench = new SchedulerBench();
    const timeoutAt = new Date(bench.clock.now().getTime() + 60_000).toISOString();
    const resumptions: unknown[] = [];
    bench.script = ({ resumption }) => {
      resumptions.push(resumption);
      return resumption === null
        ? { outcome: { kind: "deferred", deferral: { trigger: "t", input: {}, timeoutAt } } }
        : OK;
    };
    const run = await bench.run([buildTask("a")]);
    await bench.advance(60_000);
    expect(resumptions).toEqual([null, { kind: "timeout" }]);
    expect(bench.runState(run)).toBe("success");
  });

  test("that is lost runs again without using up its retries, three times at most", async () => {
    const bench = new SchedulerBench({
      script: () => ({ outcome: { kind: "lost", message: "the node is gone" } }),
    });
    const run = await bench.run([buildTask("a")]);
    expect(bench.task(run, "a")).toMatchObject({
      state: "failed",
      tryNumber: 4,
      failure: { kind: "lost", message: "lost 4 times, the last time because the node is gone" },
    });
  });

  test("whose process dies of itself uses up its retries", async () => {
    const killed = {
      kind: "failed",
      failure: { ...FAILURE, kind: "killed" },
      retryable: true,
    } as const;
    const bench = new SchedulerBench({ script: () => ({ outcome: killed }) });
    const run = await bench.run([buildTask("a", { retries: 1, retryDelay: 0 })]);
    await bench.advance(1);
    expect(bench.task(run, "a")).toMatchObject({
      state: "failed",
      tryNumber: 2,
      failure: { kind: "killed" },
    });
  });

  test("whose process dies while its start is being written is lost at once, and runs again", async () => {
    const deaths = [{ kind: "failed", failure: FAILURE, retryable: true } as const];
    const bench = new SchedulerBench({ endsUnstarted: () => deaths.pop() });
    const run = await bench.run([buildTask("a")]);
    expect(bench.task(run, "a")).toMatchObject({ state: "success", lostCount: 1 });
    expect(bench.effects).toHaveLength(1);
  });

  test("whose file cannot be imported while its start is being written fails at once", async () => {
    const outcome = { kind: "failed", failure: FAILURE, retryable: false } as const;
    const bench = new SchedulerBench({ endsUnstarted: () => outcome });
    const run = await bench.run([buildTask("a")]);
    expect(bench.task(run, "a")).toMatchObject({ state: "failed", failure: FAILURE });
  });

  test("that is cleared while it runs is stopped, and only then runs again", async () => {
    const bench = new SchedulerBench({
      script: ({ taskInstance }) =>
        taskInstance.tryNumber === 1 ? { ...OK, durationMs: 60_000 } : OK,
    });
    const run = await bench.run([buildTask("a")]);
    const taskInstance = bench.task(run, "a");
    expect(taskInstance.state).toBe("running");
    await bench.life.commit.apply({
      tasks: [
        {
          taskInstance,
          transition: {
            taskInstanceId: taskInstance.id,
            from: "running",
            to: "restarting",
            tryNumber: 1,
            actor: "user:ann",
            set: { chain: 2, leaseToken: null },
          },
        },
      ],
    });
    await bench.settle();
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 2, chain: 2 });
  });

  test("that reports twice, or too late, changes nothing", async () => {
    const bench = new SchedulerBench({
      script: inTurn({
        a: [{ kind: "failed", failure: FAILURE, retryable: true }, { kind: "success" }],
      }),
    });
    const run = await bench.run([buildTask("a", { retries: 1, retryDelay: 0 })]);
    await bench.advance(1);
    const before = bench.store.rows.history.length;
    bench.executor.repeat((events) => events[0]);
    bench.executor.repeat((events) => events[1]);
    await bench.settle();
    expect(bench.store.rows.history).toHaveLength(before);
    expect(bench.runState(run)).toBe("success");
  });

  test("whose Dag file cannot be found fails and says so", async () => {
    const bench = new SchedulerBench({
      loadFile: () => Promise.reject(new Error("Cannot find dag.ts")),
    });
    const run = await bench.run([buildTask("a", { retries: 1 })]);
    expect(bench.task(run, "a")).toMatchObject({
      state: "failed",
      failure: { message: "Cannot find dag.ts" },
    });
  });

  test("keeps its lease as long as its process lives", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 600_000 }) });
    const run = await bench.run([buildTask("a")]);
    await bench.advance(300_000);
    expect(bench.task(run, "a")).toMatchObject({ state: "running", tryNumber: 1 });
    expect(bench.task(run, "a").leaseExpiresAt?.getTime()).toBeGreaterThan(
      bench.clock.now().getTime(),
    );
    await bench.advance(300_000);
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 1 });
  });

  test("is lost when its lease ran out and nobody carries it", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 10_000 }) });
    const run = await bench.run([buildTask("a")]);
    await bench.advance(120_000);
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 1 });
  });
});

describe("after a crash", () => {
  test("attempts that ran with the dead process run again at once; a queued one keeps its try", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 60_000 }) });
    const run = await bench.run([buildTask("a")]);
    bench.script = () => OK;
    await bench.crash();
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 2, lostCount: 1 });
    expect(bench.effects).toHaveLength(2);
  });

  test("deferred attempts stay deferred", async () => {
    const deferral = { trigger: "t", input: {}, timeoutAt: null };
    const bench = new SchedulerBench({
      script: () => ({ outcome: { kind: "deferred", deferral } }),
    });
    const run = await bench.run([buildTask("a")]);
    await bench.crash();
    expect(bench.task(run, "a").state).toBe("deferred");
    bench.script = () => OK;
    expect(
      await bench.scheduler.resumeDeferred(bench.task(run, "a").id, 1, { kind: "timeout" }),
    ).toBe(true);
    await bench.settle();
    expect(bench.runState(run)).toBe("success");
  });

  test("nothing that was decided is decided again", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 1_000 }) });
    const run = await bench.run(buildChain(["a", "b", "c"]));
    for (let crash = 0; crash < 6; crash += 1) {
      await bench.advance(700);
      if (crash < 3) await bench.crash();
    }
    await bench.advance(10_000);
    const { rows } = bench.store;
    expect(
      checkInvariants({
        runs: [...rows.runs.values()],
        specs: new Map([[run, buildDag("dag", buildChain(["a", "b", "c"]))]]),
        taskInstances: [...rows.taskInstances.values()],
        history: rows.history,
        effects: bench.effects,
        isSettled: true,
      }),
    ).toEqual([]);
  });
});
