import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "@airloom/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findEnvironment } from "../project/environment-file.ts";
import { loadProject, type Project } from "../project/project.ts";
import { connect } from "./connect.ts";
import { startEnvironment } from "./start-environment.ts";
import { stopEnvironment } from "./stop-environment.ts";

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** `load` fails until somebody says which region it is for; `hang` ends only when it is stopped. */
const DAG = `import { Dag, getClient } from "airloom";
const dag = new Dag("repair", { schedule: null });
const extract = dag.task("extract", async () => 42);
const load = dag.task("load", async ({ rows }: { rows: number }) => ({
  rows,
  region: await getClient().getVariableOrThrow("region"),
}));
const report = dag.task("report", async () => "told");
report().after(load({ rows: extract() }));
const stuck = new Dag("stuck", { schedule: null });
const hang = stuck.task("hang", async () => new Promise<void>((wake) => setTimeout(wake, 600_000)));
const end = stuck.task("end", async () => "ended");
end().after(hang());
export { dag, stuck };
`;

let project: Project;
let api: ApiClient;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "airloom-rest-"));
  const config = { dagsArePausedAtCreation: false, databasePort: 0, browsersUseHttps: true };
  writeFileSync(join(dir, "airloom.config.json"), JSON.stringify(config));
  mkdirSync(join(dir, "dags"));
  writeFileSync(join(dir, "dags", "repair.ts"), DAG);
  project = loadProject(dir);
  await startEnvironment(
    project,
    {
      projectDir: dir,
      port: 0,
      dbtServicePort: 0,
      host: null,
      tlsCert: null,
      tlsKey: null,
      tls: false,
    },
    { timeoutMs: PATIENCE_MS, onProgress: () => undefined },
  );
  ({ api } = connect(dir));
});
afterAll(async () => {
  await stopEnvironment(project, { graceMs: 10_000 });
  rmSync(project.dir, { recursive: true, force: true });
});

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited too long for ${what}`);
    await sleep(POLL_MS);
  }
}

async function trigger(dagId: string) {
  const run = await api.triggerDagRun({ dag_id: dagId, body: {} });
  return { dag_id: dagId, dag_run_id: run.dag_run_id };
}

async function untilRunIs(key: Awaited<ReturnType<typeof trigger>>, state: string): Promise<void> {
  await until(async () => (await api.getDagRun(key)).state === state, `the run to be ${state}`);
}

// The first test of the file: nothing has waited since the start.
test("behind HTTPS the cookie of a session is sent over it alone, and browsers keep to it (ASVS 3.3, 3.4)", async () => {
  const { url } = findEnvironment(project) ?? { url: "" };
  const { headers } = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "admin" }),
  });
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-airloom_session=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/u),
  ]);
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
});

test("a started environment knows its Dags", async () => {
  const { dags } = await api.listDags();
  expect(dags.map((dag) => dag.dag_id)).toEqual(["repair", "stuck"]);
});

test("a failed run is explained, repaired and cleared, and goes on to its end", async () => {
  const run = await trigger("repair");
  await untilRunIs(run, "failed");
  const failed = await api.getTaskInstance({ ...run, task_id: "load" });
  expect(failed.failure?.message).toContain('Cannot find variable "region"');
  expect(await api.explainTaskInstance({ ...run, task_id: "report" })).toEqual({
    state: "upstream_failed",
    reasons: [{ code: "upstream_failed", message: 'upstream task "load" failed' }],
  });

  await api.createVariable({ body: { key: "region", value: "eu" } });
  const cleared = await api.clearTaskInstances({
    dag_id: "repair",
    body: { dag_run_id: run.dag_run_id, dry_run: false },
  });
  expect(cleared.task_instances.map(({ task_id: id }) => id).toSorted()).toEqual([
    "load",
    "report",
  ]);
  await untilRunIs(run, "success");
  expect(await api.getTaskInstance({ ...run, task_id: "extract" })).toMatchObject({
    try_number: 1,
  });
  const value = await api.getXCom({ ...run, task_id: "load", xcom_key: "return_value" });
  expect(value.value).toEqual({ rows: 42, region: "eu" });
});

test("a running task that is marked is stopped, and its run goes on", async () => {
  const run = await trigger("stuck");
  const key = { ...run, task_id: "hang" };
  await until(async () => (await api.getTaskInstance(key)).state === "running", "it to run");
  const marked = await api.patchTaskInstance({
    ...key,
    body: { new_state: "success", note: "it never ends" },
  });
  expect(marked.task_instances).toMatchObject([
    { task_id: "hang", state: "success", note: "it never ends" },
  ]);
  await untilRunIs(run, "success");
});

test("a connection is tried by its own kind, in a process apart", async () => {
  const refused = await api.testConnection({
    body: {
      connection_id: "dbt",
      conn_type: "dbt_cloud",
      host: "http://127.0.0.1:9",
      login: "1",
      password: "canary-4711",
    },
  });
  expect(refused.status).toBe(false);
  expect(JSON.stringify(refused)).not.toContain("canary-4711");
  const unknown = await api.testConnection({
    body: { connection_id: "x", conn_type: "carrier_pigeon" },
  });
  expect(unknown).toMatchObject({
    status: false,
    message: expect.stringContaining('connections of kind "carrier_pigeon"'),
  });
});
