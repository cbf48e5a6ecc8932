import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/open-test-server.ts";
import { seedFailedRun } from "../../testing/seed.ts";

let server: TestServer;
let runId: string;
let hour = 0;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  hour += 1;
  runId = await seedFailedRun(server.store, new Date(Date.UTC(2026, 10, 1, hour)));
});

async function send(method: "GET" | "POST" | "PATCH", url: string, payload?: object) {
  const answer = await server.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${server.tokens.admin}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

function runUrl(): string {
  return `/dags/flights/dagRuns/${encodeURIComponent(runId)}`;
}

/** How the run stands: its own state and that of each task. */
async function look(): Promise<Readonly<Record<string, string | null>>> {
  const run = await send("GET", `/api/v2${runUrl()}`);
  const { body } = await send("GET", `/api/v2${runUrl()}/taskInstances`);
  const states = body.task_instances.map(
    (task: { readonly task_id: string; readonly state: string | null }) => [
      task.task_id,
      task.state,
    ],
  );
  return { run: run.body.state, ...Object.fromEntries(states) };
}

const BEFORE = {
  run: "failed",
  extract: "success",
  load: "success",
  "dbt.build": "failed",
  train: "upstream_failed",
};

function idsOf(body: { readonly task_instances: readonly { readonly task_id: string }[] }) {
  return body.task_instances.map(({ task_id: taskId }) => taskId).toSorted();
}

describe("clearing", () => {
  const url = "/api/v2/dags/flights/clearTaskInstances";

  test("lists only, and only what failed, unless it is told otherwise", async () => {
    const taskIds = ["extract", ["dbt.build", -1]];
    const { body } = await send("POST", url, { dag_run_id: runId, task_ids: taskIds });
    expect(idsOf(body)).toEqual(["dbt.build"]);
    expect(await look()).toEqual(BEFORE);
  });

  test("has the tasks run again, with what comes after them where that is asked for", async () => {
    const { body } = await send("POST", url, {
      dag_run_id: runId,
      task_ids: ["dbt.build"],
      include_downstream: true,
      dry_run: false,
    });
    expect(idsOf(body)).toEqual(["dbt.build", "train"]);
    expect(await look()).toEqual({ ...BEFORE, run: "queued", "dbt.build": null, train: null });
  });

  test("of a whole run starts it anew", async () => {
    const dry = await send("POST", `/api/v2${runUrl()}/clear`, {});
    expect(idsOf(dry.body)).toEqual(["dbt.build", "extract", "load", "train"]);
    const { body } = await send("POST", `/api/v2${runUrl()}/clear`, { dry_run: false });
    expect(body).toMatchObject({ dag_run_id: runId, state: "queued" });
    expect(await look()).toMatchObject({ extract: null, train: null });
  });

  test("refuses fields it does not know, and tasks that are not there", async () => {
    const typo = await send("POST", url, { dryrun: false });
    expect(typo.status).toBe(422);
    expect(typo.body.detail).toMatchObject([{ loc: ["body"], type: "unrecognized_keys" }]);
    const unknown = await send("POST", url, { dag_run_id: runId, task_ids: ["nope"] });
    expect(unknown).toMatchObject({ status: 404, body: { code: "task.not_found" } });
  });

  test("of dbt nodes hands the selection to the next attempt", async () => {
    const { body } = await send("POST", `/ui${runUrl()}/taskInstances/dbt.build/rerunNodes`, {
      select: "int_delays+",
      dry_run: false,
    });
    expect(body.nodes.map((node: { name: string }) => node.name)).toEqual([
      "int_delays",
      "fct_delays",
    ]);
    expect(await look()).toMatchObject({ load: "success", "dbt.build": null, train: null });
    expect(await rerunOf("dbt.build")).toEqual({ select: "int_delays+" });
  });

  test("of failed dbt nodes shows which those are, and then asks for them", async () => {
    const address = `/ui${runUrl()}/taskInstances/dbt.build/rerunNodes`;
    const dry = await send("POST", address, { from_failure: true });
    expect(dry.body).toMatchObject({
      dry_run: true,
      nodes: [{ state: "error" }, { state: "skipped" }],
    });
    expect(await look()).toEqual(BEFORE);
    await send("POST", address, { from_failure: true, dry_run: false });
    expect(await rerunOf("dbt.build")).toEqual({ fromFailure: true });
  });

  async function rerunOf(taskId: string) {
    const task = await server.store.findTaskInstance({ dagId: "flights", runId, taskId });
    return server.store.findTaskState(task?.id ?? "", task?.chain ?? 0, "dbt_cloud.rerun");
  }
});

describe("marking", () => {
  const taskUrl = () => `/api/v2${runUrl()}/taskInstances/dbt.build`;

  test("lists only where it is asked to", async () => {
    const { status, body } = await send("PATCH", `${taskUrl()}/dry_run`, { new_state: "success" });
    expect(status).toBe(200);
    expect(idsOf(body)).toContain("dbt.build");
    expect(await look()).toEqual(BEFORE);
  });

  test("has the run go on from there, and is written down with who did it", async () => {
    const { status } = await send("PATCH", taskUrl(), { new_state: "success" });
    expect(status).toBe(200);
    expect(await look()).toMatchObject({ run: "queued", "dbt.build": "success", train: null });
    const { body } = await send("GET", "/api/v2/eventLogs?event=patch_task_instance&limit=1");
    expect(body.event_logs).toMatchObject([{ owner: "admin", run_id: runId }]);
  });

  test("takes a note with the state, without it, and by the mask", async () => {
    const both = await send("PATCH", taskUrl(), { new_state: "skipped", note: "known" });
    expect(both.body.task_instances).toMatchObject([{ state: "skipped", note: "known" }]);
    const alone = await send("PATCH", taskUrl(), { note: "ticket 12" });
    expect(alone.body.task_instances).toMatchObject([{ state: "skipped", note: "ticket 12" }]);
    const masked = await send("PATCH", `${taskUrl()}?update_mask=note`, {
      new_state: "failed",
      note: null,
    });
    expect(masked.body.task_instances).toMatchObject([{ state: "skipped", note: null }]);
    const { body } = await send("GET", "/api/v2/eventLogs?event=save_task_note&limit=1");
    expect(body.event_logs).toMatchObject([{ owner: "admin", task_id: "dbt.build" }]);
  });

  test("neither a mark nor a clear takes away what a person wrote", async () => {
    await send("PATCH", taskUrl(), { note: "ticket 12" });
    await send("PATCH", `/api/v2${runUrl()}`, { note: "ticket 13" });
    await send("PATCH", taskUrl(), { new_state: "success" });
    expect((await send("GET", taskUrl())).body).toMatchObject({
      state: "success",
      note: "ticket 12",
    });
    await send("POST", `/api/v2${runUrl()}/clear`, { dry_run: false });
    expect((await send("GET", taskUrl())).body).toMatchObject({ state: null, note: "ticket 12" });
    const run = await send("GET", `/api/v2${runUrl()}`);
    expect(run.body).toMatchObject({ state: "queued", note: "ticket 13" });
  });

  test("the home page says of a late run why it is held, not what a person wrote", async () => {
    await send("PATCH", taskUrl(), { note: "ticket 12" });
    await send("POST", `/api/v2${runUrl()}/clear`, { dry_run: false });
    const key = { dagId: "flights", runId, taskId: "dbt.build" };
    const held = await server.store.findTaskInstance(key);
    const reason = 'pool "p" is full';
    await server.store.saveHoldReasons([{ taskInstanceId: held?.id ?? "", reason }]);
    const { body } = await send("GET", "/ui/home");
    const late = { kind: "late_run", dag_run_id: runId, reason };
    expect(body.problems.items).toContainEqual(expect.objectContaining(late));
  });

  test("names what is missing where there is nothing to change", async () => {
    const { status, body } = await send("PATCH", taskUrl(), {});
    expect(status).toBe(400);
    expect(body.detail).toContain("expected new_state or note");
  });

  test("a run stops what it has not finished", async () => {
    await send("POST", `/api/v2${runUrl()}/clear`, { dry_run: false });
    const { body } = await send("PATCH", `/api/v2${runUrl()}`, { state: "failed", note: "no" });
    expect(body).toMatchObject({ state: "failed", note: "no" });
    expect(await look()).toMatchObject({ run: "failed", extract: "failed", train: "failed" });
  });

  test("a run's note keeps its state", async () => {
    const { body } = await send("PATCH", `/api/v2${runUrl()}`, { note: "seen" });
    expect(body).toMatchObject({ note: "seen", state: "failed" });
    expect(await look()).toEqual(BEFORE);
  });
});
