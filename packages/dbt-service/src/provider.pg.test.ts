import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  dbtCloudJobRunSensor,
  getDbtCloudJobRunArtifact,
  listDbtCloudJobRuns,
  listDbtCloudJobs,
  runDbtCloudJob,
  testDbtCloudConnection,
} from "@airloom/dbt-cloud";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fault, type FaultProxy, openFaultProxy } from "./fixtures/open-fault-proxy.ts";
import { type FaultyService, openFaultyService } from "./fixtures/open-faulty-service.ts";
import { openTask, type TestTask } from "./fixtures/open-task.ts";
import type { HasId, TestService } from "./fixtures/open-test-service.ts";

const V2 = "/api/v2/accounts/16173";
const RUN = `POST ${V2}/jobs/65767/run/`;
const NODES = [
  { name: "raw_orders", type: "seed" },
  { name: "orders", type: "model" },
  { name: "not_null_orders_id", type: "test" },
];

let service: TestService;
let proxy: FaultProxy;
let listRuns: FaultyService["listRuns"];
let task: TestTask;
beforeAll(async () => {
  const opened = await openFaultyService();
  ({ service, proxy, listRuns } = opened);
  return opened.close;
});
beforeEach(async () => {
  proxy.plan(() => undefined);
  task = openTask(proxy.url, service.token);
  await service.script({ nodes: NODES });
});

async function countNew(work: () => Promise<unknown>): Promise<number> {
  const before = (await listRuns())[0]?.id ?? 0;
  await work();
  return (await listRuns()).filter((run) => run.id > before).length;
}

const quick = { checkInterval: 0.05 } as const;

describe("runDbtCloudJob()", () => {
  test.each([true, false])(
    "runs the job and shows log, nodes, link and id (deferrable: %s)",
    async (deferrable) => {
      const operator = runDbtCloudJob({ jobId: "65767", accountId: "16173", deferrable, ...quick });
      const runId = Number(await task.run(operator));
      expect(task.xcoms.get("job_run_id")).toBe(runId);
      expect(task.xcoms.get("job_run_url")).toBe(
        `${service.url}/#/accounts/16173/projects/36467/runs/${runId}/`,
      );
      expect(task.nodes.get("model.shop.orders")).toMatchObject({
        state: "success",
        compiledSql: "select 1 as orders",
        file: "models/orders.sql",
        dependsOn: ["seed.shop.raw_orders"],
      });
      expect(task.log.filter((line) => line.includes("2 of 3 OK created"))).toHaveLength(1);
      const [run] = await listRuns();
      expect(run?.trigger?.cause).toMatch(
        /^Triggered via Airloom by task 'transform' in the shop DAG, run \S+\. \[airloom:[0-9a-f-]{36}\]$/u,
      );
    },
  );

  test("shows a node as running while it runs, with our service and with dbt Cloud's console alone", async () => {
    for (const isOurs of [true, false]) {
      task = openTask(proxy.url, service.token);
      proxy.plan((request) =>
        !isOurs && request.includes("/api/private/")
          ? { kind: "answer", status: 404, body: "<html>" }
          : undefined,
      );
      const gate = join(service.dataDir, `gate-live-${isOurs}`);
      await service.script({ nodes: NODES, gate });
      const done = task.run(runDbtCloudJob({ jobId: 65767, ...quick }));
      while (!task.moves.has("seed.shop.raw_orders"))
        await new Promise((resolve) => setTimeout(resolve, 10));
      await writeFile(gate, "");
      await done;
      expect(task.moves.get("seed.shop.raw_orders")).toEqual(["running", "success"]);
    }
  });

  test.each<[string, Fault]>([
    ["the connection breaks", { kind: "applied_then_reset" }],
    [
      "a gateway answers 502",
      { kind: "applied_then_answer", status: 502, body: "<html>Bad gateway" },
    ],
    [
      "it is 200 with a page of HTML",
      { kind: "applied_then_answer", status: 200, body: "<html>hello" },
    ],
    ["it is 200 with half an answer", { kind: "applied_then_cut" }],
    ["it is 200 with no data", { kind: "applied_then_answer", status: 200, body: '{"data":null}' }],
  ])("starts one run when the answer is lost: %s", async (_name, fault) => {
    proxy.plan((request, count) => (request === RUN && count === 1 ? fault : undefined));
    expect(await countNew(() => task.run(runDbtCloudJob({ jobId: 65767, ...quick })))).toBe(1);
  });

  test("asks again when the run was surely not started", async () => {
    proxy.plan((request, count) =>
      request === RUN && count <= 2
        ? { kind: "answer", status: 429, headers: { "retry-after": "0" } }
        : undefined,
    );
    expect(await countNew(() => task.run(runDbtCloudJob({ jobId: 65767, ...quick })))).toBe(1);
    expect(proxy.seen.filter((request) => request === RUN)).toHaveLength(3);
  });

  test("finds its run again after its process died between asking and remembering", async () => {
    const operator = runDbtCloudJob({ jobId: 65767, ...quick });
    let saves = 0;
    task.dies = (call, key) => call === "setTaskState" && key === "dbt_cloud.run" && ++saves === 2;
    expect(
      await countNew(async () => {
        await expect(task.run(operator)).rejects.toThrow("died");
        task.dies = () => false;
        await task.run(operator);
      }),
    ).toBe(1);
  });

  test("goes on with its run after its process died while waiting", async () => {
    const operator = runDbtCloudJob({ jobId: 65767, ...quick });
    task.dies = (call) => call === "setXCom";
    expect(
      await countNew(async () => {
        await expect(task.run(operator)).rejects.toThrow("died");
        task.dies = () => false;
        await task.run(operator);
      }),
    ).toBe(1);
  });

  test.each<[string, Fault]>([
    ["500 HTML", { kind: "answer", status: 500, body: "<html>" }],
    ["empty", { kind: "answer", status: 200, body: "" }],
    ["reset", { kind: "reset" }],
    ["unknown status", { kind: "answer", status: 200, body: '{"data":{"id":1,"status":99}}' }],
    ["too many requests", { kind: "answer", status: 429, headers: { "retry-after": "-5" } }],
  ])("outlasts bad answers while it waits: %s", async (_name, fault) => {
    proxy.plan((request, count) =>
      /GET .*\/runs\/\d+\/$/u.test(request) && count <= 3 ? fault : undefined,
    );
    await expect(task.run(runDbtCloudJob({ jobId: 65767, ...quick }))).resolves.toBeTypeOf(
      "number",
    );
  });

  test("names the job there is none of, and the connection whose token is wrong, before any run", async () => {
    const before = (await listRuns()).length;
    await expect(task.run(runDbtCloudJob({ jobId: 999, ...quick }))).rejects.toThrow(
      'Cannot start dbt job 999: account 16173 has no such job, or the token of connection "dbt_cloud_default" may not run it. POST ',
    );
    task = openTask(proxy.url, "dbtc_wrong");
    await expect(task.run(runDbtCloudJob({ jobId: 65767, ...quick }))).rejects.toThrow(
      'Cannot start dbt job 65767: the token of connection "dbt_cloud_default" is not accepted; put a valid one there. POST ',
    );
    expect(await listRuns()).toHaveLength(before);
  });

  test("never takes its token to another host", async () => {
    const other = await openFaultProxy(() => service.url);
    proxy.plan((request) =>
      request.startsWith("GET")
        ? { kind: "answer", status: 302, headers: { location: `${other.url}/steal` } }
        : undefined,
    );
    await expect(task.run(runDbtCloudJob({ jobId: 65767, patience: 1, ...quick }))).rejects.toThrow(
      "the token is not sent there",
    );
    expect(other.seen).toEqual([]);
    await other.close();
    await service.settle(Number((await listRuns())[0]?.id));
  });

  test("reads a token that was changed while it waits, and says so when that does not help", async () => {
    proxy.plan((request, count) =>
      /GET .*\/runs\/\d+\/$/u.test(request) && count === 1
        ? { kind: "answer", status: 401, body: '{"status":{"user_message":"Invalid token."}}' }
        : undefined,
    );
    await task.run(runDbtCloudJob({ jobId: 65767, ...quick }));
    proxy.plan((request) =>
      /GET .*\/runs\/\d+\/$/u.test(request)
        ? { kind: "answer", status: 401, body: '{"status":{"user_message":"Invalid token."}}' }
        : undefined,
    );
    task = openTask(proxy.url, service.token);
    await expect(task.run(runDbtCloudJob({ jobId: 65767, patience: 1, ...quick }))).rejects.toThrow(
      'the token of connection "dbt_cloud_default" is no longer accepted',
    );
  });

  test("names what failed, where, and what the database said", async () => {
    await service.script({
      nodes: [
        NODES[0],
        { ...NODES[1], fails: "Binder Error: no column x\n\nLINE 3: select x" },
        NODES[2],
      ],
    });
    await expect(task.run(runDbtCloudJob({ jobId: 65767, ...quick }))).rejects.toThrow(
      /1 of 3 nodes\n {2}model orders \(models\/orders\.sql:3\): Binder Error: no column x[\s\S]*\/#\/accounts\/16173/u,
    );
    expect(task.nodes.get("model.shop.orders")).toMatchObject({ state: "error", line: 3 });
    expect(task.nodes.get("test.shop.not_null_orders_id.0123456789")?.state).toBe("skipped");
  });

  test("resumes its own failed run on a retry, and nobody else's on a first try", async () => {
    const operator = runDbtCloudJob({ jobId: 65767, retryFromFailure: true, ...quick });
    await service.script({ nodes: [NODES[0], { ...NODES[1], fails: "no" }, NODES[2]] });
    await expect(task.run(operator)).rejects.toThrow("1 of 3 nodes");
    const [failed] = await listRuns();
    expect(failed?.retrying_run_id).toBeNull();

    const stranger = openTask(proxy.url, service.token);
    await expect(stranger.run(operator)).rejects.toThrow("1 of 3 nodes");
    expect((await listRuns())[0]?.retrying_run_id).toBeNull();

    await service.script({ nodes: NODES });
    proxy.plan((request, count) =>
      request.endsWith("/rerun/") && count === 1 ? { kind: "applied_then_reset" } : undefined,
    );
    expect(await countNew(() => stranger.run(operator))).toBe(1);
    expect((await listRuns())[0]?.retrying_run_id).toBe((await listRuns())[1]?.id);
  });

  test("starts with the nodes a person chose when clearing it", async () => {
    task.state.set("dbt_cloud.rerun", { select: "orders+" });
    await task.run(runDbtCloudJob({ jobId: 65767, ...quick }));
    expect((await listRuns())[0]?.trigger?.steps_override).toEqual(["dbt build --select orders+"]);
  });

  test("cancels the run when time is up and never calls that a success", async () => {
    await service.script({ nodes: NODES, gate: "/nowhere/gate" });
    await expect(task.run(runDbtCloudJob({ jobId: 65767, timeout: 1, ...quick }))).rejects.toThrow(
      "was not over in time",
    );
    expect((await listRuns())[0]).toMatchObject({ status: 30 });
  });

  test("fails when somebody cancels the run in dbt Cloud", async () => {
    const pidFile = join(service.dataDir, "pid-ui-cancel");
    await service.script({ nodes: NODES, gate: "/nowhere/gate", pidFile });
    const done = task.run(runDbtCloudJob({ jobId: 65767, ...quick })).catch(String);
    while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 10));
    await service.ask("POST", `${V2}/runs/${Number(task.xcoms.get("job_run_id"))}/cancel/`);
    expect(await done).toContain("was cancelled: Cancelled by user.");
  });

  test("cancels the run when its task is stopped", async () => {
    const pidFile = join(service.dataDir, "pid-kill-task");
    await service.script({ nodes: NODES, gate: "/nowhere/gate", pidFile });
    const operator = runDbtCloudJob({ jobId: 65767, ...quick });
    const done = task.run(operator).catch(String);
    while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 10));
    await task.kill(operator);
    expect(await done).toMatch(/aborted|called off/u);
    expect((await listRuns())[0]).toMatchObject({ status: 30 });
  });

  test("takes over a run that is under way when told to", async () => {
    const gate = join(service.dataDir, "gate-reuse");
    await service.script({ nodes: NODES, gate });
    const { body } = await service.ask<HasId>("POST", `${V2}/jobs/65767/run/`, {
      cause: "by hand",
    });
    const operator = runDbtCloudJob({ jobId: 65767, reuseExistingRun: true, ...quick });
    const done = task.run(operator);
    while (!task.xcoms.has("job_run_url")) await new Promise((resolve) => setTimeout(resolve, 10));
    await writeFile(gate, "");
    expect(await done).toBe(body.data.id);
  });

  test("finds a job by its names and says how many it found", async () => {
    const names = { projectName: "Analytics", environmentName: "Production", jobName: "dbt build" };
    await task.run(runDbtCloudJob({ ...names, ...quick }));
    task = openTask(proxy.url, service.token);
    await expect(task.run(runDbtCloudJob({ ...names, jobName: "dbt", ...quick }))).rejects.toThrow(
      'Found 0 jobs with name "dbt" in environment "Production" of project "Analytics"',
    );
  });
});

describe("the other operators", () => {
  test("wait for a run, save an artifact, list jobs and runs", async () => {
    const runId = Number(await task.run(runDbtCloudJob({ jobId: 65767, ...quick })));
    expect(await task.run(dbtCloudJobRunSensor({ runId: String(runId) }))).toBe(true);
    const file = join(service.dataDir, "out", "results.json");
    expect(
      await task.run(
        getDbtCloudJobRunArtifact({ runId, path: "run_results.json", outputFileName: file }),
      ),
    ).toBe(file);
    expect(existsSync(file)).toBe(true);
    expect(await task.run(listDbtCloudJobs())).toEqual([65_767]);
    expect(
      await task.run(listDbtCloudJobRuns({ jobId: 65767, statusFilter: [10], limit: 1 })),
    ).toEqual([expect.objectContaining({ id: runId, status: 10 })]);
  });
});

describe("the connection test", () => {
  const { signal } = new AbortController();

  test("names host, account, projects and rights", async () => {
    const result = await testDbtCloudConnection(task.connection, { signal });
    expect(result.ok).toBe(true);
    expect(Object.fromEntries(result.facts.map((fact) => [fact.label, fact.value]))).toMatchObject({
      Host: proxy.url,
      Account: "Airloom (16173, enterprise)",
      Projects: "Analytics",
      Permissions: "job_admin (may start jobs)",
    });
  });

  test.each([
    ["a wrong token", { password: "dbtc_wrong" }, "The API Token was refused by"],
    ["another account", { login: "99" }, "Account 99 is not visible to this token"],
    ["no token", { password: null }, "it has no API Token"],
  ])("explains %s", async (_name, change, said) => {
    const result = await testDbtCloudConnection({ ...task.connection, ...change }, { signal });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(said) });
  });

  test("explains a port where nobody listens", async () => {
    const gone = await openFaultProxy(() => service.url);
    await gone.close();
    const result = await testDbtCloudConnection({ ...task.connection, host: gone.url }, { signal });
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining("cannot be reached"),
    });
  });

  test("explains a host that answers pages instead of data", async () => {
    proxy.plan(() => ({ kind: "answer", status: 200, body: "<html>hello</html>" }));
    const result = await testDbtCloudConnection(task.connection, { signal });
    expect(result.message).toContain("answered an HTML page where JSON was expected");
  });
});
