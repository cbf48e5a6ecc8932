import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Maker, openMaker, V2, V3 } from "./fixtures/make-things.ts";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";
import { RunCommands } from "./run-commands.ts";
import { JobStarter } from "./runner/job-starter.ts";
import { ArtifactStore } from "./store/artifact-store.ts";
import { deleteTree } from "./store/deletion.ts";
import { JobLock } from "./store/job-lock.ts";
import { JobStartStore } from "./store/job-start-store.ts";
import { ResourceStore } from "./store/resource-store.ts";
import { RunQueue } from "./store/run-queue.ts";
import { RunStore } from "./store/run-store.ts";
import { StepStore } from "./store/step-store.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

let service: TestService;
let maker: Maker;
let gates: string;
beforeAll(async () => {
  service = await openTestService();
  maker = await openMaker(service);
  gates = await mkdtemp(join(tmpdir(), "gates-"));
  await service.script({
    nodes: [{ name: "orders", type: "model" }],
    gate: join(gates, "never"),
  });
});
afterAll(async () => {
  await writeFile(join(gates, "never"), "");
  await service.close();
  await rm(gates, { recursive: true, force: true });
});

async function countOpen(column: "job_id" | "project_id" | "environment_id", id: number) {
  const rows = await service.database.query<{ open: number; queued: number }>(
    `select count(*)::int as open, count(*) filter (where status = 1)::int as queued
     from dbt_service.runs where ${column} = $1 and status < 10`,
    [id],
  );
  return rows[0];
}

async function queueRuns(jobId: number, count: number): Promise<void> {
  const first = await maker.ask<HasId>("POST", `${V2}/jobs/${jobId}/run/`, { cause: "1" });
  await service.database.query(
    `insert into dbt_service.runs (account_id, project_id, environment_id, job_id, cause, cause_category,
       overrides, job, plan, triggered_by)
     select account_id, project_id, environment_id, job_id, n::text, cause_category, overrides, job, plan, 'test'
     from dbt_service.runs, generate_series(2, $2) n where id = $1`,
    [first.body.data.id, count],
  );
}

async function waitUntilClosed(jobId: number): Promise<void> {
  for (;;) {
    if ((await countOpen("job_id", jobId))?.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Until a statement waits for a row that another transaction holds. */
async function waitUntilSomebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await service.database.query("select pid from pg_locks where not granted limit 1");
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("deleting", () => {
  test("a job ends all 1,933 of its queued runs at once, and the one that runs (J1)", async () => {
    const job = await maker.makeJob(await maker.makeProject());
    await queueRuns(job, 1_933);
    expect((await maker.ask("DELETE", `${V2}/jobs/${job}/`)).status).toBe(200);
    expect((await countOpen("job_id", job))?.queued).toBe(0);
    await waitUntilClosed(job);
    const { body } = await maker.ask<readonly { readonly status: number }[]>(
      "GET",
      `${V2}/runs/?job_definition_id=${job}&limit=100`,
    );
    expect(new Set(body.data.map((run) => run.status))).toEqual(new Set([30]));
  });

  test.each([
    ["a project", ({ project }) => `${V3}/projects/${project}/`],
    [
      "an environment",
      ({ project, environment }) => `${V3}/projects/${project}/environments/${environment}/`,
    ],
  ] as const satisfies readonly (readonly [
    string,
    (place: { project: number; environment: number }) => string,
  ])[])(
    "%s takes its jobs, their queue and their schedules along, by DELETE and by state 2 (J2)",
    async (_what, pathOf) => {
      for (const [method, body] of [["DELETE"], ["POST", { state: 2 }]] as const) {
        const place = await maker.makeProject();
        const job = await maker.makeJob(place, {
          triggers: { schedule: true },
          schedule: {
            date: { type: "custom_cron", cron: "* * * * *" },
            time: { type: "every_hour", interval: 1 },
          },
        });
        await queueRuns(job, 20);
        const gone = await maker.ask<{ readonly state: number }>(method, pathOf(place), body);
        expect([gone.status, gone.body.data.state]).toEqual([200, 2]);
        await waitUntilClosed(job);
        expect((await maker.ask("GET", `${V2}/jobs/${job}/`)).status).toBe(404);
        expect((await maker.ask("POST", `${V2}/jobs/${job}/run/`, { cause: "x" })).status).toBe(
          404,
        );
        expect((await maker.ask("POST", `${V2}/jobs/${job}/rerun/`)).status).toBe(404);
        await lookAtSchedules(job);
      }
    },
  );

  test("what is deleted is not revived by a save at the same time (J2)", async () => {
    const place = await maker.makeProject();
    const job = await maker.makeJob(place);
    await Promise.all([
      maker.ask("DELETE", `${V2}/jobs/${job}/`),
      ...[1, 2, 3, 4].map((n) => maker.ask("POST", `${V2}/jobs/${job}/`, { name: `n${n}` })),
    ]);
    expect((await maker.ask("GET", `${V2}/jobs/${job}/`)).status).toBe(404);
  });

  test("a trigger that meets a deletion leaves nothing under way (J1, J2)", async () => {
    for (const level of ["job", "environment", "project"] as const) {
      const place = await maker.makeProject();
      const job = await maker.makeJob(place);
      const path = {
        job: `${V2}/jobs/${job}/`,
        environment: `${V3}/projects/${place.project}/environments/${place.environment}/`,
        project: `${V3}/projects/${place.project}/`,
      }[level];
      const trigger = () => maker.ask("POST", `${V2}/jobs/${job}/run/`, { cause: "x" });
      const answers = await Promise.all([
        ...[1, 2, 3, 4, 5, 6].map(trigger),
        maker.ask("DELETE", path),
        ...[1, 2, 3, 4, 5, 6].map(trigger),
      ]);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
      await waitUntilClosed(job);
      expect((await trigger()).status).toBe(404);
    }
  });

  test("saves that name what lives in a project neither hang nor fail while it is deleted (J2)", async () => {
    const elsewhere = await maker.makeProject();
    const waiting = await maker.makeJob(elsewhere);
    for (let round = 0; round < 4; round += 1) {
      const place = await maker.makeProject();
      const job = await maker.makeJob(place);
      const one = `${V3}/projects/${place.project}/`;
      const condition = { job_id: job, project_id: place.project, statuses: [10] };
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => maker.ask("PATCH", one, { docs_job_id: job })),
        ...[1, 2, 3].map(() =>
          maker.ask("POST", `${V2}/jobs/${waiting}/`, {
            job_completion_trigger_condition: { condition },
          }),
        ),
        maker.ask("DELETE", one),
        ...[1, 2, 3].map(() => maker.ask("PATCH", one, { freshness_job_id: job })),
      ]);
      expect(answers.filter(({ status }) => ![200, 400, 404].includes(status))).toEqual([]);
    }
  });

  test("a trigger waits for a deletion that is under way, and then finds nothing (J1, J2)", async () => {
    for (const kind of ["job", "environment", "project"] as const) {
      const place = await maker.makeProject();
      const job = await maker.makeJob(place);
      const id = { job, environment: place.environment, project: place.project }[kind];
      const trigger = await service.database.transaction(async (sql) => {
        await deleteTree(sql, { kind, id }, "test");
        const asked = maker.ask("POST", `${V2}/jobs/${job}/run/`, { cause: "x" });
        await waitUntilSomebodyWaits();
        return { asked };
      });
      expect((await trigger.asked).status).toBe(404);
      expect((await countOpen("job_id", job))?.open).toBe(0);
    }
  });

  test("a run whose job is gone is never claimed (J2)", async () => {
    const job = await maker.makeJob(await maker.makeProject());
    await queueRuns(job, 3);
    await maker.ask("DELETE", `${V2}/jobs/${job}/`);
    await waitUntilClosed(job);
    await service.database.query("update dbt_service.runs set status = 1 where job_id = $1", [job]);
    const queue = new RunQueue(service.database, { owner: "test", leaseS: 1 });
    for (let run = await queue.claim(); run !== undefined; run = await queue.claim()) {
      expect(run.jobId).not.toBe(job);
      await queue.finish(run.id, { status: 30, message: null });
    }
  });

  test("what others still use is kept, and the answer names them (J2)", async () => {
    const { project, environment } = await maker.makeProject();
    const connection = await maker.make(`${V3}/connections/`, {
      name: "C",
      adapter_version: "postgres_v0",
      config: { hostname: "h", dbname: "d" },
    });
    const credentials = await maker.make(`${V3}/projects/${project}/credentials/`, {
      type: "postgres",
      username: "u",
    });
    const change = { connection_id: connection, credentials_id: credentials };
    const one = `${V3}/projects/${project}/environments/${environment}/`;
    expect((await maker.ask("PATCH", one, change)).status).toBe(200);
    const paths = [
      `${V3}/connections/${connection}/`,
      `${V3}/projects/${project}/credentials/${credentials}/`,
    ];
    for (const path of paths) {
      const refused = await maker.ask("DELETE", path);
      expect([refused.status, refused.body.status.user_message]).toEqual([
        400,
        expect.stringContaining(`environment ${environment} "E"`),
      ]);
    }
    await maker.ask("DELETE", one);
    for (const path of paths) expect((await maker.ask("DELETE", path)).status).toBe(200);
  });
});

/** Looks at every schedule as of two minutes from now and finds that this job is not started. */
async function lookAtSchedules(job: number): Promise<void> {
  const { database, dataDir } = service;
  const stores = {
    resources: new ResourceStore(database),
    runs: new RunStore(database),
    steps: new StepStore(database),
    artifacts: new ArtifactStore(database, dataDir),
  };
  const dispatcher = { wake: () => undefined, cancel: () => undefined };
  const commands = new RunCommands({
    ...stores,
    jobLock: new JobLock(database, dataDir),
    dispatcher,
  });
  const starts = new JobStartStore(database);
  const starter = new JobStarter({ ...stores, starts, commands, logger: QUIET });
  await starter.startDue(new Date(Date.now() + 120_000));
  expect((await countOpen("job_id", job))?.open).toBe(0);
}
