import type { JsonRecord } from "@airloom/dbt-cloud/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Answer,
  type HasId,
  openTestService,
  type TestService,
} from "../fixtures/open-test-service.ts";
import { RunCommands } from "../run-commands.ts";
import { SEED_IDS } from "../seed-service.ts";
import { ArtifactStore } from "../store/artifact-store.ts";
import { JobLock } from "../store/job-lock.ts";
import { JobStartStore } from "../store/job-start-store.ts";
import { ResourceStore } from "../store/resource-store.ts";
import type { RunRow } from "../store/run-row.ts";
import { RunStore } from "../store/run-store.ts";
import { StepStore } from "../store/step-store.ts";
import { JobStarter } from "./job-starter.ts";

const V2 = `/api/v2/accounts/${SEED_IDS.account}`;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** A busy machine takes its time. */
const SOON = { timeout: 50_000 };
// Far from the clock of the machine, on which the service's own starter looks.
const NOON = new Date("2040-03-01T12:00:00Z");
const minutesLater = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(async () => {
  await service.close();
});

/** A starter as after a start of the service: it knows nothing but what the database holds. */
function openStarter(): JobStarter {
  const { database } = service;
  const resources = new ResourceStore(database);
  const runs = new RunStore(database);
  const commands = new RunCommands({
    resources,
    runs,
    steps: new StepStore(database),
    artifacts: new ArtifactStore(database, service.dataDir),
    jobLock: new JobLock(database, service.dataDir),
    dispatcher: { wake: () => undefined, cancel: () => undefined },
  });
  const starts = new JobStartStore(database);
  return new JobStarter({ resources, runs, starts, commands, logger: QUIET });
}

async function createJob(fields: object): Promise<number> {
  const place = { project_id: SEED_IDS.project, environment_id: SEED_IDS.environment };
  const given = { ...place, name: "a job", execute_steps: ["dbt build"], ...fields };
  const { body } = await service.ask<HasId>("POST", `${V2}/jobs/`, given);
  return body.data.id;
}

async function listRuns(jobId: number): Promise<readonly RunRow[]> {
  const { rows } = await new RunStore(service.database).list({
    accountId: SEED_IDS.account,
    scope: { kind: "all" },
    states: [1],
    filters: [{ field: "job_definition_id", op: "in", values: [jobId] }],
    orderBy: ["id"],
    limit: 100,
    offset: 0,
  });
  return rows;
}

async function saveBody(jobId: number, body: JsonRecord): Promise<void> {
  await service.database.query(
    "update dbt_service.resources set body = $2 where kind = 'job' and id = $1",
    [jobId, JSON.stringify(body)],
  );
}

/** Gives a job a schedule that nothing would accept, as a fault of ours could; returns the job as it was. */
async function breakSchedule(jobId: number): Promise<JsonRecord> {
  const job = await new ResourceStore(service.database).find("job", jobId);
  const body = job?.body ?? {};
  await saveBody(jobId, {
    ...body,
    triggers: { schedule: true },
    schedule: { cron: "99 * * * *" },
  });
  return body;
}

describe("jobs with a schedule", () => {
  let jobId: number;
  beforeAll(async () => {
    // No dispatcher may take what is queued here.
    jobId = await createJob({ triggers: { schedule: true }, schedule: { cron: "0 * * * *" } });
    await service.stop();
  });
  beforeEach(async () => {
    await service.database.query("delete from dbt_service.schedule_cursor");
    await service.database.query("delete from dbt_service.runs");
  });
  afterAll(async () => {
    await service.restart();
  });

  test("start once when they are due, however often and by however many it is looked", async () => {
    await openStarter().startDue(minutesLater(-1));
    expect(await listRuns(jobId)).toEqual([]);
    const starter = openStarter();
    await Promise.all([starter.startDue(NOON), openStarter().startDue(NOON)]);
    await starter.startDue(minutesLater(59));
    expect(await listRuns(jobId)).toMatchObject([
      { cause: "Scheduled", causeCategory: "scheduled", status: 1 },
    ]);
    await starter.startDue(minutesLater(60));
    expect(await listRuns(jobId)).toHaveLength(2);
  });

  test("start once after a stop over many of their times", async () => {
    await openStarter().startDue(minutesLater(-1));
    await openStarter().startDue(minutesLater(60 * 72));
    expect(await listRuns(jobId)).toHaveLength(1);
    await openStarter().startDue(minutesLater(60 * 72 + 59));
    expect(await listRuns(jobId)).toHaveLength(1);
  });

  test("give way in the queue to their next scheduled run, and leave others queued", async () => {
    const starter = openStarter();
    await starter.startDue(minutesLater(-1));
    const [byHand] = await service.database.query<{ id: number }>(
      `insert into dbt_service.runs (account_id, project_id, environment_id, job_id, cause, cause_category, overrides, job, plan, triggered_by)
       values ($1, $2, $3, $4, 'by hand', 'api', '{}', '{}', '[]', 'test') returning id`,
      [SEED_IDS.account, SEED_IDS.project, SEED_IDS.environment, jobId],
    );
    await starter.startDue(NOON);
    await starter.startDue(minutesLater(60));
    expect((await listRuns(jobId)).map((run) => [run.id === byHand?.id, run.status])).toEqual([
      [true, 1],
      [false, 30],
      [false, 1],
    ]);
  });

  test("start though another one's cannot, which is tried again", async () => {
    // Ahead of the other in every list: lower ids come first.
    const broken = SEED_IDS.job;
    const before = await breakSchedule(broken);
    const starter = openStarter();
    await starter.startDue(minutesLater(-1));
    await starter.startDue(NOON);
    expect(await listRuns(jobId)).toHaveLength(1);
    expect(await listRuns(broken)).toEqual([]);

    await saveBody(broken, {
      ...before,
      triggers: { schedule: true },
      schedule: { cron: "0 * * * *" },
    });
    await starter.startDue(minutesLater(1));
    expect(await listRuns(jobId)).toHaveLength(1);
    expect(await listRuns(broken)).toMatchObject([{ causeCategory: "scheduled" }]);
    await saveBody(broken, before);
  });

  test("do not start at all when the schedule is off or the job is deleted", async () => {
    await openStarter().startDue(minutesLater(-1));
    await service.database.query(
      "update dbt_service.resources set state = 2 where kind = 'job' and id = $1",
      [jobId],
    );
    await openStarter().startDue(NOON);
    expect(await listRuns(jobId)).toEqual([]);
    expect(await listRuns(SEED_IDS.job)).toEqual([]);
  });
});

describe("jobs that wait for another one", () => {
  const waitFor = (jobId: number, statuses: readonly number[]): object => ({
    job_completion_trigger_condition: {
      condition: { job_id: jobId, project_id: SEED_IDS.project, statuses },
    },
  });
  const trigger = async (jobId: number): Promise<number> =>
    (await service.ask<HasId>("POST", `${V2}/jobs/${jobId}/run/`, { cause: "test" })).body.data.id;

  test("start when it ends in the way they wait for, and then those that wait for them", async () => {
    await service.script({ nodes: [{ name: "orders", type: "model" }] });
    const first = await createJob({});
    const onSuccess = await createJob(waitFor(first, [10]));
    const onFailure = await createJob(waitFor(first, [20]));
    const last = await createJob(waitFor(onSuccess, [10, 20, 30]));
    const runId = await trigger(first);
    await expect.poll(async () => (await listRuns(last))[0]?.status, SOON).toBe(10);
    expect(await listRuns(onSuccess)).toMatchObject([
      {
        status: 10,
        cause: `Triggered by the end of run ${runId}`,
        causeCategory: "job completion",
      },
    ]);
    expect(await listRuns(onFailure)).toEqual([]);
    await service.script({ nodes: [{ name: "orders", type: "model", fails: "broken" }] });
    await service.settle(await trigger(first));
    await expect.poll(async () => (await listRuns(onFailure)).length, SOON).toBe(1);
    expect(await listRuns(onSuccess)).toHaveLength(1);
  });

  test("start also when the service died between the end and the start", async () => {
    await service.script({ nodes: [] });
    const first = await createJob({});
    const runId = await trigger(first);
    await service.settle(runId);
    const second = await createJob(waitFor(first, [10]));
    await service.stop();
    await service.database.query("update dbt_service.runs set followed_at = null where id = $1", [
      runId,
    ]);
    await service.restart();
    await expect.poll(async () => (await listRuns(second)).length, SOON).toBe(1);
  });

  test("start when it is cancelled before it began", async () => {
    const first = await createJob({});
    const second = await createJob(waitFor(first, [30]));
    await service.stop();
    await service.database.query(
      `insert into dbt_service.runs (account_id, project_id, environment_id, job_id, cause, cause_category, overrides, job, plan, triggered_by)
       values ($1, $2, $3, $4, 'by hand', 'api', '{}', '{}', '[]', 'test')`,
      [SEED_IDS.account, SEED_IDS.project, SEED_IDS.environment, first],
    );
    const [queued] = await listRuns(first);
    await new RunStore(service.database).requestCancel(queued?.id ?? 0, "somebody");
    await openStarter().startFollowers();
    expect(await listRuns(second)).toHaveLength(1);
    expect(await new JobStartStore(service.database).listUnfollowed()).toEqual([]);
    await service.restart();
  });

  test("start though another one cannot, which is given up after some tries", async () => {
    const first = await createJob({});
    const broken = await createJob(waitFor(first, [30]));
    const whole = await createJob(waitFor(first, [30]));
    await service.stop();
    // Its environment is gone, as in a database of an earlier version: nothing can be started in it.
    const job = await new ResourceStore(service.database).find("job", broken);
    await saveBody(broken, { ...job?.body, environment_id: 999_999 });
    await service.database.query(
      `insert into dbt_service.runs (account_id, project_id, environment_id, job_id, cause, cause_category, overrides, job, plan, triggered_by)
       values ($1, $2, $3, $4, 'by hand', 'api', '{}', '{}', '[]', 'test')`,
      [SEED_IDS.account, SEED_IDS.project, SEED_IDS.environment, first],
    );
    const [queued] = await listRuns(first);
    await new RunStore(service.database).requestCancel(queued?.id ?? 0, "somebody");
    const starts = new JobStartStore(service.database);
    const starter = openStarter();
    for (let tries = 1; tries < 5; tries++) await starter.startFollowers();
    expect(await listRuns(whole)).toHaveLength(1);
    expect(await starts.listUnfollowed()).toHaveLength(1);
    await starter.startFollowers();
    expect(await listRuns(broken)).toEqual([]);
    expect(await listRuns(whole)).toHaveLength(1);
    expect(await starts.listUnfollowed()).toEqual([]);
    await service.restart();
  });

  const save = (jobId: number, fields: object): Promise<Answer<HasId>> =>
    service.ask<HasId>("POST", `${V2}/jobs/${jobId}/`, fields);
  const circle = (...ids: readonly number[]): unknown => [
    400,
    `Cannot save the job: jobs would start each other without end: ${ids.join(" -> ")}`,
  ];

  test("cannot wait for themselves", async () => {
    const jobId = await createJob({});
    const { status, body } = await save(jobId, waitFor(jobId, [10]));
    expect([status, body.status.user_message]).toEqual(circle(jobId, jobId));
  });

  test("cannot wait for each other in a circle, however long", async () => {
    const first = await createJob({});
    const second = await createJob(waitFor(first, [10]));
    const third = await createJob(waitFor(second, [20]));
    const short = await save(first, waitFor(second, [30]));
    expect([short.status, short.body.status.user_message]).toEqual(circle(first, second, first));
    const long = await save(first, waitFor(third, [10]));
    expect([long.status, long.body.status.user_message]).toEqual(
      circle(first, second, third, first),
    );
    // What broke no rule is kept, and a circle that is broken up may be closed elsewhere.
    expect((await save(third, { job_completion_trigger_condition: null })).status).toBe(200);
    expect((await save(first, waitFor(third, [10]))).status).toBe(200);
  });

  test("close no circle either when two are saved at once", async () => {
    const [left, right] = [await createJob({}), await createJob({})];
    const answers = await Promise.all([
      save(left, waitFor(right, [10])),
      save(right, waitFor(left, [10])),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
  });

  test("cannot be made to wait for a job that is not there, yet keep one that was deleted", async () => {
    const first = await createJob({});
    const second = await createJob(waitFor(first, [10]));
    const absent = await save(second, waitFor(999_999, [10]));
    expect([absent.status, absent.body.status.user_message]).toEqual([
      400,
      'Cannot save the job: "job_completion_trigger_condition.condition.job_id" is 999999, and your part of the account has no job 999999',
    ]);
    await service.ask("DELETE", `${V2}/jobs/${first}/`);
    expect((await save(second, { description: "kept" })).status).toBe(200);
  });
});
