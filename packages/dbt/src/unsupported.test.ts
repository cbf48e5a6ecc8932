import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);
const MODEL = { "models/a.sql": "select 1 as n" };

describe("what has no effect is said with its file and line", () => {
  test.each([
    [
      "unit tests",
      "models:\n  - name: a\n\nunit_tests:\n  - name: adds_up\n    model: a\n    given: []\n    expect: {rows: []}\n  - name: too\n",
      ["unit tests are not run by this engine: adds_up, too", "in models/s.yml:5"],
    ],
    ["semantic models", "semantic_models:\n  - name: m\n", ["semantic models are not read", ":2"]],
    ["metrics", "metrics:\n  - name: m\n", ["metrics are not read", "in models/s.yml:2"]],
    ["saved queries", "saved_queries:\n  - name: q\n", ["saved queries are not read", ":2"]],
    ["functions", "functions:\n  - name: f\n", ["functions are not created", ":2"]],
    [
      "a contract",
      "models:\n  - name: other\n  - name: a\n    config: {contract: {enforced: true}}\n",
      ["The contract of model a is not enforced", "in models/s.yml:3"],
    ],
  ])("%s", async (_, properties, says) => {
    const shop = project({ ...MODEL, "models/s.yml": properties });
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(0);
    for (const text of says) expect(output).toContain(text);
    expect(shop.statuses()).toEqual({ a: "success" });
  });

  test("grants, once and with every node that has some", async () => {
    const shop = project({
      "models/a.sql": "{{ config(grants={'select': ['bob']}) }} select 1 as n",
      "models/b.sql": "select 1 as n",
      "models/s.yml": "models:\n  - name: b\n    config: {grants: {select: [eve]}}\n",
    });
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(0);
    expect(output).toContain("Grants for relations are not supported by DuckDB");
    expect(output).toContain("model.shop.a in models/a.sql:1");
    expect(output).toContain("model.shop.b in models/s.yml:2");
    expect(output.split("Grants for relations")).toHaveLength(2);
  });

  test("settings and configs", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nversion: '1.0'\nprofile: shop\nweather: fine\nflags:\n  warn_error_options: {}\n",
      "models/a.sql": "\n{{ config(indexes=[{'columns': ['n']}]) }} select 1 as n",
    });
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /"weather" of project shop has no effect[^\n]*\n {2}in dbt_project\.yml:4/u,
    );
    expect(output).toMatch(
      /"warn_error_options" of project shop has no effect[^\n]*\n {2}in dbt_project\.yml:6/u,
    );
    expect(output).toMatch(
      /The config indexes of model\.shop\.a has no effect[^\n]*\n {2}in models\/a\.sql:2/u,
    );
  });

  test("descriptions of columns that are not there", async () => {
    const shop = project({
      "models/a.sql": "{{ config(persist_docs={'columns': true}) }} select 1 as n",
      "models/s.yml":
        "models:\n  - name: a\n    columns: [{name: N, description: one}, {name: gone, description: two}]\n",
    });
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(0);
    expect(output).toContain(
      "The following columns are specified in the schema but are not present in the database: gone",
    );
    expect(await shop.query("select comment from duckdb_columns() where table_name = 'a'")).toEqual(
      [["one"]],
    );
  });

  test.each([
    "merge_clauses={}",
    "merge_on_using_columns=['id']",
    "merge_returning_columns=['id']",
  ])("the config %s of a merge", async (config) => {
    const shop = project({
      "models/a.sql": `{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', ${config}) }} select 1 as id`,
    });
    await shop.run("build");
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(1);
    expect(output).toContain(`The config ${config.split("=")[0]} is not supported`);
  });

  test.each([
    ["models/b.py", "def model(dbt, session): ...\n", "Python model models/b.py is not run"],
  ])("%s", async (file, text, says) => {
    const { output } = await project({ ...MODEL, [file]: text }).run("build");
    expect(output).toContain(says);
    expect(output).toContain(`in ${file}:1`);
  });

  test.each([
    ["--defer", "No such option: --defer"],
    ["--favor-state", "No such option: --favor-state"],
    ["--empty", "No such option: --empty"],
    ["--inline", "No such option: --inline"],
    ["--show", "No such option: --show"],
    ["--empty-catalog", "No such option: --empty-catalog"],
    ["--no-introspect", "No such option: --no-introspect"],
    ["--log-level-file", "No such option: --log-level-file"],
  ])("the option %s", async (option, says) => {
    const { exitCode, output } = await project(MODEL).run("build", option);
    expect(exitCode).toBe(2);
    expect(output).toContain(says);
  });

  test.each([
    ["materialized='materialized_view'", 'Invalid materialization "materialized_view"'],
    ["materialized='incremental', incremental_strategy='microbatch'", "microbatch"],
  ])("a model with %s", async (config, says) => {
    const shop = project({ "models/a.sql": `{{ config(${config}) }} select 1 as n` });
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(1);
    expect(output).toContain(says);
    expect(output).toContain("models/a.sql");
  });
});

test.each([
  ["plugins: [{module: excel}]", 'Cannot use "plugins" of the profile: plugins are Python code'],
  ["filesystems: [{fs: s3}]", 'Cannot use "filesystems" of the profile: these are Python\'s'],
  ["secrets: [{type: s3, key_id: x}]", 'Cannot use "secrets" of the profile: write "create secret'],
  ["use_credential_provider: aws", 'Cannot use "use_credential_provider" of the profile: write'],
  ["remote: {host: localhost, port: 5433, user: x}", 'Cannot use "remote" of the profile: this'],
  ["module_paths: [lib]", 'Cannot use "module_paths" of the profile: modules are Python code'],
  ["motherduck_token: x", 'Cannot use "motherduck_token" of the profile: set the variable'],
  ["is_ducklake: true", 'Cannot use "is_ducklake" of the profile: write the path as'],
  [
    "attach: [{path: x.duckdb, options: {'a b': 1}}]",
    'Cannot use the option "a b" of attach: expected a name',
  ],
  ["extensions: [{name: json}]", 'Cannot load the extension {"name":"json"} of the profile'],
])("a profile in a terminal that asks for %s is refused (S1)", async (line, message) => {
  const output = `{type: duckdb, path: w.duckdb, ${line}}`;
  const shop = project({
    ...MODEL,
    "profiles.yml": `shop:\n  target: dev\n  outputs:\n    dev: ${output}\n`,
  });
  const { exitCode, output: said } = await shop.run("run");
  expect(exitCode).toBe(2);
  expect(said).toContain(message);
});

test("a file that a profile attaches lies in the project's folder, wherever dbt is called (S1)", async () => {
  const shop = project({
    ...MODEL,
    "profiles.yml":
      "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: w.duckdb, attach: [{path: two.duckdb, alias: two}]}\n",
  });
  expect((await shop.run("run")).exitCode).toBe(0);
  expect(existsSync(join(shop.root, "two.duckdb"))).toBe(true);
});
