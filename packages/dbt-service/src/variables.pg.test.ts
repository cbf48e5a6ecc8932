import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Answer,
  type HasId,
  openTestService,
  type TestService,
} from "./fixtures/open-test-service.ts";
import { TokenStore } from "./store/token-store.ts";

const VARS = "/api/v3/accounts/16173/projects/36467/environment-variables";

let service: TestService;
let admin: Record<string, string>;
beforeAll(async () => {
  service = await openTestService();
  const { text } = await new TokenStore(service.database).create({
    accountId: 16_173,
    name: "admin",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
    expiresAt: null,
  });
  admin = { authorization: `Token ${text}` };
});
afterAll(async () => {
  await service.close();
});

function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  return service.ask<T>(method, `${VARS}${path}`, body, admin);
}

type Shown = Readonly<Record<string, Readonly<Record<string, { readonly value: string }>>>>;

/** Each variable with its value by place. */
async function readAll(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const { body } = await ask<{ readonly variables: Shown }>("GET", "/environment/");
  return Object.fromEntries(
    Object.entries(body.data.variables).map(([name, places]) => [
      name,
      Object.fromEntries(Object.entries(places).map(([place, { value }]) => [place, value])),
    ]),
  );
}

describe("variables in bulk (J13)", () => {
  beforeEach(async () => {
    for (const name of Object.keys(await readAll())) await ask("DELETE", "/bulk/", { name });
    await ask("POST", "/bulk/", {
      env_var: { new_name: "DBT_ONE", project: "1", Production: "2" },
    });
  });

  test("a name that is there is not made again, however many try at once", async () => {
    const again = { env_var: { new_name: "DBT_ONE", project: "3" } };
    const { status, body } = await ask("POST", "/bulk/", again);
    expect([status, body.status.user_message]).toEqual([
      400,
      'Cannot make the variable "DBT_ONE": the project has one already',
    ]);
    const made = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask("POST", "/bulk/", { env_var: { new_name: "DBT_NEW", project: "1" } }),
      ),
    );
    expect(made.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      200, 400, 400, 400, 400,
    ]);
    expect((await readAll())["DBT_ONE"]).toEqual({ project: "1", Production: "2" });
  });

  test("a rename leaves the new name alone, in every place and for every job", async () => {
    const own = { name: "DBT_ONE", type: "job", job_definition_id: 65_767, raw_value: "4" };
    expect((await ask("POST", "/", own)).status).toBe(201);
    const renamed = await ask("PUT", "/bulk/", {
      env_vars: { name: "DBT_ONE", new_name: "DBT_TWO", project: "3" },
    });
    expect(renamed.status).toBe(200);
    expect(await readAll()).toEqual({ DBT_TWO: { project: "3", Production: "2" } });
    const ofJob = await ask<Shown>("GET", "/job/?job_definition_id=65767");
    expect(Object.keys(ofJob.body.data)).toEqual(["DBT_TWO"]);
    expect(ofJob.body.data["DBT_TWO"]?.["job"]?.value).toBe("4");
  });

  test("a rename to a name that is there changes nothing", async () => {
    await ask("POST", "/bulk/", { env_var: { new_name: "DBT_TWO", project: "9" } });
    const { status } = await ask("PUT", "/bulk/", {
      env_vars: { name: "DBT_ONE", new_name: "DBT_TWO", project: "3" },
    });
    expect([status, await readAll()]).toEqual([
      400,
      { DBT_ONE: { project: "1", Production: "2" }, DBT_TWO: { project: "9" } },
    ]);
  });

  test("values are changed by place or id, added, and taken away by an empty one", async () => {
    const { body } = await ask<{ readonly variables: Record<string, Record<string, HasId>> }>(
      "GET",
      "/environment/",
    );
    const id = body.data.variables["DBT_ONE"]?.["Production"]?.id;
    await ask("PUT", "/bulk/", { env_vars: { name: "DBT_ONE", project: null, [String(id)]: "5" } });
    expect(await readAll()).toEqual({ DBT_ONE: { Production: "5" } });
    await ask("PUT", "/bulk/", { env_vars: { name: "DBT_ONE", project: "6", Production: "" } });
    expect(await readAll()).toEqual({ DBT_ONE: { project: "6" } });
  });

  test("a value for the last of very many environments is taken, and shown by its name", async () => {
    await service.database.query(
      `insert into dbt_service.resources (kind, account_id, project_id, name, state, body)
       select 'environment', 16173, 36467, 'many ' || at, 1, '{"type": "deployment"}'
       from generate_series(1, 1100) at`,
    );
    const given = { env_var: { new_name: "DBT_LAST", "many 1100": "7" } };
    expect((await ask("POST", "/bulk/", given)).status).toBe(200);
    expect((await readAll())["DBT_LAST"]).toEqual({ "many 1100": "7" });
    await service.database.query("delete from dbt_service.resources where name like 'many %'");
  });

  test.each([
    ["POST", { env_var: { new_name: "DBT_X", Nowhere: "1" } }, 'for "Nowhere": expected project'],
    ["POST", { env_var: { new_name: "lower", project: "1" } }, "a name begins with DBT_"],
    ["POST", { env_var: { new_name: "DBT_X", project: 1 } }, 'Cannot read "env_var"'],
    ["POST", {}, '"env_var" is missing'],
    ["PUT", { env_vars: { name: "DBT_NONE", project: "1" } }, "the project has none of that name"],
    ["PUT", { env_vars: { name: "DBT_ONE", "99999": "1" } }, 'for "99999": expected project'],
    ["PUT", { env_vars: { name: "DBT_ONE", new_name: "no" } }, "a name begins with DBT_"],
    ["DELETE", { name: "lower" }, 'Cannot delete the variable "lower": a name begins with DBT_'],
  ])("%s %j is refused and changes nothing", async (method, given, said) => {
    const { status, body } = await ask(method, "/bulk/", given);
    expect([status, body.status.user_message]).toEqual([400, expect.stringContaining(said)]);
    expect(await readAll()).toEqual({ DBT_ONE: { project: "1", Production: "2" } });
  });

  test.each([
    [{ name: "DBT_ONE", type: "project" }, "it has a value for this project already"],
    [{ name: "DBT_X", type: "environment" }, '"environment_id" is missing'],
    [{ name: "DBT_X", type: "job" }, '"job_definition_id" is missing'],
    [{ name: "DBT_X", type: "user" }, "this service keeps values of a project"],
  ])("a single variable %j is refused", async (given, said) => {
    const { status, body } = await ask("POST", "/", { ...given, raw_value: "1" });
    expect([status, body.status.user_message]).toEqual([400, expect.stringContaining(said)]);
  });
});
