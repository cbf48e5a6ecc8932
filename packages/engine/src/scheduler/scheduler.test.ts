import { AirloomError, type Workload } from "@airloom/core";
import { buildChain, buildDag, buildIf, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "./fixtures/scheduler-bench.ts";
import { FAILURE, inTurn, OK, problems } from "./fixtures/scripts.ts";

describe("a run", () => {
  test("goes through its tasks to success, and the UI hears of each step", async () => {
    const bench = new SchedulerBench();
    const run = await bench.run(buildChain(["a", "b", "c"]));
    expect(problems(bench)).toEqual([]);
    expect(bench.states(run)).toEqual({ a: "success", b: "success", c: "success" });
    expect(bench.runState(run)).toBe("success");
    const heard = bench.events.published.flatMap((event) =>
      event.kind === "task_instance" && event.taskId === "a" ? [event.state] : [],
    );
    expect(heard).toEqual(["queued", "running", "success"]);
  });

  test("hands the executor all that an attempt needs to know", async () => {
    const bench = new SchedulerBench();
    const seen: Workload[] = [];
    bench.script = (workload) => {
      seen.push(workload);
      return OK;
    };
    await bench.run([buildTask("a")]);
    expect(seen).toMatchObject([
      {
        file: "/dags/dag.ts",
        task: { taskId: "a" },
        run: { runId: "manual__2026-01-01T00:00:00+00:00" },
        resumption: null,
      },
    ]);
    expect(seen[0]?.taskInstance).toMatchObject({
      state: "queued",
      tryNumber: 1,
      leaseToken: seen[0]?.leaseToken,
    });
  });

  test("retries when the delay is over, and clears what the attempt before left", async () => {
    const bench = new SchedulerBench({
      script: inTurn({
        a: [{ kind: "failed", failure: FAILURE, retryable: true }, { kind: "success" }],
      }),
    });
    const run = await bench.run([buildTask("a", { retries: 1, retryDelay: 60 })]);
    const { dagId, runId, taskId, mapIndex } = bench.task(run, "a");
    await bench.store.saveXCom(
      { dagId, runId, taskId, mapIndex, key: "x", value: 1 },
      bench.clock.now(),
    );
    expect(bench.task(run, "a")).toMatchObject({ state: "up_for_retry", failure: FAILURE });
    await bench.advance(59_000);
    expect(bench.task(run, "a").state).toBe("up_for_retry");
    await bench.advance(1_000);
    expect(bench.task(run, "a")).toMatchObject({ state: "success", tryNumber: 2, failure: null });
    expect(bench.store.rows.xcoms.size).toBe(0);
  });

  test("skips what a branch does not choose, and again when that alone is cleared, also after a restart", async () => {
    const branch = buildIf("yes", "no");
    const bench = new SchedulerBench({
      script: ({ task }) => (task.branch ? { ...OK, skip: ["no"] } : OK),
    });
    const run = await bench.run([
      buildTask("if", { branch }),
      buildTask("yes", { upstream: ["if"] }),
      buildTask("no", { upstream: ["if"] }),
      buildTask("join", { upstream: ["yes", "no"], triggerRule: "none_failed_min_one_success" }),
    ]);
    expect(bench.states(run)).toEqual({
      if: "success",
      yes: "success",
      no: "skipped",
      join: "success",
    });
    await bench.crash();
    const { state, tryNumber, id } = bench.task(run, "no");
    await bench.life.commit.apply({
      tasks: [
        {
          taskInstance: bench.task(run, "no"),
          transition: { taskInstanceId: id, from: state, to: "none", tryNumber, actor: "user:ann" },
        },
      ],
      runs: [
        {
          run: runOf(bench, run),
          transition: {
            dagRunId: run,
            from: "success",
            to: "queued",
            actor: "user:ann",
            set: { startedAt: null },
          },
        },
      ],
    });
    await bench.settle();
    expect(bench.states(run)).toMatchObject({ no: "skipped" });
    expect(bench.runState(run)).toBe("success");
  });

  test("of a Dag that is paused waits until it is unpaused", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")]), { isPaused: true });
    await bench.open();
    const run = await bench.trigger("dag");
    expect(bench.runState(run)).toBe("queued");
    expect(await bench.scheduler.explain(bench.task(run, "a").id)).toEqual([
      { code: "paused", message: 'Dag "dag" is paused' },
    ]);
    await bench.store.setPaused("dag", false);
    bench.events.publish({ kind: "dag", dagId: "dag" });
    await bench.settle();
    expect(bench.runState(run)).toBe("success");
  });

  test("waits its turn among the active runs of its Dag, oldest first", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 1_000 }) });
    bench.store.addDag(buildDag("dag", [buildTask("a")], { maxActiveRuns: 1 }));
    await bench.open();
    const at = (ms: number): Date => new Date(bench.clock.now().getTime() - ms);
    const first = await bench.trigger("dag", { at: at(3) });
    const third = await bench.trigger("dag", { at: at(1) });
    const second = await bench.trigger("dag", { at: at(2) });
    const states = () => [first, second, third].map((id) => bench.runState(id));
    expect(states()).toEqual(["running", "queued", "queued"]);
    await bench.advance(1_000);
    expect(states()).toEqual(["success", "running", "queued"]);
    await bench.advance(1_000);
    expect(states()).toEqual(["success", "success", "running"]);
  });

  test("starts when its time has come", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")]));
    await bench.open();
    const run = await bench.trigger("dag", { at: new Date(bench.clock.now().getTime() + 60_000) });
    expect(bench.runState(run)).toBe("queued");
    await bench.advance(60_000);
    expect(bench.runState(run)).toBe("success");
  });

  test("over its timeout is stopped and fails", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 600_000 }) });
    const run = await bench.run(buildChain(["a", "b"]), { dagrunTimeout: 60 });
    await bench.advance(60_000);
    expect(bench.states(run)).toEqual({ a: "skipped", b: "skipped" });
    expect(bench.runState(run)).toBe("failed");
    expect(bench.executor.freeSlots).toBe(32);
  });

  test("depends on the run before it, and goes on when that is repaired", async () => {
    const bench = new SchedulerBench({
      script: inTurn({
        a: [{ kind: "failed", failure: FAILURE, retryable: false }, { kind: "success" }],
      }),
    });
    bench.store.addDag(buildDag("dag", [buildTask("a", { dependsOnPast: true })]));
    await bench.open();
    const at = (ms: number): Date => new Date(bench.clock.now().getTime() - ms);
    const first = await bench.trigger("dag", { at: at(2) });
    const second = await bench.trigger("dag", { at: at(1) });
    expect([bench.runState(first), bench.runState(second)]).toEqual(["failed", "running"]);
    const taskInstance = bench.task(first, "a");
    await bench.life.commit.apply({
      tasks: [
        {
          taskInstance,
          transition: {
            taskInstanceId: taskInstance.id,
            from: "failed",
            to: "success",
            tryNumber: 1,
            actor: "user:ann",
          },
        },
      ],
    });
    await bench.settle();
    expect(bench.runState(second)).toBe("success");
  });

  test("of 2,000 tasks is written in parts, what starts first", async () => {
    const bench = new SchedulerBench({ slots: 4, settings: { parallelism: 4 } });
    const tasks = Array.from({ length: 2_000 }, (_, index) => buildTask(`t${index}`));
    const run = await bench.run(tasks, { maxActiveTasks: 4 });
    expect(bench.runState(run)).toBe("success");
    const first = bench.store.rows.history.findIndex(({ to }) => to === "running");
    expect(first).toBeLessThan(2_004);
  });
});

describe("limits", () => {
  test("of a pool hold, and a task that waits says who holds it", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 10_000 }) });
    await bench.store.savePool({ name: "p", slots: 1, description: null, includeDeferred: false });
    const run = await bench.run([buildTask("a", { pool: "p" }), buildTask("b", { pool: "p" })]);
    expect(bench.states(run)).toEqual({ a: "running", b: "scheduled" });
    const message =
      'pool "p" is full: 1 of 1 slots are taken, held by a of dag manual__2026-01-01T00:00:00+00:00';
    expect(await bench.scheduler.explain(bench.task(run, "b").id)).toEqual([
      { code: "pool_full", message },
    ]);
    await bench.store.saveTaskNote(bench.task(run, "b").id, "ticket 12");
    await bench.advance(5_000);
    expect(bench.task(run, "b")).toMatchObject({ holdReason: message, note: "ticket 12" });
    await bench.advance(5_000);
    expect(bench.states(run)).toEqual({ a: "success", b: "running" });
    expect(bench.task(run, "b")).toMatchObject({ holdReason: null, note: "ticket 12" });
  });

  test("that somebody widens are seen with the next tick", async () => {
    const bench = new SchedulerBench();
    await bench.store.savePool({ name: "p", slots: 0, description: null, includeDeferred: false });
    const run = await bench.run([buildTask("a", { pool: "p" })]);
    expect(bench.task(run, "a").state).toBe("scheduled");
    await bench.store.savePool({ name: "p", slots: 1, description: null, includeDeferred: false });
    await bench.advance(5_000);
    expect(bench.runState(run)).toBe("success");
  });

  test("that the store counts otherwise do not send the scheduler round in circles", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("other", [buildTask("x", { pool: "p" })]));
    await bench.store.savePool({ name: "p", slots: 1, description: null, includeDeferred: false });
    await bench.open();
    const other = await bench.trigger("other", {
      at: new Date(bench.clock.now().getTime() + 86_400_000),
    });
    const [held] = bench.store.instancesOf(other);
    if (held === undefined) throw new Error("no task");
    bench.store.rows.taskInstances.set(held.id, { ...held, state: "running", pool: "p" });
    const run = await bench.run([buildTask("a", { pool: "p" })]);
    expect(bench.task(run, "a").state).toBe("scheduled");
    expect(bench.store.calls).toBeLessThan(100);
    bench.store.rows.taskInstances.set(held.id, held);
    await bench.advance(5_000);
    expect(bench.runState(run)).toBe("success");
  });
});

describe("the safety tick", () => {
  test("finds runs that another process created", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")]));
    await bench.open();
    const at = bench.clock.now();
    await bench.store.createRun(
      {
        dagId: "dag",
        runId: "r",
        runType: "manual",
        triggeredBy: "cli",
        triggeringUser: null,
        logicalDate: at,
        dataIntervalStart: at,
        dataIntervalEnd: at,
        runAfter: at,
        conf: {},
        note: null,
      },
      { now: at },
    );
    await bench.advance(5_000);
    expect([...bench.store.rows.runs.values()].map(({ state }) => state)).toEqual(["success"]);
  });

  test("survives a database that is away", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")]));
    await bench.open();
    bench.store.fail = () => {
      throw new AirloomError("database.unavailable", "simulated");
    };
    await bench.advance(60_000);
    bench.store.fail = () => undefined;
    await bench.advance(10_000);
    const run = await bench.trigger("dag");
    expect(bench.runState(run)).toBe("success");
    expect(problems(bench).every((line) => line.startsWith("warning"))).toBe(true);
  });

  test("asks little of the store while nothing happens", async () => {
    const bench = new SchedulerBench();
    await bench.open();
    const before = bench.store.calls;
    await bench.advance(60_000);
    expect(bench.store.calls - before).toBeLessThanOrEqual(12 * 5);
  });
});

test("a scheduler that is closed does nothing more", async () => {
  const bench = new SchedulerBench();
  bench.store.addDag(buildDag("dag", [buildTask("a")]));
  await bench.open();
  await bench.scheduler.close();
  const run = await bench.trigger("dag");
  bench.scheduler.wakeDag("dag");
  await bench.advance(60_000);
  expect(bench.runState(run)).toBe("queued");
});

function runOf(bench: SchedulerBench, id: string) {
  const run = bench.store.rows.runs.get(id);
  if (run === undefined) throw new Error(`no run ${id}`);
  return run;
}
