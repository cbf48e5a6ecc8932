import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HasId, openTestService, type TestService } from "../fixtures/open-test-service.ts";
import type { ServiceAuditEntry } from "../options.ts";
import { SEED_IDS } from "../seed-service.ts";
import { TokenStore } from "../store/token-store.ts";

const kept: ServiceAuditEntry[] = [];
const ACCOUNT = `/api/v3/accounts/${SEED_IDS.account}`;
const JOBS = `/api/v2/accounts/${SEED_IDS.account}/jobs`;

let service: TestService;
let admin: Readonly<Record<string, string>>;
beforeAll(async () => {
  service = await openTestService({
    audit: async (entry) => {
      kept.push(entry);
    },
  });
  admin = await tokenWith("account_admin");
});
afterAll(() => service.close());

async function tokenWith(permissionSet: "account_admin" | "job_viewer") {
  const { text } = await new TokenStore(service.database).create({
    accountId: SEED_IDS.account,
    name: permissionSet,
    permissionGrants: [{ permissionSet, projectId: null }],
  });
  return { authorization: `Token ${text}` };
}

describe("what is changed in the job service stands in the audit log (audit)", () => {
  test("with who, what and where, and without secrets", async () => {
    const credentials = `${ACCOUNT}/projects/${SEED_IDS.project}/credentials/`;
    const body = {
      type: "postgres",
      username: "u",
      password: "hunter2-canary",
      default_schema: "s",
    };
    const made = await service.ask<HasId>("POST", credentials, body, admin);
    expect(made.status).toBe(201);
    await service.ask("DELETE", `${credentials}${made.body.data.id}/`, undefined, admin);
    expect(kept.slice(-2)).toMatchObject([
      {
        event: "dbt_credentials_create",
        actor: expect.stringMatching(/^service token \d+ "account_admin"$/u),
        isRepeatable: false,
        extra: {
          project: expect.anything(),
          id: made.body.data.id,
          ip: "127.0.0.1",
          method: "POST",
        },
      },
      { event: "dbt_credentials_delete", extra: { id: made.body.data.id } },
    ]);
    expect(JSON.stringify(kept)).not.toContain("canary");
  });

  test("a job's name too, and a token without its text", async () => {
    const token = await service.ask<{ readonly token_string: string }>(
      "POST",
      `${ACCOUNT}/service-tokens/`,
      { name: "ci", permission_grants: [{ permission_set: "job_viewer" }] },
      admin,
    );
    expect(kept.at(-1)).toMatchObject({
      event: "dbt_service_token_create",
      extra: { target: "ci" },
    });
    expect(JSON.stringify(kept)).not.toContain(token.body.data.token_string);
    await service.ask("POST", `${JOBS}/${SEED_IDS.job}/run/`, { cause: "test" }, admin);
    expect(kept.at(-1)).toMatchObject({
      event: "dbt_job_run",
      extra: {
        account: String(SEED_IDS.account),
        job: String(SEED_IDS.job),
        project: SEED_IDS.project,
      },
    });
  });

  test("what was refused because a right was missing, to be counted; what failed or could be read is not kept", async () => {
    const viewer = await tokenWith("job_viewer");
    const before = kept.length;
    await service.ask("GET", `${JOBS}/`, undefined, viewer);
    await service.ask("DELETE", `${JOBS}/999999/`, undefined, admin);
    expect(kept).toHaveLength(before);
    expect(
      (await service.ask("DELETE", `${JOBS}/${SEED_IDS.job}/`, undefined, viewer)).status,
    ).toBe(404);
    expect(kept.slice(before)).toMatchObject([
      { event: "dbt_forbidden", isRepeatable: true, extra: { tried: "dbt_job_delete" } },
    ]);
    await service.ask("GET", `${ACCOUNT}/service-tokens/`, undefined, viewer);
    expect(kept.at(-1)).toMatchObject({ extra: { tried: "dbt_service_token_read" } });
  });

  test("a name that is not the service's, to be counted (ASVS 16.3.3)", async () => {
    const headers = { host: "evil.example" };
    const status = await new Promise((resolve, reject) => {
      get(service.url, { headers }, (answer) => resolve(answer.resume().statusCode)).on(
        "error",
        reject,
      );
    });
    expect(status).toBe(421);
    expect(kept.at(-1)).toMatchObject({
      actor: "anonymous",
      event: "dbt_host_refused",
      isRepeatable: true,
      extra: { ip: "127.0.0.1" },
    });
  });
});

test.each(["00065767", "+65767", "65767.0", "0x100e7", " 65767"])(
  "%j is no spelling of a job's id (S11)",
  async (id) => {
    const { status } = await service.ask(
      "GET",
      `${JOBS}/${encodeURIComponent(id)}/`,
      undefined,
      admin,
    );
    expect(status).toBe(404);
  },
);

test.each(["null", "[]", '"text"', "1"])("the body %s makes no job (S11)", async (body) => {
  const headers = { ...admin, "content-type": "application/json" };
  const answer = await fetch(`${service.url}${JOBS}/`, { method: "POST", headers, body });
  expect(answer.status).toBe(400);
});
