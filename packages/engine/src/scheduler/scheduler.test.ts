import { AirloomError, checkInvariants, type Outcome, type Workload } from "@airloom/core";
import { buildChain, buildDag, buildIf, buildTask, type Script } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "./fixtures/scheduler-bench.ts";

const OK: Script = { outcome: { kind: "success" } };
const failure = { kind: "error", message: "boom", place: null, stack: null };

/** Ends each attempt of a task as its list says, the last entry for all that follow. */
function inTurn(
  scripts: Readonly<Record<string, readonly Outcome[]>>,
): (workload: Workload) => Script {
  const seen = new Map<string, number>();
  return ({ task }) => {
    const outcomes = scripts[task.taskId] ?? [];
    const count = seen.get(task.taskId) ?? 0;
    seen.set(task.taskId, count + 1);
    return { outcome: outcomes[Math.min(count, outcomes.length - 1)] ?? { kind: "success" } };
  };
}

function problems(bench: SchedulerBench): readonly string[] {
  return bench.logged.filter((line) => !line.startsWith("info"));
}

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
      script: inTurn({ a: [{ kind: "failed", failure, retryable: true }, { kind: "success" }] }),
    });
    const run = await bench.run([buildTask("a", { retries: 1, retryDelay: 60 })]);
    const { dagId, runId, taskId, mapIndex } = bench.task(run, "a");
    await bench.store.saveXCom(
      { dagId, runId, taskId, mapIndex, key: "x", value: 1 },
      bench.clock.now(),
    );
    expect(bench.task(run, "a")).toMatchObject({ state: "up_for_retry", failure });
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
      script: inTurn({ a: [{ kind: "failed", failure, retryable: false }, { kind: "success" }] }),
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
      failure: { ...failure, kind: "killed" },
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
      script: inTurn({ a: [{ kind: "failed", failure, retryable: true }, { kind: "success" }] }),
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
    await bench.advance(5_000);
    expect(bench.task(run, "b").note).toBe(message);
    await bench.advance(5_000);
    expect(bench.states(run)).toEqual({ a: "success", b: "running" });
    expect(bench.task(run, "b").note).toBeNull();
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

describe("schedules", () => {
  const everyMinute = { kind: "cron", expression: "* * * * *", timezone: "UTC" } as const;
  const minute = (count: number): string => new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString();

  function runIds(bench: SchedulerBench): readonly string[] {
    return [...bench.store.rows.runs.values()].map(({ runId }) => runId);
  }

  test("create runs when they are due, and say when the next one is", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }));
    await bench.open();
    await bench.advance(59_999);
    expect(runIds(bench)).toEqual([]);
    await bench.advance(1);
    expect(runIds(bench)).toEqual(["scheduled__2026-01-01T00:01:00+00:00"]);
    const [run] = [...bench.store.rows.runs.values()];
    expect(run).toMatchObject({ runType: "scheduled", triggeredBy: "timetable", state: "success" });
    expect(run?.logicalDate?.toISOString()).toBe(minute(1));
    expect(bench.store.rows.dags.get("dag")?.nextRunAfter?.toISOString()).toBe(minute(2));
    await bench.advance(120_000);
    expect(runIds(bench)).toHaveLength(3);
  });

  test("catch up, never with more runs at once than may be active", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 1_000 }) });
    const startDate = new Date(Date.UTC(2025, 11, 31, 23, 55)).toISOString();
    bench.store.addDag(
      buildDag("dag", [buildTask("a")], {
        schedule: everyMinute,
        startDate,
        catchup: true,
        maxActiveRuns: 2,
      }),
    );
    await bench.open();
    expect(runIds(bench)).toHaveLength(2);
    await bench.advance(3_000);
    await bench.advance(3_000);
    await bench.advance(3_000);
    expect(runIds(bench)).toHaveLength(6);
    expect(new Set(runIds(bench)).size).toBe(6);
  });

  test("that nobody followed for a while make up for the last point only", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }));
    await bench.open();
    await bench.advance(60_000);
    bench.life.end();
    bench.clock.advance(600_000);
    await bench.crash();
    expect(runIds(bench).slice(1)).toEqual([
      "scheduled__2026-01-01T00:02:00+00:00",
      "scheduled__2026-01-01T00:11:00+00:00",
    ]);
  });

  test("of a Dag that is unpaused go on with the next point", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }), {
      isPaused: true,
    });
    await bench.open();
    await bench.advance(600_000);
    await bench.store.setPaused("dag", false);
    bench.events.publish({ kind: "dag", dagId: "dag" });
    await bench.settle();
    expect(runIds(bench)).toEqual([]);
    await bench.advance(60_000);
    expect(runIds(bench)).toEqual(["scheduled__2026-01-01T00:11:00+00:00"]);
  });

  test("that were edited are followed at once, those read anew unchanged go on as they were", async () => {
    const bench = new SchedulerBench();
    const hourly = { kind: "cron", expression: "0 * * * *", timezone: "UTC" } as const;
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: hourly }));
    await bench.open();
    bench.store.addDag(buildDag("dag", [buildTask("a"), buildTask("b")], { schedule: hourly }));
    bench.events.publish({ kind: "dag", dagId: "dag" });
    await bench.settle();
    expect(bench.store.rows.dags.get("dag")?.nextRunAfter?.toISOString()).toBe(minute(60));
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }));
    bench.events.publish({ kind: "dag", dagId: "dag" });
    await bench.advance(60_000);
    expect(runIds(bench)).toEqual(["scheduled__2026-01-01T00:01:00+00:00"]);
  });

  test("of one Dag that is broken do not hold up the others", async () => {
    const bench = new SchedulerBench();
    const broken = { kind: "cron", expression: "61 * * * *", timezone: "UTC" } as const;
    bench.store.addDag(buildDag("broken", [buildTask("a")], { schedule: broken }));
    bench.store.addDag(buildDag("good", [buildTask("a")], { schedule: everyMinute }));
    await bench.open();
    await bench.advance(60_000);
    expect(runIds(bench)).toHaveLength(1);
    expect(problems(bench).join()).toContain('Cannot follow the schedule of Dag "broken"');
  });

  test("@continuous begins the next run when the last one ends", async () => {
    const bench = new SchedulerBench({ script: () => ({ ...OK, durationMs: 10_000 }) });
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: { kind: "continuous" } }));
    await bench.open();
    await bench.advance(25_000);
    const runs = [...bench.store.rows.runs.values()];
    expect(runs.map(({ state }) => state)).toEqual(["success", "success", "running"]);
    expect(runs[1]?.dataIntervalStart).toEqual(runs[0]?.dataIntervalEnd);
  });

  test("go on although the answer to a run's creation was lost", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }));
    await bench.open();
    let lost = 0;
    bench.store.fail = (when, call) => {
      if (call !== "createRun" || when !== "after" || lost > 0) return;
      lost += 1;
      throw new AirloomError("database.unavailable", "simulated");
    };
    await bench.advance(60_000);
    await bench.advance(1_000);
    expect(lost).toBe(1);
    expect([...bench.store.rows.runs.values()].map(({ state }) => state)).toEqual(["success"]);
    await bench.advance(60_000);
    expect(runIds(bench)).toHaveLength(2);
  });

  test("pass over a point that has a run already", async () => {
    const bench = new SchedulerBench();
    bench.store.addDag(buildDag("dag", [buildTask("a")], { schedule: everyMinute }));
    await bench.open();
    await bench.trigger("dag", {
      runId: "scheduled__2026-01-01T00:01:00+00:00",
      at: new Date(minute(1)),
    });
    await bench.advance(120_000);
    expect(runIds(bench)).toHaveLength(2);
    expect(problems(bench).join()).toContain("its schedule goes on");
  });

  test("of a Dag whose runs keep failing are paused", async () => {
    const bench = new SchedulerBench({
      script: () => ({ outcome: { kind: "failed", failure, retryable: false } }),
    });
    bench.store.addDag(
      buildDag("dag", [buildTask("a")], { schedule: everyMinute, maxConsecutiveFailedDagRuns: 2 }),
    );
    await bench.open();
    for (let minutes = 0; minutes < 5; minutes += 1) await bench.advance(60_000);
    expect(runIds(bench)).toHaveLength(2);
    expect(bench.store.rows.dags.get("dag")?.isPaused).toBe(true);
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
