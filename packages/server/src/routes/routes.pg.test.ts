import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/open-test-server.ts";
import { CANARIES, NOW, RUN_ID } from "../../testing/seed.ts";
import { buildApp } from "../build-app.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";

async function send(method: Method, url: string, payload?: object, accept = "application/json") {
  const answer = await server.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${server.tokens.admin}`, accept },
    ...(payload === undefined ? {} : { payload }),
  });
  return {
    status: answer.statusCode,
    text: answer.body,
    body: answer.body.startsWith("{") && accept.includes("/json") ? answer.json() : {},
  };
}

const RUN = `/dags/flights/dagRuns/${encodeURIComponent(RUN_ID)}`;
const API = "/api/v2";

describe("lists of Dags", () => {
  test.each([
    ["", ["flights", "weather"]],
    ["?limit=1", ["flights"]],
    ["?limit=1&offset=1", ["weather"]],
    ["?limit=0", []],
    ["?order_by=-dag_id", ["weather", "flights"]],
    ["?tags=ingest", ["weather"]],
    ["?tags=elt&tags=ingest", ["flights", "weather"]],
    ["?tags=elt&tags=ingest&tags_match_mode=all", []],
    ["?owners=ingestion", ["weather"]],
    ["?dag_id_pattern=fl%25ts", ["flights"]],
    ["?dag_id_pattern=ather|ights", ["flights", "weather"]],
    ["?last_dag_run_state=failed", ["flights"]],
    ["?paused=true", []],
    ["?order_by=-dag_display_name&limit=1", ["weather"]],
  ])("%s", async (query, expected) => {
    const { body } = await send("GET", `${API}/dags${query}`);
    expect(body.dags.map((dag: { dag_id: string }) => dag.dag_id)).toEqual(expected);
  });

  test("refuse an order nobody knows, in Airflow's status", async () => {
    const { status, body } = await send("GET", `${API}/dags?order_by=password`);
    expect(status).toBe(400);
    expect(body.detail).toContain('Cannot order by "password"');
  });

  test("refuse a filter they do not have, rather than pass over it", async () => {
    const { status, body } = await send("GET", `${API}/dags?bundle_name=x`);
    expect(status).toBe(422);
    expect(body.detail[0].msg).toContain("bundle_name");
  });

  test("count all, whatever the page holds", async () => {
    const { body } = await send("GET", `${API}/dags?limit=1&tags=elt&tags=ingest`);
    expect(body).toMatchObject({ total_entries: 2 });
  });
});

describe("lists of runs", () => {
  test.each([
    ["state=failed", 1],
    ["state=success", 0],
    ["run_type=scheduled", 1],
    ["run_after_gte=2026-11-22T07:00:00Z", 1],
    ["run_after_gt=2026-11-22T07:00:00Z", 0],
    ["run_after_lte=2026-11-22T07:00:00", 1],
    ["logical_date_lt=2026-11-22T07:00:00%2B00:00", 0],
    ["end_date_gte=2026-11-22T07:06:31Z", 1],
    ["duration_gt=391", 0],
    ["duration_gte=391", 1],
    ["run_id_pattern=scheduled%25", 1],
  ])("take %s", async (query, total) => {
    const { status, body } = await send("GET", `${API}/dags/flights/dagRuns?${query}`);
    expect(status).toBe(200);
    expect(body.total_entries).toBe(total);
  });

  test("take a filter in the body", async () => {
    const filter = { dag_ids: ["flights"], states: ["failed"], page_limit: 5 };
    const { body } = await send("POST", `${API}/dags/~/dagRuns/list`, filter);
    expect(body).toMatchObject({ total_entries: 1, dag_runs: [{ dag_run_id: RUN_ID }] });
  });

  test("name the Dag that is not there", async () => {
    const { status, body } = await send("GET", `${API}/dags/nope/dagRuns`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: "dag.not_found" });
  });
});

describe("starting a run", () => {
  test("hands on who asked and how", async () => {
    const { status, body } = await send("POST", `${API}/dags/weather/dagRuns`, {
      dag_run_id: "mine",
      conf: { day: 1 },
      note: "why",
      logical_date: null,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dag_run_id: "mine",
      conf: { day: 1 },
      note: "why",
      run_type: "manual",
      triggered_by: "rest_api",
      triggering_user_name: "admin",
      logical_date: null,
    });
  });

  test("a second time under the same id is a conflict", async () => {
    const { status, body } = await send("POST", `${API}/dags/weather/dagRuns`, {
      dag_run_id: "mine",
    });
    expect(status).toBe(409);
    expect(body.code).toBe("run.conflict");
  });

  test.each(["a/b", "..", " a", "x".repeat(251), "a\u0000b"])("refuses the id %j", async (id) => {
    const { status } = await send("POST", `${API}/dags/weather/dagRuns`, { dag_run_id: id });
    expect([400, 422]).toContain(status);
  });
});

describe("attempts", () => {
  test("show rendered fields and the failure", async () => {
    const extract = await send("GET", `${API}${RUN}/taskInstances/extract`);
    expect(extract.body.rendered_fields).toEqual({ bash_command: "echo 2026-11-22" });
    const dbt = await send("GET", `${API}${RUN}/taskInstances/dbt.build`);
    expect(dbt.body).toMatchObject({ state: "failed", failure: { place: "dags/flights.ts:12:3" } });
  });

  test("answer only links a browser may follow", async () => {
    const { body } = await send("GET", `${API}${RUN}/taskInstances/dbt.build/links`);
    expect(body.extra_links).toEqual({
      "Monitor Job Run": "https://cloud.getdbt.com/run/1",
      Bad: null,
    });
  });

  test("read a log on from its token", async () => {
    const first = await send("GET", `${API}${RUN}/taskInstances/extract/logs/1?limit=2`);
    expect(first.body.content.map((line: { event: string }) => line.event)).toEqual(["one", "two"]);
    const token = first.body.continuation_token;
    const rest = await send("GET", `${API}${RUN}/taskInstances/extract/logs/1?token=${token}`);
    expect(rest.body).toMatchObject({ content: [{ event: "three" }], continuation_token: null });
  });

  test("answer a log as lines of JSON", async () => {
    const url = `${API}${RUN}/taskInstances/extract/logs/1`;
    const { text } = await send("GET", url, undefined, "application/x-ndjson");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).event),
    ).toEqual(["one", "two", "three"]);
  });

  test("look at a log from its end, search it, and say what is true of all of it (U3)", async () => {
    const url = `/ui/dags/flights/dagRuns/${RUN_ID}/taskInstances/extract/logs/1`;
    const end = await send("GET", `${url}?limit=1`);
    expect(end.body).toMatchObject({
      total_lines: 3,
      matching_lines: 3,
      levels: { debug: 0, info: 2, warning: 1, error: 0 },
      first_error: null,
      first_row: 2,
      lines: [{ number: 3, event: "three", level: "info", logger: "task" }],
    });
    const found = await send("GET", `${url}?search=T&level=warning&row=0`);
    expect(found.body).toMatchObject({
      total_lines: 3,
      matching_lines: 1,
      levels: { debug: 0, info: 1, warning: 1, error: 0 },
      lines: [{ number: 2, event: "two" }],
    });
    const line = await send("GET", `${url}?line=2&limit=1`);
    expect(line.body).toMatchObject({ target: { line: 2, row: 1 }, lines: [{ number: 2 }] });
    const error = await send("GET", `${url}?error=next&line=2`);
    expect(error.body).toMatchObject({ target: null });
    expect((await send("GET", `${url}?level=loud`)).status).toBe(422);
  });

  test("give a log as text, or what was searched for in it (U3)", async () => {
    const url = `/ui/dags/flights/dagRuns/${RUN_ID}/taskInstances/extract/logs/1/text`;
    const { text } = await send("GET", `${url}?level=warning`);
    expect(text).toBe(`${NOW.toISOString()} WARNING two\n`);
    expect((await send("GET", url)).text.split("\n")).toHaveLength(4);
    expect((await send("GET", `${url}?search=nothing`)).text).toBe("");
    const gone = url.replace("/logs/1/", "/logs/2/");
    expect((await send("GET", gone)).status).toBe(404);
  });

  test("name the try that was never made", async () => {
    const { status, body } = await send("GET", `${API}${RUN}/taskInstances/extract/logs/2`);
    expect(status).toBe(404);
    expect(body.detail).toBe('Cannot find try 2 of task "extract": the last one is 1');
  });

  test("name the task that is not there", async () => {
    const { status, body } = await send("GET", `${API}${RUN}/taskInstances/nope`);
    expect(status).toBe(404);
    expect(body.detail).toBe(`Cannot find task "nope" in run "${RUN_ID}" of Dag "flights"`);
  });
});

test("an XCom and a link show a viewer no secret that the platform knows (S10)", async () => {
  const place = { dagId: "flights", runId: RUN_ID, taskId: "extract", mapIndex: -1 };
  const url = `https://me:${CANARIES.password}@host.example/`;
  await server.store.saveXCom({ ...place, key: "leak", value: { url, n: 1 } }, new Date());
  const path = `${API}/dags/flights/dagRuns/${encodeURIComponent(RUN_ID)}/taskInstances/extract/xcomEntries/leak`;
  const { status, text, body } = await send("GET", path);
  expect(status).toBe(200);
  expect(body.value).toMatchObject({ n: 1 });
  expect(text).not.toContain(CANARIES.password);
  expect((await server.store.findXCom({ ...place, key: "leak" }))?.value).toMatchObject({ url });
});

test("an XCom and a link show what was kept to be shown of them, and no secret that maskSecret() named (S10)", async () => {
  const place = { dagId: "flights", runId: RUN_ID, taskId: "dbt.build", mapIndex: -1 };
  const before = await server.store.findXCom({ ...place, key: "bad_url" });
  const entry = {
    ...place,
    key: "bad_url",
    value: "https://host.example/?k=named-by-the-task",
    shown: "https://host.example/?k=***",
  };
  await server.store.saveXCom(entry, new Date());
  const path = `${API}/dags/flights/dagRuns/${encodeURIComponent(RUN_ID)}/taskInstances/dbt.build`;
  expect((await send("GET", `${path}/xcomEntries/bad_url`)).body.value).toBe(entry.shown);
  const raw = await send("GET", `${path}/xcomEntries/bad_url?stringify=true`);
  expect(raw.body.value).toBe(JSON.stringify(entry.shown));
  expect((await send("GET", `${path}/links`)).body.extra_links["Bad"]).toBe(entry.shown);
  if (before !== undefined) await server.store.saveXCom(before, before.at);
});

describe("connections", () => {
  const conn = `${API}/connections/dbt_cloud_default`;

  test("keep the secret that an edit leaves out or sends back masked", async () => {
    const read = await send("GET", conn);
    expect(read.body).toMatchObject({ password: null, has_password: true });
    const edited = await send("PATCH", conn, { description: "prod", extra: read.body.extra });
    expect(edited.body.description).toBe("prod");
    const kept = await server.store.findConnection("dbt_cloud_default");
    expect(kept?.password).toBe(CANARIES.password);
    expect(kept?.extra).toContain(CANARIES.extra);
  });

  test("change only what the mask names", async () => {
    await send("PATCH", `${conn}?update_mask=login`, { login: "1", description: "not this" });
    expect((await send("GET", conn)).body).toMatchObject({ login: "1", description: "prod" });
  });

  test("are tested with the saved secret against the saved host only", async () => {
    const body = { connection_id: "dbt_cloud_default", conn_type: "dbt_cloud" };
    await send("POST", `${API}/connections/test`, { ...body, host: "cloud.getdbt.com" });
    await send("POST", `${API}/connections/test`, { ...body, host: "evil.example" });
    expect(server.tested).toMatchObject([
      { host: "cloud.getdbt.com", password: CANARIES.password },
      { host: "evil.example", password: null },
    ]);
    expect(JSON.stringify(server.tested[1])).not.toContain(CANARIES.extra);
    const { body: answer } = await send("POST", `${API}/connections/test`, { ...body, port: 1 });
    expect(answer.message).toContain("without the saved password");
  });

  test("lose their secrets when an edit moves them to another host, and say so (S7)", async () => {
    const connection = {
      connection_id: "mover",
      conn_type: "http",
      host: "a.example",
      password: "canary-moved",
    };
    await send("POST", `${API}/connections`, {
      ...connection,
      extra: '{"api_token":"canary-token"}',
    });
    const kept = await send("PATCH", `${API}/connections/mover`, { login: "me" });
    expect(kept.body).toMatchObject({ has_password: true, cleared_secrets: [] });
    const moved = await send("PATCH", `${API}/connections/mover`, { host: "evil.example" });
    expect(moved.body).toMatchObject({
      has_password: false,
      cleared_secrets: ["password", "extra.api_token"],
    });
    expect(JSON.stringify(await server.store.findConnection("mover"))).not.toContain("canary");
    await send("DELETE", `${API}/connections/mover`);
  });

  test("never quote an extra that cannot be read", async () => {
    const { status, text } = await send("POST", `${API}/connections`, {
      connection_id: "x",
      conn_type: "http",
      extra: '{"token": "canary-bad-extra"',
    });
    expect(status).toBe(400);
    expect(text).not.toContain("canary-bad-extra");
  });

  test("are for every Dag, or for those an admin names; editors read that and cannot change it (S3)", async () => {
    const scoped = `${API}/connections/scoped`;
    const made = await send("POST", `${API}/connections`, {
      connection_id: "scoped",
      conn_type: "http",
      password: "p",
      dags: ["tag:finance", "sales_*"],
    });
    expect(made.body).toMatchObject({ dags: ["sales_*", "tag:finance"] });
    expect((await send("PATCH", scoped, { description: "d" })).body.dags).toHaveLength(2);
    for (const role of ["viewer", "editor"] as const) {
      for (const dags of [null, ["other"]]) {
        const answer = await server.app.inject({
          method: "PATCH",
          url: scoped,
          headers: { authorization: `Bearer ${server.tokens[role]}` },
          payload: { dags },
        });
        expect([role, answer.statusCode]).toEqual([role, 403]);
      }
    }
    expect((await send("GET", scoped)).body.dags).toEqual(["sales_*", "tag:finance"]);
    for (const dags of [[], "sales_*", [1], [""], { a: 1 }]) {
      expect((await send("PATCH", scoped, { dags })).status).toBe(422);
    }
    expect((await send("PATCH", scoped, { dags: ["a b"] })).status).toBe(400);
    expect((await send("PATCH", scoped, { dag: ["a"] })).status).toBe(422);
    expect((await send("PATCH", `${scoped}?update_mask=login`, { dags: null })).body.dags).toEqual([
      "sales_*",
      "tag:finance",
    ]);
    const test = { connection_id: "scoped", conn_type: "http", dags: ["nobody"] };
    expect((await send("POST", `${API}/connections/test`, test)).status).toBe(200);
    expect(server.tested.at(-1)).toMatchObject({ password: "p" });
    expect(server.tested.at(-1)).not.toHaveProperty("dags");
    expect((await send("PATCH", scoped, { dags: null })).body).toMatchObject({
      dags: null,
      has_password: true,
      cleared_secrets: [],
    });
    await send("DELETE", scoped);
    const { body } = await send("GET", `${API}/eventLogs?event_pattern=_connection&limit=100`);
    const told = (body.event_logs as readonly { event: string; extra: string }[])
      .map(({ event, extra }) => [event, JSON.parse(extra)] as const)
      .filter(([, { target }]) => target === "scoped")
      .map(([event, { dags }]) => [event, dags]);
    expect(told).toContainEqual(["create_connection", ["tag:finance", "sales_*"]]);
    expect(told).toContainEqual(["patch_connection", ["*"]]);
  });

  test("come and go", async () => {
    const body = { connection_id: "new", conn_type: "http", password: "p" };
    expect((await send("POST", `${API}/connections`, body)).status).toBe(201);
    expect((await send("POST", `${API}/connections`, body)).status).toBe(409);
    expect((await send("DELETE", `${API}/connections/new`)).status).toBe(204);
    expect((await send("GET", `${API}/connections/new`)).status).toBe(404);
  });
});

describe("variables", () => {
  test("with a secret-looking name are secrets", async () => {
    const { body } = await send("POST", `${API}/variables`, {
      key: "db_password",
      value: "s3cret",
    });
    expect(body).toMatchObject({ value: "***", is_secret: true });
  });

  test("that are secret keep their value when sent back masked, and never turn readable with it", async () => {
    await send("PATCH", `${API}/variables/db_password`, { value: "***", description: "d" });
    expect((await server.store.findVariable("db_password"))?.value).toBe("s3cret");
    const { status, text } = await send("PATCH", `${API}/variables/db_password`, {
      is_secret: false,
    });
    expect(status).toBe(400);
    expect(text).not.toContain("s3cret");
  });

  test("hold JSON as text", async () => {
    const { body } = await send("POST", `${API}/variables`, { key: "sizes", value: { small: 1 } });
    expect(body.value).toBe('{"small":1}');
  });
});

describe("pools", () => {
  test("change by the mask and keep the rest", async () => {
    const url = `${API}/pools/maintenance?update_mask=slots`;
    const { body } = await send("PATCH", url, { slots: 5, description: "not this" });
    expect(body).toMatchObject({ slots: 5, description: null, open_slots: 5 });
  });

  test("refuse to lose the default", async () => {
    expect((await send("DELETE", `${API}/pools/default_pool`)).status).toBe(400);
  });
});

describe("pages", () => {
  test("the Dag page holds history, graph and dbt nodes", async () => {
    const { body } = await send("GET", "/ui/dags/flights/grid");
    expect(body.runs).toMatchObject([{ dag_run_id: RUN_ID, state: "failed", duration: 391 }]);
    expect(
      body.rows.map(
        (row: { row_id: string; depth: number; cells: ({ state: string } | null)[] }) => [
          row.row_id,
          row.depth,
          row.cells[0]?.state,
        ],
      ),
    ).toEqual([
      ["task:extract", 0, "success"],
      ["task:load", 0, "success"],
      ["group:dbt", 0, "failed"],
      ["task:dbt.build", 1, "failed"],
      ["node:dbt.build:model.flights.stg_flights", 2, "success"],
      ["node:dbt.build:model.flights.int_delays", 2, "error"],
      ["node:dbt.build:model.flights.fct_delays", 2, "skipped"],
      ["task:train", 0, "upstream_failed"],
    ]);
    expect(body.graph.edges).toContainEqual({
      source: "task:extract",
      target: "task:load",
      label: "Flight[]",
    });
    expect(body.dbt).toMatchObject([{ task_id: "dbt.build", edges: [{}, {}] }]);
  });

  test("the Dag page pages into the past", async () => {
    const url = "/ui/dags/flights/grid?before=2026-11-22T07:00:00Z";
    expect((await send("GET", url)).body.runs).toEqual([]);
  });

  test("the Dags page shows runs and node health, and counts its segments", async () => {
    const { body } = await send("GET", "/ui/dags?segment=failing");
    expect(body).toMatchObject({
      dags: [
        {
          dag_id: "flights",
          runs: [{ state: "failed" }],
          dbt_nodes: { success: 1, error: 1, skipped: 1 },
        },
      ],
      total_entries: 1,
      segments: { all: 2, failing: 1, paused: 0 },
      all_tags: ["dbt", "elt", "ingest"],
    });
    expect((await send("GET", "/ui/dags?exclude_tags=elt")).body.total_entries).toBe(1);
  });

  test("the home page names each problem once, with its fix", async () => {
    const { body } = await send("GET", "/ui/home");
    expect(body.totals).toMatchObject({ failed: 1 });
    expect(body.runs_per_hour).toHaveLength(24);
    expect(body.problems.total).toBe(2);
    expect(body.problems.items).toMatchObject([
      {
        kind: "failure",
        dag_id: "flights",
        node: { name: "int_delays" },
        message: "column x does not exist",
        place: "models/int_delays.sql:14",
        action: "rerun_failed_nodes",
      },
      { kind: "import_error", filename: "broken.ts", line: 41, action: "open_file" },
    ]);
  });

  test("a file that cannot be read is shown as it was read", async () => {
    const { body: home } = await send("GET", "/ui/home");
    const { import_error_id: id } = home.problems.items[1];
    const { body } = await send("GET", `/ui/importErrors/${id}/file`);
    expect(body).toMatchObject({ filename: "broken.ts", content: "load({ minRows: '1000' })" });
    const gone = await send("GET", "/ui/importErrors/999/file");
    expect([gone.status, gone.body.detail]).toEqual([
      404,
      "Cannot find import error 999: its file may have been mended",
    ]);
  });

  test("before signing in tell only what the sign-in page shows", async () => {
    const answer = await server.app.inject({ url: "/ui/config" });
    expect(answer.json()).toEqual({
      version: "0.0.0-test",
      project: "flights",
      environment: "local",
      timezone: "UTC",
      command: "airloom",
      default_credentials_hint: null,
      dbt_service_url: null,
      user: null,
      notices: [],
    });
  });

  test.each([
    ["npx airloom", "npx airloom"],
    ["node /opt/airloom/bin/airloom.js", "airloom"],
  ])("name the command %j, to strangers %j", async (command, toStrangers) => {
    const behind = await buildApp({ ...server.options, command });
    const headers = { authorization: `Bearer ${server.tokens.viewer}` };
    const known = await behind.inject({ url: "/ui/config", headers });
    const stranger = await behind.inject({ url: "/ui/config" });
    await behind.close();
    expect([known.json().command, stranger.json().command]).toEqual([command, toStrangers]);
  });

  test("tell why a task has not run", async () => {
    const { body } = await send("GET", `/ui${RUN}/taskInstances/train/explain`);
    const message = 'upstream task "dbt.build" failed';
    expect(body).toEqual({
      state: "upstream_failed",
      reasons: [{ code: "upstream_failed", message }],
    });
    const airflow = await send("GET", `${API}${RUN}/taskInstances/train/dependencies`);
    expect(airflow.body.dependencies).toEqual([{ name: "upstream_failed", reason: message }]);
  });
});

test("what the server changes by itself leaves a row that names who, what and from where", async () => {
  await send("PATCH", `${API}/pools/maintenance`, { slots: 3 });
  const { body } = await send("GET", `${API}/eventLogs?event=patch_pool&limit=1&order_by=-when`);
  expect(body.event_logs).toMatchObject([{ event: "patch_pool", owner: "admin" }]);
  expect(body.event_logs[0].extra).toContain('"target":"maintenance"');
});

test.each([
  ["connections", { connection_id: "audited", conn_type: "http", password: "hidden-1" }],
  ["variables", { key: "audited", value: "hidden-2" }],
  ["pools", { name: "audited", slots: 1 }],
])(
  "the row of a new one of %s names it, and tells nothing else of what was sent",
  async (resource, body) => {
    await send("POST", `${API}/${resource}`, body);
    const { body: answer } = await send("GET", `${API}/eventLogs?limit=1&order_by=-when`);
    const [row] = answer.event_logs;
    expect(row.event).toMatch(/^create_/u);
    expect(JSON.parse(row.extra)).toMatchObject({ target: "audited" });
    expect(row.extra).not.toContain("hidden");
  },
);

test("a Dag with a finished run can be deleted, one with an active run cannot", async () => {
  expect((await send("DELETE", `${API}/dags/weather`)).status).toBe(409);
  expect((await send("DELETE", `${API}/dags/weather/dagRuns/mine`)).status).toBe(409);
});
