import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HasId, openTestService, type TestService } from "./fixtures/open-test-service.ts";

const DBT_MAIN = createRequire(import.meta.url).resolve("@airloom/dbt/main");
const SECRET = "master-key-0123456789";

interface Step {
  readonly status_humanized: string;
  readonly logs: string;
}

let service: TestService;
/** Beside the project: what no step may see. */
let outside: string;

beforeAll(async () => {
  service = await openTestService({
    dbtCommand: { file: process.execPath, args: [DBT_MAIN] },
    environment: { AIRLOOM_CONN_SHOP: SECRET, DATABASE_URL: SECRET, DBT_REGION: "north" },
    cage: { limits: { wallSeconds: 60 } },
  });
  outside = join(dirname(service.projectDir), "outside");
  await mkdir(outside, { recursive: true });
  await writeFile(join(outside, "keys.csv"), `k\n${SECRET}\n`);
  await mkdir(join(service.dataDir, "secrets"), { recursive: true });
  await writeFile(join(service.dataDir, "secrets", "keys"), SECRET);
  await write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n");
  await write("models/a.sql", "select 1 as n\n");
  await write("data/in.csv", "n\n42\n");
});
afterAll(async () => {
  await service.close();
});

async function write(path: string, text: string): Promise<void> {
  const file = join(service.projectDir, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function runSteps(...steps: readonly string[]): Promise<{
  readonly id: number;
  readonly status: number;
  readonly logs: string;
  readonly steps: readonly Step[];
}> {
  const path = "/api/v2/accounts/16173/jobs/65767/run/";
  const { body } = await service.ask<HasId>("POST", path, { cause: "t", steps_override: steps });
  const { id, status } = await service.settle(body.data.id);
  const include = encodeURIComponent('["run_steps","debug_logs"]');
  const run = await service.ask<{ readonly run_steps: readonly Step[] }>(
    "GET",
    `/api/v2/accounts/16173/runs/${id}/?include_related=${include}`,
  );
  const all = run.body.data.run_steps;
  return { id, status, steps: all, logs: all.map((step) => step.logs).join("\n") };
}

function runQuery(sql: string): string {
  return `dbt run-operation run_query --args '${JSON.stringify({ sql }).replaceAll("'", "\\u0027")}'`;
}

describe("a step cannot leave its project by SQL (S1)", () => {
  test("reading, writing and attaching elsewhere end as errors that say what would allow it", async () => {
    for (const sql of [
      `select * from read_text('${outside}/keys.csv')`,
      "select * from read_text('../../../secrets/keys')",
      `copy (select 1) to '${outside}/planted.ts'`,
      `attach '${outside}/planted.duckdb' as p`,
    ]) {
      const run = await runSteps(runQuery(sql));
      expect({ sql, status: run.status }).toEqual({ sql, status: 20 });
      expect(run.logs).not.toContain(SECRET);
      expect(run.logs).toContain('name the folder in "dbtFolders" of airloom.config.json');
    }
    const planted = ["planted.ts", "planted.duckdb"];
    expect(planted.filter((name) => existsSync(join(outside, name)))).toEqual([]);
  });

  test("files of the project itself are read and written", async () => {
    const read = await runSteps(
      "dbt parse",
      runQuery("copy (from read_csv('data/in.csv')) to 'target/out.csv'"),
    );
    expect(read.status).toBe(10);
    const path = `/api/v2/accounts/16173/runs/${read.id}/artifacts/out.csv`;
    expect((await service.ask("GET", path)).text).toBe("n\n42\n");
  });

  test("a template sees the variables of a dbt Cloud job, and none of the platform's", async () => {
    await write("macros/tell.sql", TELL);
    const run = await runSteps("dbt run-operation tell");
    expect(run.logs).toContain("region north conn none url none cage none");
    expect(run.logs).not.toContain(SECRET);
  });
});

const TELL = `{% macro tell() %}
  {% do log('region ' ~ env_var('DBT_REGION', 'none') ~ ' conn ' ~ env_var('AIRLOOM_CONN_SHOP', 'none')
    ~ ' url ' ~ env_var('DATABASE_URL', 'none') ~ ' cage ' ~ env_var('AIRLOOM_DBT_CAGE', 'none'), info=true) %}
{% endmacro %}`;

describe("a step cannot leave its project by files (S1, S9)", () => {
  test.each([
    ["--target-path", () => `dbt parse --target-path ${outside}/planted`],
    ["--log-path", () => `dbt parse --log-path ${outside}/planted`],
    ["--project-dir", () => `dbt parse --project-dir ${outside}`],
    ["--profiles-dir", () => `dbt parse --profiles-dir ${outside}`],
    ["--state", () => `dbt retry --state ${outside}`],
  ] as const)("by %s", async (option, command) => {
    await writeFile(join(outside, "profiles.yml"), "shop: {outputs: {default: {type: duckdb}}}");
    await writeFile(join(outside, "dbt_project.yml"), "name: shop\nprofile: shop\n");
    await writeFile(join(outside, "run_results.json"), "{}");
    const run = await runSteps(command());
    expect(run.status).toBe(20);
    expect(run.logs).toContain("leads out of the project");
    expect(run.logs).toContain(option === "--profiles-dir" ? "profiles.yml" : outside);
    expect(existsSync(join(outside, "planted"))).toBe(false);
  });

  test.each([
    ["profiles.yml", "profiles.yml"],
    ["models/leak.sql", "models/leak.sql"],
    ["target", "target"],
  ])("by a link at %s", async (path) => {
    const file = join(service.projectDir, path);
    const before = existsSync(file) ? readFileSync(file) : undefined;
    await rm(file, { force: true });
    symlinkSync(path === "target" ? outside : join(outside, "keys.csv"), file);
    try {
      const run = await runSteps("dbt compile");
      if (path === "target") {
        // Left out of the copy like any target folder.
        expect(run.status).toBe(10);
      } else {
        expect(run.status).toBe(20);
        expect(run.logs).toMatch(/link out of the (?:project|repository)/u);
      }
      expect(run.logs).not.toContain(SECRET);
      expect(existsSync(join(outside, "manifest.json"))).toBe(false);
    } finally {
      await rm(file, { force: true });
      if (before !== undefined) await writeFile(file, before);
    }
  });

  test("by a profile that names somebody else's database", async () => {
    const profile = readFileSync(join(service.projectDir, "profiles.yml"), "utf8");
    try {
      for (const path of [join(outside, "x.duckdb"), "../data/x.duckdb", "s3://bucket/x.duckdb"]) {
        await write("profiles.yml", profile.replace("shop.duckdb", path));
        const run = await runSteps("dbt run");
        expect({ path, status: run.status }).toEqual({ path, status: 20 });
        expect(run.logs).toContain("Cannot open the database");
      }
      expect(existsSync(join(outside, "x.duckdb"))).toBe(false);
    } finally {
      await write("profiles.yml", profile);
    }
  });

  test.each(["/", "/models/../.."])(
    "by a project folder that is %j, which opens no database elsewhere",
    async (folder) => {
      const environment = "/api/v3/accounts/16173/projects/36467/environments/70000/";
      const profile = readFileSync(join(service.projectDir, "profiles.yml"), "utf8");
      await service.ask("PATCH", environment, { dbt_project_subdirectory: folder });
      await write("profiles.yml", profile.replace("shop.duckdb", join(outside, "x.duckdb")));
      try {
        const run = await runSteps("dbt run");
        expect(run.status).toBe(20);
        expect(run.logs).toMatch(/Cannot open the database|outside the repository/u);
        expect(existsSync(join(outside, "x.duckdb"))).toBe(false);
      } finally {
        await write("profiles.yml", profile);
        await service.ask("PATCH", environment, { dbt_project_subdirectory: null });
      }
    },
  );

  test("by a repository that is a folder of this machine", async () => {
    const list = await service.ask<readonly HasId[]>(
      "GET",
      "/api/v3/accounts/16173/projects/36467/repositories/",
    );
    const [repository] = list.body.data;
    await service.database.query(
      `update dbt_service.resources set body = body || jsonb_build_object('remote_url', $2::text)
       where kind = 'repository' and id = $1`,
      [repository?.id, outside],
    );
    try {
      const run = await runSteps("dbt parse");
      expect(run.status).toBe(20);
      expect(run.logs).toContain("it is no folder that jobs may use");
    } finally {
      await service.database.query(
        `update dbt_service.resources set body = body || jsonb_build_object('remote_url', $2::text)
         where kind = 'repository' and id = $1`,
        [repository?.id, service.projectDir],
      );
    }
  });
});
