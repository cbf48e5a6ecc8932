import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FOREIGN_IDS, REFERENCES } from "./domain/reference.ts";
import { type Maker, openMaker, V2, V3 } from "./fixtures/make-things.ts";
import { openTestService, type TestService } from "./fixtures/open-test-service.ts";
import { listResourceApis } from "./http/routes/configured-resources.ts";

let service: TestService;
let maker: Maker;
let ours: { readonly project: number; readonly environment: number };
let theirs: { readonly project: number; readonly environment: number };
/** Ids in `theirs` by the field that would name them. */
let foreign: Readonly<Record<string, number>>;
beforeAll(async () => {
  service = await openTestService();
  maker = await openMaker(service);
  ours = await maker.makeProject();
  theirs = await maker.makeProject();
  const within = `${V3}/projects/${theirs.project}`;
  const job = await maker.makeJob(theirs);
  foreign = {
    environment_id: theirs.environment,
    job_definition_id: job,
    docs_job_id: job,
    freshness_job_id: job,
    credentials_id: await maker.make(`${within}/credentials/`, {
      type: "postgres",
      username: "u",
      password: "THEIRS",
    }),
    extended_attributes_id: await maker.make(`${within}/extended-attributes/`, {
      extended_attributes: { password: "THEIRS" },
    }),
    repository_id: await maker.make(`${within}/repositories/`, { remote_url: "/tmp" }),
    connection_id: await maker.make(`${V3}/connections/`, {
      name: "C",
      adapter_version: "bigquery_v0",
      config: { project_id: "p", private_key: "THEIRS" },
    }),
  };
});
afterAll(async () => {
  await service.close();
});

describe("a reference", () => {
  test.each(["credentials_id", "connection_id", "extended_attributes_id", "repository_id"])(
    "of an environment to another project's %s is refused, new, changed and in part, as number and as text (S2)",
    async (key) => {
      const token = await maker.makeToken("job_admin", ours.project);
      const id = foreign[key];
      const list = `${V3}/projects/${ours.project}/environments/`;
      const one = `${list}${ours.environment}/`;
      for (const value of [id, String(id), 2_000_000_000, "abc", true, { id }]) {
        for (const [method, path] of [
          ["POST", list],
          ["POST", `${V2}/environments/`],
          ["POST", one],
          ["PUT", one],
          ["PATCH", one],
          ["PATCH", `${V2}/environments/${ours.environment}/`],
        ] as const) {
          const body = { name: "E2", project_id: ours.project, [key]: value };
          const answer = await maker.ask(method, path, body, token);
          expect([method, path, answer.status, answer.body.status.user_message]).toEqual([
            method,
            path,
            400,
            expect.stringContaining(`"${key}"`),
          ]);
        }
      }
      const { body } = await maker.ask<Record<string, unknown>>("GET", one);
      expect(body.data[key]).toBeNull();
    },
  );

  test.each(["repository_id", "docs_job_id", "freshness_job_id"])(
    "of a project to another project's %s is refused (S2)",
    async (key) => {
      const answer = await maker.ask("PATCH", `${V3}/projects/${ours.project}/`, {
        [key]: foreign[key],
      });
      expect([answer.status, answer.body.status.user_message]).toEqual([
        400,
        expect.stringContaining(`"${key}"`),
      ]);
    },
  );

  test("of a job to another project's environment is refused, and a job that waits for one out of reach (S2)", async () => {
    const token = await maker.makeToken("job_admin", ours.project);
    const job = await maker.makeJob(ours);
    const condition = {
      job_id: foreign["job_definition_id"],
      project_id: theirs.project,
      statuses: [10],
    };
    for (const change of [
      { environment_id: theirs.environment },
      { job_completion_trigger_condition: { condition } },
    ]) {
      const answer = await maker.ask("POST", `${V2}/jobs/${job}/`, change, token);
      expect(answer.status).toBe(400);
    }
    const allowed = await maker.ask("POST", `${V2}/jobs/${job}/`, {
      job_completion_trigger_condition: { condition },
    });
    expect(allowed.status).toBe(200);
  });

  test.each(["environment_id", "job_definition_id"])(
    "of a variable to another project's %s is refused (S2)",
    async (key) => {
      const type = key === "environment_id" ? "environment" : "job";
      const path = `${V3}/projects/${ours.project}/environment-variables/`;
      const variable = { name: "DBT_X", type, raw_value: "1", [key]: foreign[key] };
      for (const body of [variable, { env_var: variable }]) {
        expect((await maker.ask("POST", path, body)).status).toBe(400);
      }
    },
  );

  test("to a thing that this service has none of is refused (S2)", async () => {
    for (const [path, body] of [
      [`${V3}/connections/`, { name: "C", config: {}, oauth_configuration_id: 1 }],
      [`${V3}/connections/`, { name: "C", config: {}, private_link_endpoint_id: "x" }],
      [`${V3}/projects/${ours.project}/environments/`, { name: "E", primary_profile_id: 1 }],
      [`${V3}/projects/`, { name: "P", semantic_layer_config_id: 1 }],
    ] as const) {
      expect([path, (await maker.ask("POST", path, body)).status]).toEqual([path, 400]);
    }
  });

  test("to another account is refused, and a thing does not move to another project (S2)", async () => {
    const one = `${V3}/projects/${ours.project}/environments/${ours.environment}/`;
    for (const change of [{ account_id: 1 }, { project_id: theirs.project }]) {
      expect((await maker.ask("PATCH", one, change)).status).toBe(400);
    }
  });

  test("within the project is taken, stays when it is sent back, and needs no more than that project (S2)", async () => {
    const token = await maker.makeToken("job_admin", ours.project);
    const credentials = await maker.make(`${V3}/projects/${ours.project}/credentials/`, {
      type: "postgres",
      username: "u",
    });
    const one = `${V3}/projects/${ours.project}/environments/${ours.environment}/`;
    const own = { credentials_id: credentials };
    expect((await maker.ask("PATCH", one, own, token)).status).toBe(200);
    await maker.ask("PATCH", one, { connection_id: foreign["connection_id"] });
    const read = await maker.ask<Record<string, unknown>>("GET", one, undefined, token);
    const sentBack = await maker.ask("POST", one, { ...read.body.data, name: "E3" }, token);
    expect(sentBack.body.data).toMatchObject({
      ...own,
      connection_id: foreign["connection_id"],
      name: "E3",
    });
  });

  test("to a project in a body never leads out of the one in the address, nor into one that is not the caller's (S2)", async () => {
    const token = await maker.makeToken("admin", ours.project);
    const make = async (kind: string, inPath: number, inBody: number): Promise<number> => {
      const body = { name: "X", project_id: inBody, remote_url: "/tmp", type: "deployment" };
      const path = `${V3}/projects/${inPath}/${kind}/`;
      return (await maker.ask("POST", path, body, token)).status;
    };
    for (const kind of ["environments", "repositories", "extended-attributes"]) {
      expect([
        await make(kind, ours.project, theirs.project),
        await make(kind, theirs.project, ours.project),
        await make(kind, theirs.project, theirs.project),
      ]).toEqual([400, 400, 404]);
    }
    const job = { name: "J", environment_id: theirs.environment };
    for (const project of [ours.project, theirs.project]) {
      const asked = { ...job, project_id: project };
      const { status } = await maker.ask("POST", `${V2}/jobs/`, asked, token);
      expect(status).toBe(project === ours.project ? 400 : 404);
    }
  });

  test("to a run by an idempotency key is to a run of that job alone: no key shows, replaces or holds up another project's run (S2)", async () => {
    interface Run {
      readonly id: number;
      readonly project_id: number;
      readonly job_definition_id: number;
    }
    const token = await maker.makeToken("job_runner", ours.project);
    const start = async (job: number, authorization: string): Promise<Run> =>
      (
        await service.ask<Run>(
          "POST",
          `${V2}/jobs/${job}/run/`,
          { cause: "x" },
          { authorization, "idempotency-key": `schedule:${foreign["job_definition_id"]}:soon` },
        )
      ).body.data;
    const job = await maker.makeJob(ours);
    const first = await start(job, `Token ${token}`);
    const other = await start(foreign["job_definition_id"] ?? 0, `Token ${maker.admin}`);
    const again = await start(job, `Token ${token}`);
    expect([first.project_id, first.job_definition_id]).toEqual([ours.project, job]);
    expect([other.project_id, other.job_definition_id]).toEqual([
      theirs.project,
      foreign["job_definition_id"],
    ]);
    expect(again.id).toBe(first.id);
  });

  test("that an older database holds is checked again when a run uses it, before anything is written (S2)", async () => {
    const place = await maker.makeProject();
    const job = await maker.makeJob(place);
    await service.database.query(
      `update dbt_service.resources set body = body || jsonb_build_object('credentials_id', $2::integer)
       where kind = 'environment' and id = $1`,
      [place.environment, foreign["credentials_id"]],
    );
    const started = await maker.ask<{ readonly id: number }>("POST", `${V2}/jobs/${job}/run/`, {});
    const run = await service.settle(started.body.data.id);
    expect(run.status).toBe(20);
    expect(run.status_message).toContain(`"credentials_id"`);
  });

  test("is declared for every field of every kind of thing that ends in an id (S2)", () => {
    const undeclared = listResourceApis({} as Parameters<typeof listResourceApis>[0]).flatMap(
      (api) =>
        Object.keys(api.defaults)
          .filter((key) => key.endsWith("_id") && key !== "project_id")
          .filter((key) => !(key in REFERENCES[api.kind]) && !FOREIGN_IDS.has(key)),
    );
    expect(undeclared).toEqual([]);
  });
});
