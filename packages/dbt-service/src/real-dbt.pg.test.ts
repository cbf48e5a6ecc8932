import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runDbtCloudJob } from "@airloom/dbt-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTask } from "./fixtures/open-task.ts";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";
import { REAL_DBT, SHOP, writeProject } from "./fixtures/real-project.ts";

let service: TestService;
beforeAll(async () => {
  service = await openTestService({ dbtCommand: REAL_DBT });
  await writeProject(service, SHOP);
});
afterAll(async () => {
  await service.close();
});

describe("a job that runs our own dbt", () => {
  test("builds the warehouse beside the project and shows each node", async () => {
    const task = openTask(service.url, service.token);
    await task.run(runDbtCloudJob({ jobId: 65767 }));
    expect(
      Object.fromEntries(
        [...task.nodes].map(([id, node]) => [id.split(".").slice(0, 3).join("."), node.state]),
      ),
    ).toEqual({
      "seed.shop.raw_orders": "success",
      "model.shop.orders": "success",
      "model.shop.late": "success",
      "test.shop.not_null_orders_id": "pass",
      "test.shop.unique_orders_id": "pass",
    });
    expect(existsSync(join(service.projectDir, "shop.duckdb"))).toBe(true);
    expect(existsSync(join(service.projectDir, "target"))).toBe(false);
  });

  test("fails with the model, its file and DuckDB's words, and resumes only what is left", async () => {
    const model = join(service.projectDir, "models/orders.sql");
    await writeFile(model, "select id, no_such_column from {{ ref('raw_orders') }}\n");
    const task = openTask(service.url, service.token);
    const operator = runDbtCloudJob({ jobId: 65767, retryFromFailure: true });
    const failure = await task.run(operator).catch(String);
    expect(failure).toMatch(/model orders \(models\/orders\.sql[^)]*\): [\s\S]*no_such_column/u);

    await writeFile(model, "select id, amount * 3 as doubled from {{ ref('raw_orders') }}\n");
    const runId = Number(await task.run(operator));
    const { results } = await service.readResults(runId, 4);
    const ids = results.map((result) => result.unique_id);
    expect(ids).toContain("model.shop.orders");
    expect(ids).toContain("model.shop.late");
    expect(ids).not.toContain("seed.shop.raw_orders");
  });

  test("generates docs when the run asks for them", async () => {
    const { body } = await service.ask<HasId>("POST", "/api/v2/accounts/16173/jobs/65767/run/", {
      cause: "docs",
      generate_docs_override: true,
    });
    const run = await service.settle(body.data.id);
    expect(run).toMatchObject({ status: 10, has_docs_generated: true });
    const list = await service.ask("GET", `/api/v2/accounts/16173/runs/${run.id}/artifacts/`);
    expect(list.body.data).toEqual(
      expect.arrayContaining(["catalog.json", "manifest.json", "run_results.json"]),
    );
  });
});
