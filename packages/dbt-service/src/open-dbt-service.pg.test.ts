import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WireRun, WireRunNode } from "@airloom/dbt-cloud/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";

const V2 = "/api/v2/accounts/16173";
const NODES = [
  { name: "raw_orders", type: "seed" },
  { name: "orders", type: "model" },
  { name: "not_null_orders_id", type: "test" },
];

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(async () => {
  await service.close();
});

async function waitForFile(file: string): Promise<string> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
  return readFileSync(file, "utf8");
}

async function trigger(body: object = { cause: "test" }): Promise<WireRun> {
  const { status, body: answer } = await service.ask<WireRun>(
    "POST",
    `${V2}/jobs/65767/run/`,
    body,
  );
  expect(status).toBe(200);
  return answer.data;
}

describe("a run", () => {
  test("goes from queued to success with dbt Cloud's steps, logs and artifacts per step", async () => {
    await service.script({ nodes: NODES });
    const packages = join(service.projectDir, "packages.yml");
    await writeFile(packages, "packages: []\n");
    const queued = await trigger({ cause: "why not", steps_override: null });
    expect(queued).toMatchObject({
      status: 1,
      account_id: 16_173,
      project_id: 36_467,
      job_definition_id: 65_767,
      trigger: { cause: "why not", cause_category: "api", steps_override: null },
      job: { id: 65_767, triggers: { schedule: false } },
    });
    const run = await service.settle(queued.id);
    expect(run).toMatchObject({ status: 10, is_success: true, artifacts_saved: true });
    expect(run.run_steps.map((step) => [step.index, step.name, step.status])).toEqual([
      [1, "Clone git repository", 10],
      [2, "Create profile from connection Analytics", 10],
      [3, "Invoke dbt with `dbt deps`", 10],
      [4, "Invoke dbt with `dbt build`", 10],
    ]);
    await rm(packages);
    expect(run.run_steps[2]?.logs).toContain("No packages were found in packages.yml");
    expect(run.run_steps[3]?.logs).toContain("3 of 3 PASS not_null_orders_id");
    expect(run.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/u);

    const list = await service.ask("GET", `${V2}/runs/${run.id}/artifacts/`);
    expect(list.body.data).toEqual(["manifest.json", "run_results.json"]);
    const { results, metadata } = await service.readResults(run.id, 4);
    expect(results).toHaveLength(3);
    expect(metadata.env["DBT_CLOUD_RUN_ID"]).toBe(String(run.id));
    const absent = await service.ask(
      "GET",
      `${V2}/runs/${run.id}/artifacts/run_results.json?step=3`,
    );
    expect(absent.status).toBe(404);
    expect(absent.body.status).toMatchObject({ code: 404, is_success: false });

    const nodes = await service.ask<readonly WireRunNode[]>(
      "GET",
      `/api/private/runs/${run.id}/nodes/`,
    );
    expect(nodes.body.data[1]).toMatchObject({
      unique_id: "model.shop.orders",
      status: "success",
      file: "models/orders.sql",
      depends_on: ["seed.shop.raw_orders"],
    });
  });

  test("that fails keeps its artifacts and can be resumed where it failed, and only there", async () => {
    await service.script({
      nodes: [NODES[0], { ...NODES[1], fails: "Database Error in model orders" }, NODES[2]],
    });
    const failed = await service.settle(
      (await trigger({ cause: "x", generate_docs_override: true })).id,
    );
    expect(failed).toMatchObject({ status: 20, can_retry: true, retry_not_supported_reason: null });
    const details = await service.ask("GET", `${V2}/runs/${failed.id}/retry/`);
    expect(details.body.data).toEqual({
      failed_step: "dbt build",
      skipped_steps: ["dbt docs generate"],
    });

    await service.script({ nodes: NODES });
    const rerun = await service.ask<WireRun>("POST", `${V2}/jobs/65767/rerun/`);
    expect(rerun.body.data).toMatchObject({
      retrying_run_id: failed.id,
      trigger: { cause_category: "rerun" },
    });
    const resumed = await service.settle(rerun.body.data.id);
    expect(resumed.status).toBe(10);
    expect(resumed.run_steps.map((step) => step.name).slice(3)).toEqual([
      "Invoke dbt with `dbt build`",
      "Invoke dbt with `dbt docs generate`",
    ]);
    const { results } = await service.readResults(resumed.id, 4);
    expect(results.map((result) => result.unique_id)).toEqual([
      "model.shop.orders",
      "test.shop.not_null_orders_id.0123456789",
    ]);
    const again = await service.ask("POST", `${V2}/runs/${failed.id}/retry/`);
    expect(again.status).toBe(400);
  });

  test("of one job waits for the one before it", async () => {
    const gate = join(service.dataDir, "gate-serial");
    await service.script({ nodes: NODES, gate });
    const first = await trigger();
    const second = await trigger();
    const blocked = await service.ask("GET", `${V2}/runs/${second.id}/`);
    expect(blocked.body.data).toMatchObject({ status: 1, blocked_by: [first.id] });
    await writeFile(gate, "");
    const [a, b] = [await service.settle(first.id), await service.settle(second.id)];
    expect([a.status, b.status]).toEqual([10, 10]);
    expect(String(a.finished_at) <= String(b.started_at)).toBe(true);
  });

  test("is made once per idempotency key", async () => {
    await service.script({ nodes: NODES });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        service.ask<HasId>(
          "POST",
          `${V2}/jobs/65767/run/`,
          { cause: "once" },
          { "idempotency-key": "key-1" },
        ),
      ),
    );
    const ids = new Set(answers.map((answer) => answer.body.data.id));
    expect(ids.size).toBe(1);
    await service.settle(answers[0]?.body.data.id ?? 0);
  });

  test("ends as cancelled when cancelled, also with a dbt that does not listen", async () => {
    const pidFile = join(service.dataDir, "pid-cancel");
    await service.script({ nodes: NODES, gate: "/nowhere/gate", pidFile, ignoresTerm: true });
    const run = await trigger();
    const pid = Number(await waitForFile(pidFile));
    const cancelled = await service.ask("POST", `${V2}/runs/${run.id}/cancel/`);
    expect(cancelled.status).toBe(200);
    const settled = await service.settle(run.id);
    expect(settled).toMatchObject({
      status: 30,
      status_message: "Cancelled by user.",
      can_retry: false,
    });
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("goes on when its dbt is killed from outside, and says so", async () => {
    const pidFile = join(service.dataDir, "pid-kill");
    const gate = join(service.dataDir, "gate-kill");
    await service.script({ nodes: NODES, gate, pidFile });
    const run = await trigger();
    process.kill(Number(await waitForFile(pidFile)), "SIGKILL");
    await writeFile(gate, "");
    const settled = await service.settle(run.id);
    expect(settled.status).toBe(10);
    expect(settled.run_steps[3]?.logs).toContain("dbt was killed by SIGKILL from outside");
  });

  test("waits for a locked database file and says so", async () => {
    const lockFile = join(service.dataDir, "locked");
    await writeFile(lockFile, "");
    await service.script({ nodes: NODES, lockFile });
    const run = await trigger();
    for (;;) {
      const { body } = await service.ask<WireRun>(
        "GET",
        `${V2}/runs/${run.id}/?include_related=run_steps`,
      );
      if (body.data.run_steps[3]?.logs.includes("trying again")) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await rm(lockFile);
    expect((await service.settle(run.id)).status).toBe(10);
  });

  test("ends as cancelled when it takes longer than its limit", async () => {
    await service.script({ nodes: NODES, gate: "/nowhere/gate" });
    const run = await service.settle(
      (await trigger({ cause: "x", timeout_seconds_override: 1 })).id,
    );
    expect(run).toMatchObject({ status: 30 });
    expect(run.status_message).toContain("longer than its 1 seconds");
  });

  test("interrupted by a restart of the service goes on in the same run at the same step", async () => {
    const pidFile = join(service.dataDir, "pid-restart");
    const gate = join(service.dataDir, "gate-restart");
    await service.script({ nodes: NODES, gate, pidFile });
    const run = await trigger();
    const pid = Number(await waitForFile(pidFile));
    await service.restart();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await writeFile(gate, "");
    const settled = await service.settle(run.id);
    expect(settled.status).toBe(10);
    expect(settled.run_steps[3]?.logs).toContain("this step goes on from its beginning");
    expect(settled.run_steps).toHaveLength(4);
  });
});
