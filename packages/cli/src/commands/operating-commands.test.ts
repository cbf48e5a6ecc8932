import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../environment/connect.ts";
import { startEnvironment } from "../environment/start-environment.ts";
import { stopEnvironment } from "../environment/stop-environment.ts";
import { loadProject, type Project } from "../project/project.ts";

const AIRLOOM = fileURLToPath(new URL("../../bin/airloom.js", import.meta.url));
const DAG = `import { Dag } from "airloom";
const dag = new Dag("orders", { schedule: "@daily", startDate: new Date("2026-01-01T00:00:00Z") });
const extract = dag.task("extract", async () => 1);
const load = dag.task("load", async ({ rows }: { rows: number }) => rows);
load({ rows: extract() });
export default dag;
`;
/** Two Dags whose tasks ask for one connection in each of the ways there are. */
const ASKING = `import { Dag, defineOperator, getClient, runDbtCloudJob } from "airloom";
const show = defineOperator({
  name: "show",
  fields: { text: "{{ conn.wh.host }}", other: "{{ conn.get('wh', 'nothing') }}" },
  execute: async (_context, { fields }) => fields.text,
});
function askFor(id: string, tags: string[]): Dag {
  const dag = new Dag(id, { schedule: null, tags, isPausedUponCreation: false });
  dag.task("code", async () => (await getClient().getConnection("wh"))?.host ?? "none")();
  dag.task("template", show)();
  return dag;
}
export const sales = askFor("sales_daily", ["finance"]);
export const hr = askFor("hr_daily", ["people"]);
hr.task("dbt", runDbtCloudJob({ connectionId: "wh", accountId: "1", jobId: "1" }))();
`;

let project: Project;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "airloom-operating-"));
  writeFileSync(join(dir, "airloom.config.json"), '{"databasePort": 0}');
  mkdirSync(join(dir, "dags"));
  writeFileSync(join(dir, "dags/orders.ts"), DAG);
  writeFileSync(join(dir, "dags/asking.ts"), ASKING);
  project = loadProject(dir);
  const request = {
    projectDir: dir,
    port: 0,
    dbtServicePort: 0,
    host: null,
    tlsCert: null,
    tlsKey: null,
    tls: false,
  };
  await startEnvironment(project, request, { timeoutMs: 60_000, onProgress: () => undefined });
});
afterAll(async () => {
  await stopEnvironment(project, { graceMs: 10_000 });
  rmSync(project.dir, { recursive: true, force: true });
});

function airloom(args: readonly string[], input = "") {
  const { FORCE_COLOR: _, ...env } = process.env;
  const result = spawnSync(process.execPath, [AIRLOOM, ...args], {
    cwd: project.dir,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
    input,
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

function json(args: readonly string[]): unknown {
  const { stdout, stderr, status } = airloom(args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout);
}

test("a mis-wired Dag is shown with its type errors where it runs, until it is mended (U16)", async () => {
  const { api } = connect(project.dir);
  const file = join(project.dir, "dags/wired.ts");
  const wired = DAG.replace('"orders"', '"wired"');
  const untilCountIs = async (count: number): Promise<void> => {
    const end = performance.now() + 50_000;
    for (;;) {
      const { dags } = await api.listUiDags({});
      const found = dags.find(({ dag_id: id }) => id === "wired");
      if (found?.type_error_count === count) return;
      if (performance.now() > end) throw new Error(`There are never ${count} type errors`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
  };
  writeFileSync(file, wired.replace("async () => 1)", 'async () => "one")'));
  await untilCountIs(1);
  const { dag } = await api.getUiGrid({ dag_id: "wired" });
  expect(dag.type_errors).toMatchObject([
    {
      file: "dags/wired.ts",
      line: 5,
      code: "TS2322",
      code_frame: expect.stringContaining("> 5 | load"),
    },
  ]);
  writeFileSync(file, wired);
  await untilCountIs(0);
});

describe("a connection for some Dags (S3)", () => {
  const run = async (dag: string) => {
    const { api } = connect(project.dir);
    const { dag_run_id: id } = await api.triggerDagRun({
      dag_id: dag,
      body: { logical_date: null },
    });
    const end = performance.now() + 50_000;
    for (;;) {
      const { state } = await api.getDagRun({ dag_id: dag, dag_run_id: id });
      if (state === "success" || state === "failed") break;
      if (performance.now() > end) throw new Error(`The run of ${dag} never ends`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
    const key = { dag_id: dag, dag_run_id: id };
    const { task_instances: found } = await api.listTaskInstances(key);
    const told = found.map(async ({ task_id, state, try_number }) => {
      const { content } = await api.getLog({ ...key, task_id, try_number });
      return [task_id, [state, content.map(({ event }) => event).join("\n")]] as const;
    });
    return Object.fromEntries(await Promise.all(told));
  };

  test("is used by those in its scope alone: in code, in templates and by a dbt operator", async () => {
    const { api } = connect(project.dir);
    const change = (dags: string[] | null) =>
      api.patchConnection({ connection_id: "wh", body: { dags } });
    await api.createConnection({
      body: {
        connection_id: "wh",
        conn_type: "http",
        host: "wh.internal",
        password: "canary-scoped",
        dags: ["sales_*"],
      },
    });
    expect(await run("sales_daily")).toMatchObject({
      code: ["success", expect.anything()],
      template: ["success", expect.anything()],
    });
    const refused = [
      "failed",
      expect.stringMatching(
        /Cannot use connection "wh" in Dag "hr_daily": its scope names other Dags only\. An admin can/u,
      ),
    ];
    const outside = await run("hr_daily");
    expect(outside).toEqual({ code: refused, template: refused, dbt: refused });
    expect(JSON.stringify(outside)).not.toMatch(/canary-scoped|sales_|wh\.internal/u);
    await change(["tag:people"]);
    expect(await run("sales_daily")).toMatchObject({ code: ["failed", expect.anything()] });
    await change(null);
    expect(await run("sales_daily")).toMatchObject({ code: ["success", expect.anything()] });
  });
});

describe("operating from the command line (U25)", () => {
  test("a pool is made, changed, listed and deleted", () => {
    expect(json(["pools", "set", "w", "4", "--description", "few", "--json"])).toMatchObject({
      slots: 4,
    });
    expect(json(["pools", "set", "w", "unlimited", "--json"])).toMatchObject({
      slots: -1,
      description: "few",
    });
    expect(airloom(["pools", "list"]).stdout).toMatch(/^w +unlimited +unlimited/mu);
    expect(airloom(["pools", "delete", "w"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Pass --yes to go ahead without the question"),
    });
    expect(airloom(["pools", "delete", "w", "--yes"]).status).toBe(0);
    expect(airloom(["pools", "delete", "w", "--yes"]).status).toBe(3);
  });

  test("a task that waits is explained, marked, and its Dag deleted", () => {
    json(["dags", "trigger", "orders", "-r", "r1", "--json"]);
    expect(json(["dags", "details", "orders", "--json"])).toMatchObject({ timezone: "UTC" });
    expect(airloom(["dags", "why", "orders"]).stdout).toMatch(
      /It is paused.*[\s\S]*dags unpause orders/u,
    );
    expect(json(["dags", "why", "orders", "r1", "--json"])).toMatchObject({
      tasks: [{ task_id: "extract" }, { task_id: "load" }],
    });
    expect(airloom(["tasks", "why", "orders", "r1", "load"]).stdout).toContain(
      "it waits for extract",
    );
    const mark = ["tasks", "mark", "orders", "extract", "-r", "r1", "--downstream", "-s"];
    expect(airloom([...mark, "success"])).toMatchObject({ status: 2 });
    expect(airloom([...mark, "bogus"])).toMatchObject({ status: 2 });
    expect(json([...mark, "success", "--yes", "--json"])).toMatchObject([
      { task_id: "extract", state: "success" },
      { task_id: "load", state: "success" },
    ]);
    expect(json([...mark, "success", "--yes", "--json"])).toEqual([]);
    expect(airloom(["tasks", "why", "orders", "r1", "nope"]).status).toBe(3);
    expect(airloom(["dags", "delete", "orders"]).status).toBe(2);
    expect(airloom(["dags", "delete", "nope", "--yes"]).status).toBe(3);
  });

  test("connections are exported without secrets unless they are asked for, and the log says so", () => {
    airloom(
      [
        "connections",
        "add",
        "wh",
        "--conn-type",
        "postgres",
        "--host",
        "h",
        "--password-stdin",
        "--extra",
        '{"api_token":"canary2","ssl":"on"}',
      ],
      "canary1",
    );
    const plain = airloom(["connections", "export"]).stdout;
    expect(plain).not.toContain("canary");
    expect(JSON.parse(plain)).toMatchObject({ wh: { password: null, extra: '{"ssl":"on"}' } });
    const file = join(project.dir, "all.env");
    writeFileSync(file, "", { mode: 0o644 });
    expect(airloom(["connections", "export", file, "--with-secrets"]).status).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(json(["api", "call", "listEventLogs", "-f", "event=export_connections"])).toMatchObject({
      total_entries: 1,
    });
    expect(json(["connections", "import", file, "--json"])).toEqual({
      added: [],
      changed: [],
      kept: ["wh"],
    });
    airloom(["connections", "delete", "wh", "--yes"]);
    expect(json(["connections", "import", file, "--json"])).toMatchObject({ added: ["wh"] });
    const again = airloom(["connections", "export", "--format", "env", "--with-secrets"]).stdout;
    expect(again).toContain("canary1");
    expect(again).toContain("canary2");
  });

  test("what is exported keeps its Dags when it is imported, and a file that says nothing of them changes none (S3)", async () => {
    const add = ["connections", "add", "scoped"];
    expect(airloom([...add, "--dags", "a"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("needs --conn-type"),
    });
    expect(airloom([...add, "--conn-type", "http", "--dags", "sales_*,tag:x"]).status).toBe(0);
    const { api } = connect(project.dir);
    const scopeOf = async () => (await api.getConnection({ connection_id: "scoped" })).dags;
    const file = join(project.dir, "scopes.env");
    airloom(["connections", "export", file]);
    await api.deleteConnection({ connection_id: "scoped" });
    expect(json(["connections", "import", file, "--json"])).toMatchObject({ added: ["scoped"] });
    expect(await scopeOf()).toEqual(["sales_*", "tag:x"]);
    const plain = join(project.dir, "plain.json");
    writeFileSync(plain, '{"scoped": {"conn_type": "http", "host": "h"}}');
    airloom(["connections", "import", plain, "--overwrite", "--yes"]);
    expect(await scopeOf()).toEqual(["sales_*", "tag:x"]);
    writeFileSync(plain, '{"scoped": {"conn_type": "http", "dag": ["sales_*"]}}');
    expect(airloom(["connections", "import", plain, "--overwrite", "--yes"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('its field "dag" is none of'),
    });
    expect(airloom(["connections", "list"]).stdout).toMatch(/^scoped .* sales_\*, tag:x +/mu);
    expect(airloom([...add, "--dags", "*"]).status).toBe(0);
    expect(airloom(["connections", "get", "scoped"]).stdout).toMatch(/^Dags +every Dag$/mu);
  });

  test("any operation of the API can be called by name", () => {
    expect(json(["api", "call", "createPool", "-f", "name=z", "-f", "slots=3"])).toMatchObject({
      slots: 3,
    });
    expect(json(["api", "call", "getPool", "-f", "pool_name=z"])).toMatchObject({ slots: 3 });
    expect(airloom(["api", "call", "getPool", "-f", "pool_name=nope"]).status).toBe(3);
    expect(airloom(["api", "call", "deletePool", "-f", "pool_name=z"])).toMatchObject({
      status: 0,
      stdout: "",
    });
  });
});
