import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Maker, openMaker, V2, V3 } from "./fixtures/make-things.ts";
import { openTestService, type TestService } from "./fixtures/open-test-service.ts";

type Body = Record<string, unknown>;

let service: TestService;
let maker: Maker;
let place: { readonly project: number; readonly environment: number };
beforeAll(async () => {
  service = await openTestService();
  maker = await openMaker(service);
  place = await maker.makeProject();
});
afterAll(async () => {
  await service.close();
});

async function countRuns(jobId: number): Promise<number> {
  const rows = await service.database.query<{ n: number }>(
    "select count(*)::int as n from dbt_service.runs where job_id = $1",
    [jobId],
  );
  return rows[0]?.n ?? 0;
}

function merge(path: string, value: unknown): Body {
  const [first = "", ...rest] = path.split(".");
  return { [first]: rest.length === 0 ? value : merge(rest.join("."), value) };
}

describe("what cannot be honoured yet", () => {
  test.each([
    "github_pull_request_id",
    "gitlab_merge_request_id",
    "azure_pull_request_id",
    "azure_devops_pull_request_id",
    "non_native_pull_request_id",
  ])("a run with %s is refused before it builds into production's schema (J4)", async (key) => {
    const job = await maker.makeJob(place);
    for (const value of [42, "42"]) {
      const answer = await maker.ask("POST", `${V2}/jobs/${job}/run/`, {
        cause: "x",
        [key]: value,
      });
      expect([answer.status, answer.body.status.user_message]).toEqual([
        400,
        expect.stringContaining(`"${key}"`),
      ]);
    }
    expect(await countRuns(job)).toBe(0);
  });

  test.each([
    ["triggers.github_webhook", true],
    ["triggers.git_provider_webhook", true],
    ["triggers.on_merge", true],
    ["triggers.custom_branch_only", true],
    ["triggers_on_draft_pr", true],
    ["deferring_environment_id", 70_000],
    ["deferring_job_definition_id", 65_767],
    ["run_compare_changes", true],
    ["run_lint", true],
    ["cost_optimization_features", ["dbt_state"]],
    ["lifecycle_webhooks", true],
    ["job_type", "ci"],
    ["job_type", "merge"],
    ["execute_steps", ["dbt build --select state:modified+"]],
    ["execute_steps", ["dbt build -s tag:x,state:new"]],
    ["execute_steps", ["dbt build --select=1+result:error"]],
    ["execute_steps", ["dbt build --defer"]],
  ] as const)(
    "a job with %s %j is refused with the reason, new and changed (J4)",
    async (path, value) => {
      const job = await maker.makeJob(place);
      const common = { name: "J", project_id: place.project, environment_id: place.environment };
      const change = merge(path, value);
      for (const [address, body] of [
        [`${V2}/jobs/`, { ...common, execute_steps: ["dbt build"], ...change }],
        [`${V2}/jobs/${job}/`, change],
      ] as const) {
        const answer = await maker.ask("POST", address, body);
        expect([answer.status, answer.body.status.user_message]).toEqual([
          400,
          expect.stringMatching(/^Cannot (?:save|run)/u),
        ]);
      }
    },
  );

  test("a run with steps that compare with an earlier run is refused (J4)", async () => {
    const job = await maker.makeJob(place);
    const answer = await maker.ask("POST", `${V2}/jobs/${job}/run/`, {
      steps_override: ["dbt build -s state:modified"],
    });
    expect([answer.status, answer.body.status.user_message]).toEqual([
      400,
      expect.stringContaining('"state:"'),
    ]);
  });

  test("a notification that nobody would send is refused; an empty one is kept (J4)", async () => {
    const job = await maker.makeJob(place);
    for (const key of ["on_success", "on_failure", "on_cancel", "on_warning"]) {
      const body = { type: 4, external_email: "a@b.c", [key]: [job] };
      const answer = await maker.ask("POST", `${V2}/notifications/`, body);
      expect([answer.status, answer.body.status.user_message]).toEqual([
        400,
        expect.stringContaining("sends no notifications"),
      ]);
    }
    const empty = { type: 4, external_email: "a@b.c", on_failure: [] };
    expect((await maker.ask("POST", `${V2}/notifications/`, empty)).status).toBe(201);
  });

  test.each([
    ["environment", "enable_dbt_state", true],
    ["environment", "enable_model_query_history", true],
    ["project", "type", 1],
    ["connection", "is_ssh_tunnel_enabled", true],
  ] as const)("a %s with %s is refused (J4)", async (kind, key, value) => {
    const paths = {
      environment: `${V3}/projects/${place.project}/environments/`,
      project: `${V3}/projects/`,
      connection: `${V3}/connections/`,
    };
    const answer = await maker.ask("POST", paths[kind], { name: "X", config: {}, [key]: value });
    expect([answer.status, answer.body.status.user_message]).toEqual([
      400,
      expect.stringContaining(`"${key}"`),
    ]);
  });

  test("what asks for nothing passes, and a job that was read can be sent back (J4)", async () => {
    const nothing = {
      triggers: {
        github_webhook: false,
        git_provider_webhook: null,
        schedule: false,
        on_merge: false,
      },
      deferring_environment_id: null,
      deferring_job_definition_id: null,
      run_compare_changes: false,
      run_lint: false,
      triggers_on_draft_pr: false,
      cost_optimization_features: [],
      force_node_selection: false,
      execute_steps: ["dbt build --select tag:state"],
    };
    const job = await maker.makeJob(place, nothing);
    const read = await maker.ask<Body>("GET", `${V2}/jobs/${job}/`);
    const back = await maker.ask<Body>("POST", `${V2}/jobs/${job}/`, {
      ...read.body.data,
      name: "K",
    });
    expect([back.status, back.body.data["name"]]).toEqual([200, "K"]);
    const run = await maker.ask("POST", `${V2}/jobs/${job}/run/`, {
      cause: "x",
      github_pull_request_id: null,
      schema_override: null,
    });
    expect(run.status).toBe(200);
  });
});

describe("the kinds of environments a token may write to", () => {
  async function makeLimited(categories: readonly string[], set = "admin"): Promise<string> {
    const created = await maker.ask<{ token_string: string; id: number }>(
      "POST",
      `${V3}/service-tokens/`,
      {
        name: "limited",
        permission_grants: [
          { permission_set: set, project_id: null, writable_environment_categories: categories },
        ],
      },
    );
    expect(created.status).toBe(201);
    const shown = await maker.ask<readonly Body[]>(
      "GET",
      `${V3}/service-tokens/${created.body.data.id}/permissions/`,
    );
    expect(shown.body.data[0]?.["writable_environment_categories"]).toEqual(categories);
    return created.body.data.token_string;
  }

  test("are kept, and kept to: in environments, jobs, variables and runs (J14)", async () => {
    const token = await makeLimited(["development", "staging"]);
    const list = `${V3}/projects/${place.project}/environments/`;
    const body = { name: "S", type: "deployment", deployment_type: "staging" };
    const staging = await maker.ask<{ id: number }>("POST", list, body, token);
    expect(staging.status).toBe(201);
    const job = await maker.makeJob({ ...place, environment: staging.body.data.id });
    const other = await maker.makeJob(place);
    const status = async (method: string, path: string, given: Body) =>
      (await maker.ask(method, path, given, token)).status;
    expect([
      await status("POST", list, { ...body, deployment_type: "production" }),
      await status("PATCH", `${list}${staging.body.data.id}/`, { deployment_type: "production" }),
      await status("PATCH", `${list}${place.environment}/`, { name: "x" }),
      await status("DELETE", `${list}${place.environment}/`, {}),
      await status("POST", `${V2}/jobs/${other}/`, { name: "x" }),
      await status("DELETE", `${V2}/jobs/${other}/`, {}),
      await status("POST", `${V2}/jobs/${job}/`, { environment_id: place.environment }),
      await status("POST", `${V2}/jobs/${other}/run/`, { cause: "x" }),
      await status("POST", `${V3}/projects/${place.project}/environment-variables/`, {
        name: "DBT_X",
        type: "environment",
        environment_id: place.environment,
        raw_value: "1",
      }),
    ]).toEqual(Array(9).fill(403));
    expect(await status("POST", `${V2}/jobs/${job}/`, { name: "x" })).toBe(200);
    expect(await status("POST", `${V2}/jobs/${job}/run/`, { cause: "x" })).toBe(200);
    const read = await maker.ask("GET", `${list}${place.environment}/`, undefined, token);
    expect(read.status).toBe(200);
  });

  test("are kept to in all that an environment consists of: its connection, code, credentials, attributes, runs and project (J14, S2)", async () => {
    const token = await makeLimited(["development"], "member");
    const there = await maker.makeProject();
    const within = `${V3}/projects/${there.project}`;
    const shown = await maker.ask<Body>("GET", `${within}/`);
    const used = {
      credentials: await maker.make(`${within}/credentials/`, { type: "postgres", username: "u" }),
      "extended-attributes": await maker.make(`${within}/extended-attributes/`, {
        extended_attributes: { a: 1 },
      }),
      // Of its project, which every environment without one of its own takes.
      repositories: Number(shown.body.data["repository_id"]),
    };
    const connection = await maker.make(`${V3}/connections/`, {
      name: "C",
      adapter_version: "postgres_v0",
      config: { hostname: "h" },
    });
    const free = await maker.make(`${within}/credentials/`, { type: "postgres", username: "u" });
    const named = await maker.ask("PATCH", `${within}/environments/${there.environment}/`, {
      deployment_type: "production",
      credentials_id: used.credentials,
      connection_id: connection,
      extended_attributes_id: used["extended-attributes"],
    });
    expect(named.status).toBe(200);
    const job = await maker.makeJob(there);
    const started = await maker.ask<{ id: number }>("POST", `${V2}/jobs/${job}/run/`, {});
    const status = async (method: string, path: string, given: Body = {}) =>
      (await maker.ask(method, path, given, token)).status;
    const paths = Object.entries(used).map(([kind, id]) => `${within}/${kind}/${id}/`);
    for (const path of [...paths, `${V3}/connections/${connection}/`]) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const answered = await status(method, path, { name: "x" });
        expect([method, path, answered]).toEqual([method, path, 403]);
      }
      expect(await status("POST", path, { state: 2 })).toBe(403);
    }
    expect(await status("PATCH", `${within}/credentials/${free}/`, { name: "x" })).toBe(200);
    expect(await status("POST", `${V2}/runs/${started.body.data.id}/cancel/`)).toBe(403);
    expect(await status("DELETE", `${within}/`)).toBe(403);
    expect(await status("POST", `${V2}/projects/${there.project}/`, { state: 2 })).toBe(403);
    expect(await status("PATCH", `${within}/`, { dbt_project_subdirectory: "x" })).toBe(403);
    expect(await status("PATCH", `${within}/`, { description: "x" })).toBe(200);
    expect((await maker.ask("DELETE", `${within}/`)).status).toBe(200);
  });

  test("nobody gives more of than they have, and unknown ones are refused (J14)", async () => {
    const token = await makeLimited(["development"], "account_admin");
    for (const [categories, status] of [
      [[], 403],
      [["all"], 403],
      [["production"], 403],
      [["development"], 201],
      [["nowhere"], 400],
      ["development", 400],
    ] as const) {
      const grant = {
        permission_set: "job_admin",
        project_id: null,
        writable_environment_categories: categories,
      };
      const answer = await maker.ask(
        "POST",
        `${V3}/service-tokens/`,
        { name: "t", permission_grants: [grant] },
        token,
      );
      expect([categories, answer.status]).toEqual([categories, status]);
    }
  });
});
