import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WireRun } from "@airloom/dbt-cloud/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PermissionSet } from "./domain/permission.ts";
import {
  type Answer,
  type HasId,
  openTestService,
  type TestService,
} from "./fixtures/open-test-service.ts";

/** What these tests read of a job. */
interface TestJob extends HasId {
  readonly state: number;
  readonly next_run: string | null;
  readonly next_run_humanized: string | null;
  readonly updated_at: string;
  readonly schedule: { readonly cron: string };
}

interface TestToken extends HasId {
  readonly token_string: string;
}

const V2 = "/api/v2/accounts/16173";
const V3 = "/api/v3/accounts/16173";

let service: TestService;
let admin: string;
beforeAll(async () => {
  service = await openTestService({
    authenticate: async (request) =>
      request.headers["cookie"] === "session=1"
        ? { username: "ada", email: null, permissionSet: "account_admin" }
        : undefined,
    login: async (username, password) =>
      password === "right"
        ? {
            user: { username, email: null, permissionSet: "account_admin" },
            setCookie: ["session=1; HttpOnly; SameSite=Lax"],
          }
        : { status: 401, message: "Cannot sign in: wrong", retryAfterS: null },
    logout: async ({ headers }) =>
      headers["cookie"] === "session=1" ? ["session=; Max-Age=0"] : [],
    platformUrl: "http://127.0.0.1:8080",
    version: "1.2.3",
  });
  await service.script({ nodes: [{ name: "orders", type: "model" }] });
  const { TokenStore } = await import("./store/token-store.ts");
  const { text } = await new TokenStore(service.database).create({
    accountId: 16_173,
    name: "admin",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
  });
  admin = text;
});
afterAll(async () => {
  await service.close();
});

async function as<T>(
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  return service.ask<T>(method, path, body, { authorization: `Bearer ${token}` });
}

describe("envelopes", () => {
  test("a list tells its limit, offset, count and total", async () => {
    const { body } = await as(admin, "GET", `${V2}/jobs/?limit=1000&offset=0&unheard_of=1`);
    expect(body).toMatchObject({
      status: { code: 200, is_success: true, user_message: "Success!", developer_message: "" },
      extra: {
        filters: { limit: 100, offset: 0, account_id: 16_173 },
        order_by: "id",
        pagination: { count: 1, total_count: 1 },
      },
    });
  });

  test("a wrong token, a missing one and a wrong address answer dbt Cloud's JSON", async () => {
    const wrong = await as("dbtc_wrong", "GET", `${V2}/jobs/`);
    expect([wrong.status, wrong.body]).toEqual([
      401,
      {
        status: {
          code: 401,
          is_success: false,
          user_message: "Invalid token.",
          developer_message: null,
        },
        data: null,
      },
    ]);
    const none = await fetch(`${service.url}${V2}/jobs/`);
    expect(none.status).toBe(401);
    const away = await as(admin, "POST", `${V2}/nowhere/`, "{}");
    expect([away.status, away.body.status.code, away.headers.get("location")]).toEqual([
      404,
      404,
      null,
    ]);
  });

  test("slashes at the end are optional on every verb", async () => {
    for (const path of [`${V2}/jobs/65767`, `${V2}/jobs/65767/`, `${V2}`, `${V2}/`]) {
      expect((await as(admin, "GET", path)).status).toBe(200);
    }
    const started = await as<WireRun>(admin, "POST", `${V2}/jobs/65767/run`);
    expect([started.status, started.body.data.trigger?.cause]).toEqual([200, "Triggered via API"]);
    await service.settle(started.body.data.id);
  });

  test.each([
    "run_steps,job",
    "run_steps%2Cjob",
    "run_steps&include_related=job",
    '["run_steps","job"]',
    "['run_steps','job']",
    "[run_steps, job]",
    '["trigger","job",,"run_steps", "environment"]',
  ])("include_related may be written as %s", async (form) => {
    const { body: list } = await as<readonly HasId[]>(
      admin,
      "GET",
      `${V2}/runs/?order_by=-created_at&limit=1`,
    );
    const { body } = await as<{ readonly run_steps: unknown; readonly job: HasId }>(
      admin,
      "GET",
      `${V2}/runs/${list.data[0]?.id}/?include_related=${form}`,
    );
    expect(body.data.run_steps).toHaveLength(4);
    expect(body.data.job.id).toBe(65_767);
  });

  test("status__in may be written as a JSON list; a run without extras has none", async () => {
    const { body } = await as<readonly WireRun[]>(
      admin,
      "GET",
      `${V2}/runs/?status__in=%5B1%2C+2%2C+10%5D&status_in=20`,
    );
    expect(body.data.length).toBeGreaterThan(0);
    expect(body.data[0]).toMatchObject({ trigger: null, job: null, run_steps: [] });
  });

  test("the root answers 200, whoami names the caller", async () => {
    expect((await fetch(`${service.url}/`)).status).toBe(200);
    const { body } = await as<{ readonly user: HasId }>(admin, "GET", "/api/v2/whoami");
    expect(body.data.user.id).toBeTypeOf("number");
  });

  test.each([
    `${V2}/jobs/?project_id=99999999999`,
    `${V2}/runs/?job_definition_id=1000000000000`,
    `${V2}/runs/?pk__in=[99999999999]`,
    `${V3}/projects/?pk__in=99999999999,-99999999999`,
    `${V3}/environments/?project_id=99999999999`,
  ])("an id that no row can have finds none: %s", async (path) => {
    const { status, body } = await as(admin, "GET", path);
    expect([status, body.data]).toEqual([200, []]);
  });

  test.each([
    ["GET", `${V2}/jobs/?name__icontains=a%00b`, undefined],
    ["GET", `${V3}/projects/?name=%00`, undefined],
    ["POST", `${V2}/jobs/65767/`, { description: "a\0b" }],
    ["POST", `${V2}/jobs/65767/run/`, { cause: "a", steps_override: ["dbt ls \0"] }],
    ["POST", `${V2}/jobs/65767/run/`, { git_sha: "\ud800" }],
    ["POST", `${V3}/connections/`, { name: "c", config: { "\0": 1 } }],
  ])("text that no database holds is refused: %s %s", async (method, path, given) => {
    const { status, body } = await as(admin, method, path, given);
    expect([status, body.status.user_message]).toEqual([
      400,
      "Cannot read the request: a text in it has a NUL character or half of a surrogate pair",
    ]);
  });

  test("a body that is not JSON is refused in the envelope, and __proto__ changes nothing", async () => {
    const broken = await as(admin, "POST", `${V2}/jobs/65767/`, "{oops");
    expect([broken.status, broken.body.status.is_success]).toEqual([400, false]);
    await as(admin, "POST", `${V2}/jobs/65767/`, '{"__proto__":{"polluted":1},"description":"x"}');
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("jobs", () => {
  test("need little, default the rest, infer their type and compute cron", async () => {
    const { status, body } = await as<TestJob>(admin, "POST", `${V2}/jobs/`, {
      id: null,
      project_id: "36467",
      environment_id: 70_000,
      name: "hourly",
      execute_steps: ["dbt run -s tag:hourly"],
      triggers: { schedule: true },
      schedule: { date: { type: "every_day" }, time: { type: "every_hour", interval: 1 } },
      job_completion_trigger_condition: null,
      nonsense: 1,
    });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      account_id: 16_173,
      job_type: "scheduled",
      generate_docs: false,
      settings: { threads: 1, target_name: "default" },
      schedule: { cron: "0 * * * *" },
      cron_humanized: "Every hour",
      execution: { timeout_seconds: 0 },
    });
    expect(body.data).not.toHaveProperty("nonsense");
    expect(body.data.next_run).toMatch(/T\d\d:00:00/u);

    const again = await as<TestJob>(admin, "POST", `${V2}/jobs/${body.data.id}/`, body.data);
    const { updated_at: _a, next_run_humanized: _b, ...before } = body.data;
    const { updated_at: _c, next_run_humanized: _d, ...after } = again.body.data;
    expect(after).toEqual(before);

    const deleted = await as<TestJob>(admin, "DELETE", `${V2}/jobs/${body.data.id}`);
    expect([deleted.status, deleted.body.data.state]).toEqual([200, 2]);
    expect((await as(admin, "GET", `${V2}/jobs/${body.data.id}/`)).status).toBe(404);
  });

  test("take the guide's example payload of an interval cron", async () => {
    const { body } = await as<TestJob>(admin, "POST", `${V2}/jobs/`, {
      project_id: 36_467,
      environment_id: 70_000,
      name: "interval",
      execute_steps: ["dbt build"],
      schedule: {
        date: {
          type: "interval_cron",
          days: [0, 1, 2, 3, 4, 5, 6],
          cron: "2 */12 * * 0,1,2,3,4,5,6",
        },
        time: { type: "every_hour", interval: 12 },
      },
    });
    expect(body.data.schedule.cron).toBe("2 */12 * * 0,1,2,3,4,5,6");
    await as(admin, "POST", `${V2}/jobs/${body.data.id}/`, { state: 2 });
  });

  test.each([
    [{ name: "x", execute_steps: ["rm -rf /"] }, "a step starts with dbt"],
    [{ name: "x", execute_steps: ['dbt build "'] }, "is not closed"],
    [{ name: "", execute_steps: [] }, '"name" is missing'],
    [{ name: "x", environment_id: 1 }, "has no environment 1"],
    [
      { name: "x", schedule: { date: { type: "custom_cron", cron: "61 * * * *" } } },
      "Cannot read the job's schedule",
    ],
  ])("refuse %j", async (change, said) => {
    const { status, body } = await as(admin, "POST", `${V2}/jobs/`, {
      project_id: 36_467,
      environment_id: 70_000,
      ...change,
    });
    expect(status).toBe(400);
    expect(body.status.user_message).toContain(said);
  });
});

describe("secrets and variables", () => {
  test("reach the run by precedence and are never shown, stored in the clear or logged", async () => {
    const vars = `${V3}/projects/36467/environment-variables`;
    await as(admin, "POST", `${vars}/bulk/`, {
      env_var: {
        new_name: "DBT_ENV_SECRET_KEY",
        project: "canary-4711",
        Production: "canary-4712",
      },
    });
    await service.script({
      nodes: [{ name: "orders", type: "model" }],
      says: "the key is canary-4712",
    });
    const started = await as<HasId>(admin, "POST", `${V2}/jobs/65767/run/`, {});
    const run = await service.settle(started.body.data.id);
    expect(run.run_steps[3]?.logs).toContain("the key is *****");
    const shown = await as(admin, "GET", `${vars}/environment/`);
    expect(shown.body.data).toMatchObject({
      variables: { DBT_ENV_SECRET_KEY: { project: { value: "**********" } } },
    });
    const stored = await service.database.query<{ text: string }>(
      "select string_agg(body::text, '') as text from dbt_service.resources",
    );
    expect(stored[0]?.text).not.toContain("canary");
  });

  test("a service token is shown once and stored as a salted hash; revoking it works at once", async () => {
    const { body } = await as<TestToken>(admin, "POST", `${V3}/service-tokens/`, {
      name: "runner",
      permission_grants: [{ permission_set: "job_runner", project_id: null }],
    });
    const text = body.data.token_string;
    expect(text).toMatch(/^dbtc_/u);
    expect((await as(text, "GET", `${V2}/jobs/`)).status).toBe(200);
    const listed = await as(admin, "GET", `${V3}/service-tokens/`);
    expect(listed.text).not.toContain(text);
    const stored = await service.database.query<{ text: string }>(
      "select row_to_json(t)::text as text from dbt_service.service_tokens t",
    );
    expect(stored.some((row) => row.text.includes(text))).toBe(false);
    await as(admin, "DELETE", `${V3}/service-tokens/${body.data.id}/`);
    expect((await as(text, "GET", `${V2}/jobs/`)).status).toBe(401);
  });
});

describe("permissions", () => {
  async function makeToken(set: PermissionSet, projectId: number | null): Promise<string> {
    const { body } = await as<TestToken>(admin, "POST", `${V3}/service-tokens/`, {
      name: set,
      permission_grants: [{ permission_set: set, project_id: projectId }],
    });
    return body.data.token_string;
  }

  test("in one project reach nothing of another, with the same words as for what does not exist", async () => {
    const { body } = await as<HasId>(admin, "POST", `${V3}/projects/`, { name: "Other" });
    const token = await makeToken("job_admin", body.data.id);
    const hidden = await as(token, "GET", `${V2}/jobs/65767/`);
    const absent = await as(token, "GET", `${V2}/jobs/999999/`);
    expect([hidden.status, hidden.text]).toEqual([absent.status, absent.text]);
    expect(hidden.body.status.user_message).toContain("permission");
    expect((await as(token, "GET", `${V2}/runs/`)).body.data).toEqual([]);
    expect((await as(token, "POST", `${V2}/jobs/65767/run/`, {})).status).toBe(404);
    const moved = await as(token, "POST", `${V2}/jobs/`, {
      project_id: 36_467,
      environment_id: 70_000,
      name: "smuggled",
      execute_steps: [],
    });
    expect(moved.status).toBe(404);
  });

  test("of a token end at its account", async () => {
    expect((await as(admin, "GET", "/api/v2/accounts/1/jobs/")).status).toBe(404);
  });

  describe("are given away only by those who have them", () => {
    const TOKENS = `${V3}/service-tokens/`;
    const all = (set: string): object => ({ permission_set: set, project_id: null });

    test("a security admin makes no token that may do more than it may itself", async () => {
      const token = await makeToken("security_admin", null);
      const wanted = { name: "more", permission_grants: [all("account_admin")] };
      const made = await as(token, "POST", TOKENS, wanted);
      expect([made.status, made.body.status.user_message]).toEqual([
        403,
        expect.stringMatching(
          /^Cannot grant "account_admin" in all projects: it allows account:write, .* which you may not do there yourself$/u,
        ),
      ]);
      const equal = { name: "same", permission_grants: [all("security_admin")] };
      expect((await as(token, "POST", TOKENS, equal)).status).toBe(201);
      const { body } = await as<readonly { readonly name: string }[]>(admin, "GET", TOKENS);
      expect(body.data.map(({ name }) => name)).not.toContain("more");
    });

    test("nor does it give more to a token that is there", async () => {
      const token = await makeToken("security_admin", null);
      const { body } = await as<TestToken>(token, "POST", TOKENS, { name: "grows" });
      const one = `${TOKENS}${body.data.id}/`;
      const grants = [all("owner")];
      expect((await as(token, "PUT", one, { permission_grants: grants })).status).toBe(403);
      expect((await as(token, "POST", `${one}permissions/`, grants)).status).toBe(403);
      const kept = await as(admin, "GET", one);
      expect(kept.body.data).toMatchObject({ permission_grants: [] });
    });

    test("who administers one project does not rule the account", async () => {
      const { body } = await as<HasId>(admin, "POST", `${V3}/projects/`, { name: "Own" });
      const token = await makeToken("account_admin", body.data.id);
      const own = [{ permission_set: "job_viewer", project_id: body.data.id }];
      expect((await as(token, "POST", TOKENS, { name: "x", permission_grants: own })).status).toBe(
        404,
      );
      const { body: made } = await as<TestToken>(admin, "POST", TOKENS, { name: "other" });
      expect((await as(token, "DELETE", `${TOKENS}${made.data.id}/`)).status).toBe(404);
      expect((await as(token, "POST", `${V2}/`, { run_slots: 1 })).status).toBe(404);
      expect((await as(token, "POST", `${V3}/projects/`, { name: "New" })).status).toBe(404);
    });

    test.each([
      [{ all_projects: false }, "Cannot grant"],
      [{ project_id: "mine" }, 'Cannot read "permission_grants[0].project_id"'],
      [{ project_id: 999_999 }, "Cannot grant"],
      [{ project_id: 1e12 }, 'Cannot read "permission_grants[0].project_id"'],
    ])("a grant for %j is not taken for one in all projects", async (place, said) => {
      const permission_grants = [{ permission_set: "job_admin", ...place }];
      const { status, body } = await as(admin, "POST", TOKENS, { name: "x", permission_grants });
      expect([status, body.status.user_message]).toEqual([400, expect.stringContaining(said)]);
    });
  });
});

describe("artifacts", () => {
  test.each([
    "../../../../etc/passwd",
    "..%2f..%2fcanary.txt",
    "%2e%2e%2fcanary.txt",
    "..%5ccanary.txt",
    "manifest.json%00.txt",
    `${"a".repeat(4_000)}`,
    "CON",
  ])("never lead outside: %s", async (path) => {
    await writeFile(join(service.dataDir, "canary.txt"), "canary");
    const { body: list } = await as<readonly HasId[]>(
      admin,
      "GET",
      `${V2}/runs/?order_by=-id&limit=1`,
    );
    const answer = await as(admin, "GET", `${V2}/runs/${list.data[0]?.id}/artifacts/${path}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain("root:");
    expect(answer.text).not.toContain("canary");
  });
});

describe("browser sessions", () => {
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${service.url}${V2}/jobs/65767/`, {
      method: "POST",
      body: '{"description":"z"}',
      headers: { cookie: "session=1", "content-type": "application/json", ...headers },
    });

  test("read freely and change only from their own site", async () => {
    const read = await fetch(`${service.url}${V2}/jobs/`, { headers: { cookie: "session=1" } });
    expect(read.status).toBe(200);
    const { host } = new URL(service.url);
    expect((await ask({ origin: service.url })).status).toBe(200);
    expect((await ask({ origin: "http://evil.example" })).status).toBe(403);
    expect((await ask({})).status).toBe(403);
    expect((await ask({ origin: `http://${host}.evil.example` })).status).toBe(403);
    expect((await ask({ origin: service.url, "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  test("say who is signed in and where, and end with a sign-out from their own site alone", async () => {
    const cookie = "session=1";
    const read = await fetch(`${service.url}/api/private/session/`, { headers: { cookie } });
    expect(await read.json()).toMatchObject({
      data: {
        username: "ada",
        operations: expect.arrayContaining(["token:read", "token:write"]),
        version: "1.2.3",
        platform_url: "http://127.0.0.1:8080",
      },
    });
    const signOut = (origin: string): Promise<Response> =>
      fetch(`${service.url}/auth/logout`, { method: "POST", headers: { cookie, origin } });
    expect((await signOut("http://evil.example")).status).toBe(403);
    const good = await signOut(service.url);
    expect([good.status, good.headers.get("set-cookie")]).toEqual([204, "session=; Max-Age=0"]);
  });

  test("begin with a sign-in that sets the platform's cookie", async () => {
    const login = (password: string): Promise<Response> =>
      fetch(`${service.url}/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "ada", password }),
      });
    const good = await login("right");
    expect([good.status, good.headers.get("set-cookie")]).toEqual([
      201,
      "session=1; HttpOnly; SameSite=Lax",
    ]);
    expect((await login("wrong")).status).toBe(401);
  });
});
