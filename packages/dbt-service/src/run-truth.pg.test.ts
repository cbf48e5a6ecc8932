import { lstat, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { WireRun } from "@airloom/dbt-cloud/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Answer,
  type HasId,
  openTestService,
  type TestService,
} from "./fixtures/open-test-service.ts";
import { REAL_DBT, SHOP, writeProject } from "./fixtures/real-project.ts";
import { TokenStore } from "./store/token-store.ts";

const V2 = "/api/v2/accounts/16173";
const BROKEN = { "models/orders.sql": "select no_such_column from {{ ref('raw_orders') }}\n" };

let service: TestService;
let admin: Record<string, string>;
beforeAll(async () => {
  service = await openTestService({ dbtCommand: REAL_DBT });
  const { text } = await new TokenStore(service.database).create({
    accountId: 16_173,
    name: "admin",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
    expiresAt: null,
  });
  admin = { authorization: `Token ${text}` };
});
beforeEach(async () => {
  await writeProject(service, SHOP);
});
afterAll(async () => {
  await service.close();
});

async function makeJob(steps: readonly string[], change: object = {}): Promise<number> {
  const { body } = await service.ask<HasId>("POST", `${V2}/jobs/`, {
    project_id: 36_467,
    environment_id: 70_000,
    name: "a job",
    execute_steps: steps,
    ...change,
  });
  return body.data.id;
}

async function start(jobId: number, body: object = {}): Promise<number> {
  const answer = await service.ask<HasId>("POST", `${V2}/jobs/${jobId}/run/`, body);
  return answer.body.data.id;
}

const readSteps = ({ run_steps: steps }: WireRun) =>
  steps.map((step) => [step.run_step_command?.dbt_command ?? step.name, step.status_humanized]);

describe("artifacts of a run by the real engine (J7)", () => {
  test("tell in metadata.env which run, job and project they are of", async () => {
    await writeProject(service, {
      "models/sources.yml":
        'sources:\n  - name: raw\n    schema: main\n    loaded_at_field: "now()::timestamp"\n    freshness: {warn_after: {count: 1, period: day}}\n    tables: [{name: raw_orders}]\n',
    });
    await service.settle(await start(await makeJob(["dbt seed"])));
    const jobId = await makeJob(["dbt build"], { run_generate_sources: true, generate_docs: true });
    const run = await service.settle(await start(jobId, { cause: "by a test" }));
    expect(readSteps(run).slice(3)).toEqual([
      ["dbt source freshness", "Success"],
      ["dbt build", "Success"],
      ["dbt docs generate", "Success"],
    ]);
    for (const name of ["run_results.json", "manifest.json", "sources.json", "catalog.json"]) {
      const { text } = await service.ask("GET", `${V2}/runs/${run.id}/artifacts/${name}`);
      expect([name, JSON.parse(text).metadata.env]).toEqual([
        name,
        expect.objectContaining({
          DBT_CLOUD_ACCOUNT_ID: "16173",
          DBT_CLOUD_PROJECT_ID: "36467",
          DBT_CLOUD_ENVIRONMENT_ID: "70000",
          DBT_CLOUD_JOB_ID: String(jobId),
          DBT_CLOUD_RUN_ID: String(run.id),
          DBT_CLOUD_RUN_REASON: "by a test",
          DBT_CLOUD_RUN_REASON_CATEGORY: "other",
        }),
      ]);
    }
    await rm(join(service.projectDir, "models/sources.yml"));
  });
});

describe("an artifact", () => {
  test("is sent again only when it has changed, and compressed where that is understood", async () => {
    const run = await service.settle(await start(await makeJob(["dbt seed"])));
    const path = `${V2}/runs/${run.id}/artifacts/manifest.json`;
    const first = await service.ask("GET", path);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("content-encoding")).toMatch(/^(?:br|gzip)$/u);
    for (const given of [etag, `"x", ${etag}`, etag.replace("W/", ""), "*"]) {
      const again = await service.ask("GET", path, undefined, { "if-none-match": given });
      expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    const other = await service.ask("GET", path, undefined, { "if-none-match": '"other"' });
    expect([other.status, other.text]).toEqual([200, first.text]);
  });
});

describe("steps of a run (J8)", () => {
  test("are all there while it waits, queued", async () => {
    const jobId = await makeJob(["dbt seed", "dbt build"]);
    await service.ask("POST", `${V2}/`, { run_slots: 1 }, admin);
    const first = await start(jobId);
    const second = await start(jobId);
    const { body } = await service.ask<WireRun>(
      "GET",
      `${V2}/runs/${second}/?include_related=run_steps`,
    );
    expect(readSteps(body.data)).toEqual([
      ["Clone git repository", "Queued"],
      [expect.stringMatching(/^Create profile from connection /u), "Queued"],
      ["dbt deps", "Queued"],
      ["dbt seed", "Queued"],
      ["dbt build", "Queued"],
    ]);
    await service.ask("POST", `${V2}/runs/${second}/cancel/`);
    const cancelled = await service.settle(second);
    expect(readSteps(cancelled).map(([, status]) => status)).toEqual(Array(5).fill("Skipped"));
    await service.settle(first);
  });

  test("after a failed one are skipped, and a retry runs those that never ran", async () => {
    await writeProject(service, BROKEN);
    const jobId = await makeJob(["dbt build", "dbt test", "dbt seed"]);
    const run = await service.settle(await start(jobId));
    expect([run.status, readSteps(run).slice(3)]).toEqual([
      20,
      [
        ["dbt build", "Error"],
        ["dbt test", "Skipped"],
        ["dbt seed", "Skipped"],
      ],
    ]);
    expect(run.run_steps.slice(4)).toMatchObject([
      { started_at: null, finished_at: null, logs: "", duration: "00:00:00" },
      { started_at: null, finished_at: null, logs: "", duration: "00:00:00" },
    ]);
    const failure = await service.ask("GET", `${V2}/runs/${run.id}/retry/`);
    expect(failure.body.data).toEqual({
      failed_step: "dbt build",
      skipped_steps: ["dbt test", "dbt seed"],
    });

    await writeProject(service, SHOP);
    const again = await service.ask<HasId>("POST", `${V2}/runs/${run.id}/retry/`);
    const resumed = await service.settle(again.body.data.id);
    expect([resumed.status, readSteps(resumed).slice(3)]).toEqual([
      10,
      [
        ["dbt build", "Success"],
        ["dbt test", "Success"],
        ["dbt seed", "Success"],
      ],
    ]);
  });
});

describe("a failed run that many want to go on with at once (J10)", () => {
  async function fail(): Promise<{ readonly jobId: number; readonly runId: number }> {
    await writeProject(service, BROKEN);
    const jobId = await makeJob(["dbt build"]);
    const runId = await start(jobId);
    expect((await service.settle(runId)).status).toBe(20);
    return { jobId, runId };
  }

  const tenTimes = (path: string): Promise<readonly Answer<WireRun>[]> =>
    Promise.all(Array.from({ length: 10 }, () => service.ask<WireRun>("POST", path)));

  test("is retried once; the others hear that it is not the latest any more", async () => {
    const { runId } = await fail();
    const answers = await tenTimes(`${V2}/runs/${runId}/retry/`);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array(9).fill(400),
    ]);
    const refused = answers.find(({ status }) => status === 400);
    expect(refused?.body.status.user_message).toBe(
      `Run ${runId} cannot be retried: RETRY_NOT_LATEST_RUN`,
    );
    const made = answers.find(({ status }) => status === 200);
    await service.settle(made?.body.data.id ?? 0);
  });

  test("is resumed by one rerun; the others start new runs, as in dbt Cloud", async () => {
    const { jobId, runId } = await fail();
    const answers = await tenTimes(`${V2}/jobs/${jobId}/rerun/`);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const resumed = answers.filter(({ body }) => body.data.retrying_run_id === runId);
    expect(resumed).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(10);
    await Promise.all(
      answers.map(({ body }) => service.ask("POST", `${V2}/runs/${body.data.id}/cancel/`)),
    );
  });

  test("is retried once by requests with one idempotency key, which all hear of the same run", async () => {
    const { runId } = await fail();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        service.ask<HasId>("POST", `${V2}/runs/${runId}/retry/`, undefined, {
          "idempotency-key": "once",
        }),
      ),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.data.id}`)).size).toBe(1);
    await service.settle(answers[0]?.body.data.id ?? 0);
  });
});

describe("what runs leave on the disk (S11)", () => {
  /** Everything that another user of this machine could read or list, if the data folder could be entered. */
  async function listOpen(folder: string): Promise<readonly string[]> {
    const found: string[] = [];
    // A run that is over takes its folder along while we look.
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      const mode = ((await lstat(path).catch(() => undefined))?.mode ?? 0) & 0o777;
      if (!entry.isSymbolicLink() && (mode & 0o066) !== 0)
        found.push(`${path} ${mode.toString(8)}`);
      if (entry.isDirectory() && (mode & 0o011) !== 0) found.push(...(await listOpen(path)));
    }
    return found;
  }

  test("is for the service's own user alone, whatever umask it was started with", async () => {
    const umask = process.umask(0o022);
    try {
      await service.restart();
      await writeProject(service, { ...SHOP, ...BROKEN });
      const jobId = await makeJob(["dbt build", "dbt seed"]);
      const failed = await service.settle(await start(jobId));
      await writeProject(service, SHOP);
      const again = await service.ask<HasId>("POST", `${V2}/jobs/${jobId}/rerun/`);
      let isOver = false;
      const settled = service.settle(again.body.data.id).finally(() => {
        isOver = true;
      });
      // Code, profile, target, logs and the state that is resumed from are there while the run is under way.
      const seen = new Set<string>();
      const open = new Set<string>();
      while (!isOver) {
        const names = await readdir(service.dataDir, { recursive: true }).catch(() => []);
        for (const name of names) seen.add(name.replace(/^runs\/\d+\//u, ""));
        for (const file of await listOpen(service.dataDir)) open.add(file);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect([failed.status, (await settled).status]).toEqual([20, 10]);
      for (const name of [
        "state/run_results.json",
        "code/target/manifest.json",
        "profiles/profiles.yml",
      ]) {
        expect(seen).toContain(name);
      }
      // Artifacts, warehouse and key stay.
      expect((await stat(service.dataDir)).mode & 0o077).toBe(0);
      expect([...open, ...(await listOpen(service.dataDir))]).toEqual([]);
    } finally {
      process.umask(umask);
    }
  });
});

describe("the queue of an account", () => {
  test("takes no more runs than its queue_limit, and says when to ask again", async () => {
    const jobId = await makeJob(["dbt seed"]);
    await service.ask("POST", `${V2}/`, { queue_limit: 3 }, admin);
    const { body } = await service.ask("GET", `${V2}/`);
    expect(body.data).toMatchObject({ queue_limit: 3 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => service.ask<HasId>("POST", `${V2}/jobs/${jobId}/run/`)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBe("10");
    expect(refused[0]?.body.status).toMatchObject({
      code: 429,
      is_success: false,
      user_message: expect.stringContaining("the account's queue_limit is 3"),
    });
    const made = answers.filter(({ status }) => status === 200);
    expect(made.length).toBeGreaterThanOrEqual(3);
    await Promise.all(
      made.map((run) => service.ask("POST", `${V2}/runs/${run.body.data.id}/cancel/`)),
    );
    await service.ask("POST", `${V2}/`, { queue_limit: 10_000 }, admin);
  });

  test("is counted and shown as of one moment", async () => {
    const jobId = await makeJob(["dbt seed"]);
    const trigger = (): Promise<unknown> => service.ask("POST", `${V2}/jobs/${jobId}/run/`);
    const pages: Promise<Answer<readonly HasId[]>>[] = [];
    const starts: Promise<unknown>[] = [];
    for (let round = 0; round < 20; round += 1) {
      starts.push(trigger());
      pages.push(
        service.ask<readonly HasId[]>("GET", `${V2}/runs/?job_definition_id=${jobId}&order_by=-id`),
      );
    }
    for (const { body } of await Promise.all(pages)) {
      expect(body.extra.pagination.total_count).toBe(body.data.length);
    }
    await Promise.all(starts);
    const past = await service.ask<readonly HasId[]>(
      "GET",
      `${V2}/runs/?job_definition_id=${jobId}&offset=500`,
    );
    expect([past.body.data, past.body.extra.pagination]).toEqual([
      [],
      { count: 0, total_count: 20 },
    ]);
    await service.ask("DELETE", `${V2}/jobs/${jobId}/`);
  });
});
