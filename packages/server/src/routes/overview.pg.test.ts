import { renderRunId, type TaskState } from "@airloom/core";
import { buildChain, buildDag } from "@airloom/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/open-test-server.ts";
import { NOW } from "../../testing/seed.ts";

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer();
});
afterEach(() => server.close());

async function get(url: string) {
  const answer = await server.app.inject({
    url,
    headers: { authorization: `Bearer ${server.tokens.viewer}` },
  });
  return answer.json();
}

function minutesAgo(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000);
}

/** A run of `weather` that succeeded, whatever became of its task `fetch`. */
async function addGreenRun(at: Date, fetched: TaskState): Promise<string> {
  const { store } = server;
  const runId = renderRunId("manual", at);
  const run = await store.createRun(
    {
      dagId: "weather",
      runId,
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
  const [task] = (await store.loadActiveRuns([run?.id ?? ""]))[0]?.taskInstances ?? [];
  const step = { taskInstanceId: task?.id ?? "", actor: "scheduler" } as const;
  await store.transition({
    tasks: [
      { ...step, from: "none", to: "scheduled", tryNumber: 0, set: { tryNumber: 1 } },
      { ...step, from: "scheduled", to: "queued", tryNumber: 1 },
      { ...step, from: "queued", to: "running", tryNumber: 1 },
      {
        ...step,
        from: "running",
        to: fetched,
        tryNumber: 1,
        set: { endedAt: at, failure: { message: "404", place: null, stack: null, kind: "error" } },
      },
    ],
    runs: [
      { dagRunId: run?.id ?? "", from: "queued", to: "running", actor: "scheduler" },
      {
        dagRunId: run?.id ?? "",
        from: "running",
        to: "success",
        actor: "scheduler",
        set: { endedAt: at },
      },
    ],
    now: at,
  });
  return runId;
}

describe("a run that succeeded although a task in it failed (U5)", () => {
  test("says so in the REST API, in lists, in the grid and on the Dags page", async () => {
    const runId = await addGreenRun(minutesAgo(5), "failed");
    const told = { dag_run_id: runId, state: "success", failed_task_count: 1 };
    const path = `/api/v2/dags/weather/dagRuns`;
    expect(await get(`${path}/${encodeURIComponent(runId)}`)).toMatchObject(told);
    expect((await get(path)).dag_runs).toMatchObject([told]);
    expect((await get("/ui/dags/weather/grid")).runs).toMatchObject([told]);
    const { dags, segments } = await get("/ui/dags?search=weather");
    expect(dags[0].runs).toMatchObject([told]);
    expect(segments).toMatchObject({ failing: 1 });
  });

  test("is counted on the home page, and its failure named with the run's state", async () => {
    await addGreenRun(minutesAgo(5), "failed");
    const { totals, problems, runs_per_hour: hours } = await get("/ui/home");
    expect(totals).toMatchObject({ success: 1, success_with_failures: 1, failing_dags: 2 });
    expect(hours.at(-2)).toMatchObject({ success: 1, success_with_failures: 1, failed: 1 });
    expect(problems.items).toContainEqual(
      expect.objectContaining({ dag_id: "weather", message: "404", runs: 1, green_runs: 1 }),
    );
  });

  test("is forgotten once the task succeeded in a later run", async () => {
    await addGreenRun(minutesAgo(10), "failed");
    await addGreenRun(minutesAgo(5), "success");
    const { problems } = await get("/ui/home");
    expect(problems.items.map((problem: { dag_id?: string }) => problem.dag_id)).not.toContain(
      "weather",
    );
  });
});

describe("the home page (U4, U24)", () => {
  const addScheduled = async (dagId: string, nextInMinutes: number, isPaused = false) => {
    const spec = buildDag(dagId, buildChain(["a"]), {
      schedule: { kind: "cron", expression: "0 2 * * *", timezone: "Europe/Berlin" },
    });
    await server.store.saveLoadedFile(
      {
        file: `${dagId}.ts`,
        source: "",
        contentHash: dagId,
        dags: [{ spec, hash: dagId }],
        error: null,
      },
      NOW,
    );
    const at = minutesAgo(-nextInMinutes);
    await server.store.saveNextRun(dagId, {
      runAfter: at,
      intervalStart: at,
      intervalEnd: at,
    });
    await server.store.setPaused(dagId, isPaused);
  };

  test("names the next run whatever its distance, with the zone of its Dag", async () => {
    await addScheduled("nightly", 6 * 60);
    await addScheduled("yearly", 300 * 24 * 60);
    const { next_runs: next } = await get("/ui/home");
    expect(next).toMatchObject({
      items: [{ dag_id: "nightly", timezone: "Europe/Berlin" }, { dag_id: "yearly" }],
      total: 2,
    });
  });

  test("says how many come next and how many run beyond those it lists", async () => {
    for (let index = 0; index < 23; index += 1) await addScheduled(`d${index}`, 60 + index);
    const { next_runs: next, dag_count: count } = await get("/ui/home");
    expect([next.items.length, next.total, count]).toEqual([20, 23, 25]);
  });

  test("names what is paused, and not what it would do next", async () => {
    await addScheduled("nightly", 60, true);
    const { paused, next_runs: next } = await get("/ui/home");
    expect(paused).toMatchObject({ items: [{ dag_id: "nightly", has_schedule: true }], total: 1 });
    expect(next.total).toBe(0);
  });

  test("names a schedule whose time passed without a run, and why", async () => {
    await addScheduled("nightly", -30);
    const missed = async () =>
      (await get("/ui/home")).problems.items.find(
        (problem: { kind: string }) => problem.kind === "missed_schedule",
      );
    expect(await missed()).toMatchObject({
      dag_id: "nightly",
      timezone: "Europe/Berlin",
      reason: "no run was made yet",
    });
    server.clock.advance(60_000);
    expect(await missed()).toMatchObject({
      reason: "no run was made: the scheduler is not running",
    });
  });
});
