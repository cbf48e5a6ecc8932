import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Maker, openMaker, V2, V3 } from "./fixtures/make-things.ts";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";

import { openSecretBox } from "./secret-box.ts";

type Body = Record<string, unknown>;

let service: TestService;
let maker: Maker;
let place: { readonly project: number; readonly environment: number };
let viewer: string;
beforeAll(async () => {
  service = await openTestService();
  maker = await openMaker(service);
  place = await maker.makeProject();
  viewer = await maker.makeToken("account_viewer");
});
afterAll(async () => {
  await service.close();
});

async function isStored(text: string): Promise<boolean> {
  const rows = await service.database.query(
    "select id from dbt_service.resources where position($1 in body::text) > 0",
    [text],
  );
  return rows.length > 0;
}

/** Reads the thing alone and in its list, as an administrator and as a viewer, over every address it has. */
async function readEverywhere(paths: readonly string[], id: number): Promise<string> {
  const texts: string[] = [];
  for (const path of paths) {
    for (const token of [maker.admin, viewer]) {
      texts.push((await maker.ask("GET", `${path}${id}/`, undefined, token)).text);
      texts.push((await maker.ask("GET", path, undefined, token)).text);
    }
  }
  return texts.join("\n");
}

const CONNECTIONS = [
  [
    "snowflake_v0",
    { account: "a", database: "d", warehouse: "w" },
    ["oauth_client_id", "oauth_client_secret"],
  ],
  [
    "bigquery_v0",
    { project_id: "p", client_email: "m" },
    ["private_key", "application_id", "application_secret"],
  ],
  ["bigquery_v1", { project_id: "p" }, ["private_key", "application_secret"]],
  ["databricks_v0", { host: "h", http_path: "p" }, ["client_id", "client_secret"]],
  ["postgres_v0", { hostname: "h", dbname: "d", port: 5432 }, ["password", "sslkey"]],
  ["redshift_v0", { hostname: "h", dbname: "d", port: 5439 }, ["secret_access_key", "iam_profile"]],
  ["apache_spark_v0", { host: "h", cluster: "c", method: "thrift" }, ["token"]],
  ["trino_v0", { host: "h", port: 443, method: "ldap" }, ["jwt_token"]],
  [
    "athena_v0",
    { region_name: "r", database: "d", s3_staging_dir: "s" },
    ["aws_secret_access_key"],
  ],
  ["fabric_v0", { server: "s", database: "d" }, ["client_secret"]],
  ["synapse_v0", { host: "s", database: "d" }, ["client_secret", "PWD"]],
  ["teradata_v0", { host: "h", port: "1025", tmode: "ANSI" }, ["logdata"]],
  ["salesforce_v0", { login_url: "u", database: "d" }, ["private_key"]],
  ["duckdb_v0", { path: "w.duckdb" }, ["motherduck_token", "anything"]],
] as const satisfies readonly (readonly [string, Body, readonly string[]])[];

describe("secrets of a connection", () => {
  test.each(CONNECTIONS)(
    "of %s are neither stored nor shown in the clear, whatever they are called (J3)",
    async (version, config, secretKeys) => {
      const secrets = Object.fromEntries(
        secretKeys.map((key) => [key, `TOPSECRET-${version}-${key}`]),
      );
      const body = { name: version, adapter_version: version, config: { ...config, ...secrets } };
      const created = await maker.ask<Body>("POST", `${V3}/connections/`, body);
      expect(created.status).toBe(201);
      expect(created.body.data["config"]).toMatchObject(config);
      const id = Number(created.body.data["id"]);
      const patched = await maker.ask("PATCH", `${V3}/connections/${id}/`, {
        config: { ...secrets },
      });
      expect(patched.status).toBe(200);
      const read = await readEverywhere([`${V3}/connections/`], id);
      expect(`${created.text}${patched.text}${read}`).not.toContain("TOPSECRET");
      expect(await isStored("TOPSECRET")).toBe(false);
    },
  );

  test("are found in the old form too: type and details (J3)", async () => {
    const path = `${V3}/projects/${place.project}/connections/`;
    const created = await maker.ask<Body>("POST", path, {
      name: "old",
      type: "snowflake",
      details: { account: "a", database: "d", warehouse: "w", oauth_client_secret: "OLDSECRET" },
    });
    expect(created.body.data).toMatchObject({ type: "snowflake", details: { account: "a" } });
    expect(created.text).not.toContain("OLDSECRET");
    expect(await isStored("OLDSECRET")).toBe(false);
  });

  test("cannot hide in a value that is no plain one, and an unknown adapter is refused (J3)", async () => {
    for (const body of [
      { name: "x", adapter_version: "postgres_v0", config: { hostname: { password: "p" } } },
      { name: "x", adapter_version: "postgres_v0", config: { hostname: { $sealed: "AAAA" } } },
      { name: "x", adapter_version: "oracle_v0", config: {} },
      { name: "x", adapter_version: "constructor", config: {} },
    ]) {
      expect((await maker.ask("POST", `${V3}/connections/`, body)).status).toBe(400);
    }
  });

  test.each([
    ["snowflake_v0", ["role", "allow_sso", "client_session_keep_alive"]],
    ["bigquery_v0", ["priority", "location", "maximum_bytes_billed", "execution_project"]],
    ["databricks_v0", ["catalog"]],
    ["athena_v0", ["work_group", "num_retries"]],
    ["apache_spark_v0", ["organization", "user", "auth"]],
  ] as const)(
    "leave the empty fields of %s in sight, as null or false (J5)",
    async (version, keys) => {
      const id = await maker.make(`${V3}/connections/`, {
        name: version,
        adapter_version: version,
        config: {},
      });
      const { body } = await maker.ask<Body>("GET", `${V3}/connections/${id}/`);
      for (const key of keys) expect(body.data["config"]).toHaveProperty(key);
    },
  );

  test("a change of one field keeps the others, and a tunnel is refused (J5)", async () => {
    const id = await maker.make(`${V3}/connections/`, {
      name: "pg",
      adapter_version: "postgres_v0",
      config: { hostname: "h", dbname: "d", port: 5433 },
    });
    const one = `${V3}/connections/${id}/`;
    const { body } = await maker.ask<Body>("PATCH", one, { config: { dbname: "e" } });
    expect(body.data["config"]).toMatchObject({ hostname: "h", dbname: "e", port: 5433 });
    expect((await maker.ask("PATCH", one, { is_ssh_tunnel_enabled: true })).status).toBe(400);
  });

  test("a connection has no encryptions, and the list says so (J5)", async () => {
    const { status, body } = await maker.ask<unknown[]>(
      "GET",
      `${V2}/encryptions/?connection_id=1&state=1`,
    );
    expect([status, body.data]).toEqual([200, []]);
  });
});

describe("secrets of credentials", () => {
  const paths = () => [`${V3}/projects/${place.project}/credentials/`];

  test.each([
    ["postgres", { username: "u", default_schema: "s" }, ["password"]],
    ["redshift", { username: "u", default_schema: "s" }, ["password"]],
    [
      "snowflake",
      { user: "u", schema: "s", auth_type: "keypair", role: "r" },
      ["password", "private_key", "private_key_passphrase", "_refresh_token"],
    ],
    ["bigquery", { schema: "s" }, ["_refresh_token", "token"]],
  ] as const)(
    "of type %s are sealed, and the other fields come back (J3)",
    async (type, plain, secretKeys) => {
      const secrets = Object.fromEntries(secretKeys.map((key) => [key, `CREDSECRET-${key}`]));
      const [path = ""] = paths();
      const created = await maker.ask<Body>("POST", path, { type, ...plain, ...secrets });
      expect(created.body.data).toMatchObject({ type, ...plain });
      const read = await readEverywhere(paths(), Number(created.body.data["id"]));
      expect(`${created.text}${read}`).not.toContain("CREDSECRET");
      expect(await isStored("CREDSECRET")).toBe(false);
    },
  );

  test("of an adapter are sealed, declared so or not; details stay and a partial change keeps them (J15)", async () => {
    const [path = ""] = paths();
    const field = (value: string, encrypt: boolean) => ({
      metadata: { label: "L", encrypt },
      value,
    });
    const fields = {
      token: field("ADSECRET-1", true),
      aws_secret_access_key: field("ADSECRET-2", false),
      user: field("ADSECRET-3", true),
      schema: field("s", false),
      catalog: field("c", false),
    };
    const created = await maker.ask<Body>("POST", path, {
      type: "adapter",
      adapter_version: "databricks_v0",
      threads: 6,
      credential_details: { fields, field_order: ["schema", "token"] },
    });
    const id = Number(created.body.data["id"]);
    expect(created.body.data).toMatchObject({
      threads: 6,
      credential_details: {
        fields: { schema: { value: "s" }, token: { value: null } },
        field_order: ["schema", "token"],
      },
      unencrypted_credential_details: { schema: "s", catalog: "c" },
    });
    const changed = await maker.ask<Body>("PATCH", `${path}${id}/`, {
      credential_details: { fields: { schema: field("t", false), token: { value: null } } },
    });
    expect(changed.body.data["unencrypted_credential_details"]).toMatchObject({
      schema: "t",
      catalog: "c",
    });
    const read = await readEverywhere(paths(), id);
    expect(`${created.text}${changed.text}${read}`).not.toContain("ADSECRET");
    expect(await isStored("ADSECRET")).toBe(false);
  });
});

describe("what is masked in the logs of a run", () => {
  test("are secrets that are no texts, too (J3, S10)", async () => {
    const secrets = await openSecretBox(service.dataDir);
    const credentials = secrets.seal("credentials", {
      password: 20_261_201,
      credential_details: { fields: { keys: { value: { first: "KEY-A", more: ["KEY-B"] } } } },
    });
    expect(secrets.listTexts(credentials)).toEqual(["20261201", "KEY-A", "KEY-B"]);
  });
});

describe("a repository's address", () => {
  test.each([
    ["https://ada:REPOSECRET@example.com/shop.git", "https://*****@example.com/shop.git"],
    ["https://REPOSECRET@example.com/shop.git", "https://*****@example.com/shop.git"],
    ["ssh://git:REPOSECRET@example.com/shop.git", "ssh://git:*****@example.com/shop.git"],
    ["https://ada:REPO@SECRET@example.com/x", "https://*****@example.com/x"],
  ])("%s is sealed and shown as %s, which may be sent back (J3)", async (address, shown) => {
    const path = `${V3}/projects/${place.project}/repositories/`;
    const id = await maker.make(path, { remote_url: address, deploy_key: { x: "REPOSECRET" } });
    const read = await readEverywhere([path, `${V2}/repositories/`], id);
    expect(read).toContain(shown);
    const one = await maker.ask<Body>("GET", `${path}${id}/`);
    expect((await maker.ask("POST", `${path}${id}/`, one.body.data)).status).toBe(200);
    const list = await maker.ask<readonly Body[]>(
      "GET",
      `${path}?order_by=-id&remote_url=${encodeURIComponent(shown)}`,
    );
    expect(list.body.data[0]).toMatchObject({ id, remote_url: shown });
    expect(read).not.toContain("SECRET");
    expect(await isStored("SECRET@")).toBe(false);
    expect(await isStored("REPOSECRET")).toBe(false);
    const rows = await service.database.query<{ body: Body }>(
      "select body from dbt_service.resources where kind = 'repository' and id = $1",
      [id],
    );
    const secrets = await openSecretBox(service.dataDir);
    expect(secrets.open(rows[0]?.body ?? {})["remote_url"]).toBe(address);
  });

  test("without a secret is stored and shown as it is (J3)", async () => {
    const path = `${V3}/projects/${place.project}/repositories/`;
    for (const address of [
      "git@example.com:shop.git",
      "ssh://git@example.com/shop.git",
      "/srv/shop",
    ]) {
      const id = await maker.make(path, { remote_url: address });
      const { body } = await maker.ask<Body>("GET", `${path}${id}/`);
      expect(body.data["remote_url"]).toBe(address);
    }
  });
});

describe("extended attributes", () => {
  test("come back as they were sent to who may change them, and without what may be secret to others (J15)", async () => {
    const path = `${V3}/projects/${place.project}/extended-attributes/`;
    const given = {
      type: "duckdb",
      zebra: "EXTSECRET",
      a: { password: "EXTSECRET", list: ["EXTSECRET"] },
      schema: "s",
    };
    const id = await maker.make(path, { extended_attributes: given });
    const own = await maker.ask<Body>("GET", `${path}${id}/`);
    expect(JSON.stringify(own.body.data["extended_attributes"])).toBe(JSON.stringify(given));
    const other = await maker.ask<Body>("GET", `${path}${id}/`, undefined, viewer);
    expect(other.text).not.toContain("EXTSECRET");
    expect(other.body.data["extended_attributes"]).toMatchObject({ type: "duckdb", schema: "s" });
    expect(await isStored("EXTSECRET")).toBe(false);
    expect(
      (await maker.ask("PATCH", `${path}${id}/`, { extended_attributes: { $sealed: "x" } })).status,
    ).toBe(200);
    expect((await maker.ask("GET", `${path}${id}/`)).status).toBe(200);
  });
});

describe("a secret ends with what it is for", () => {
  test("deleting a thing, or the project it lives in, forgets what is sealed in it, and nothing else (J3)", async () => {
    const doomed = await maker.makeProject();
    const within = `${V3}/projects/${doomed.project}`;
    const looksSealed = '{"$sealed": "AAAA"}';
    const credentials = await maker.make(`${within}/credentials/`, {
      type: "postgres",
      username: looksSealed,
      password: "PW",
    });
    const attributes = await maker.make(`${within}/extended-attributes/`, {
      extended_attributes: { token: "TK" },
    });
    const readBodies = async (): Promise<string> => {
      const rows = await service.database.query<{ body: Body }>(
        "select body from dbt_service.resources where id = any($1) order by id",
        [[credentials, attributes]],
      );
      return JSON.stringify(rows.map(({ body }) => body));
    };
    expect((await readBodies()).match(/"\$sealed(?:_json)?":/gu)).toHaveLength(2);
    await maker.ask("DELETE", `${within}/extended-attributes/${attributes}/`);
    expect(await readBodies()).not.toContain("$sealed_json");
    await maker.ask("DELETE", `${within}/`);
    expect((await readBodies()).match(/"\$sealed(?:_json)?":/gu)).toBeNull();
    expect(await readBodies()).toContain(JSON.stringify(looksSealed));
  });

  test("a run that is over leaves no folder behind, nor does one of an earlier life (J3)", async () => {
    const left = join(service.dataDir, "runs", "7", "profiles");
    await mkdir(left, { recursive: true });
    await writeFile(join(left, "profiles.yml"), "password: PW");
    await service.restart();
    expect(existsSync(left)).toBe(false);
    const run = await service.ask<HasId>("POST", `${V2}/jobs/65767/run/`, { cause: "x" });
    await service.settle(run.body.data.id);
    // Closing waits for what is being tidied.
    await service.restart();
    expect(existsSync(join(service.dataDir, "runs", String(run.body.data.id)))).toBe(false);
  });
});

describe("a database of an earlier version", () => {
  test("has what it holds in the clear sealed at the next start, deleted things included (J3)", async () => {
    const insert = (kind: string, state: number, body: Body) =>
      service.database.query(
        `insert into dbt_service.resources (kind, account_id, project_id, name, state, body)
         values ($1, 16173, $2, 'ancient', $3, $4)`,
        [kind, place.project, state, JSON.stringify(body)],
      );
    await insert("connection", 1, {
      adapter_version: "snowflake_v0",
      config: { account: "a", oauth_client_secret: "PLAIN", strange: "PLAIN" },
    });
    await insert("connection", 2, { adapter_version: "oracle_v0", config: { password: "PLAIN" } });
    await insert("credentials", 2, { type: "snowflake", _refresh_token: "PLAIN", user: "u" });
    await insert("extended_attributes", 1, { extended_attributes: { password: "PLAIN" } });
    expect(await isStored("PLAIN")).toBe(true);
    await service.database.query("delete from dbt_service.sealing");
    await service.restart();
    expect(await isStored("PLAIN")).toBe(false);
    const { body } = await maker.ask<readonly Body[]>("GET", `${V3}/connections/?name=ancient`);
    expect(body.data[0]).toMatchObject({ config: { account: "a" } });
  });
});
