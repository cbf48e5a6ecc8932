import { AirloomError } from "@airloom/core";
import { buildDag, buildTask } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { SchedulerBench } from "./fixtures/scheduler-bench.ts";
import { FAILURE, OK, problems } from "./fixtures/scripts.ts";

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
      script: () => ({ outcome: { kind: "failed", failure: FAILURE, retryable: false } }),
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
