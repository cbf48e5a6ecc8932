import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

const LAYERS = {
  "models/a.sql": "select {{ var('n', 1) }} as n",
  "models/b.sql": "select n / (n - 1) as n, error('no') as e from {{ ref('a') }}",
  "models/c.sql": "select * from {{ ref('b') }}",
  "models/d.sql": "select 4 as n",
};

describe("commands", () => {
  test("retry runs what failed and what was skipped, and nothing else", async () => {
    const shop = project(LAYERS);
    shop.write({
      "models/b.sql": "{{ config(materialized='table') }} select nope from {{ ref('a') }}",
    });
    expect((await shop.run("build")).exitCode).toBe(1);
    expect(shop.statuses()).toEqual({ a: "success", d: "success", b: "error", c: "skipped" });
    shop.write({ "models/b.sql": "select n from {{ ref('a') }}" });
    expect((await shop.run("retry")).exitCode).toBe(0);
    expect(shop.statuses()).toEqual({ b: "success", c: "success" });
  });

  test("--fail-fast starts nothing more after a failure", async () => {
    const shop = project({
      "models/a.sql": "{{ config(materialized='table') }} select nope",
      "models/b.sql": "select 1 as n",
      "models/c.sql": "select 1 as n from {{ ref('b') }}",
    });
    await shop.run("run", "--fail-fast", "--threads", "1");
    expect(shop.statuses()).toEqual({ a: "error", b: "skipped", c: "skipped" });
  });

  test("ls prints names, paths and JSON", async () => {
    const shop = project(LAYERS);
    expect((await shop.run("ls", "-s", "+b")).output).toBe("shop.a\nshop.b\n");
    expect((await shop.run("ls", "--output", "path", "-s", "d")).output).toBe("models/d.sql\n");
    const json = (await shop.run("ls", "--output", "json", "--output-keys", "name", "-s", "d"))
      .output;
    expect(parseJson(json)).toEqual({ name: "d" });
  });

  test("ls names analyses only when they are asked for", async () => {
    const shop = project({ ...LAYERS, "analyses/why.sql": "select * from {{ ref('d') }}" });
    expect((await shop.run("ls", "-s", "d+")).output).toBe("shop.d\n");
    const asked = await shop.run("ls", "-s", "d+", "--resource-type", "all");
    expect(asked.output).toBe("shop.analysis.why\nshop.d\n");
    expect((await shop.run("ls", "--resource-type", "analysis")).output).toContain("why");
  });

  test.each([
    ["-s", "nothing:x", "'nothing' is not a valid method name"],
    ["-s", "state:modified", "Got a state selector method, but no comparison manifest"],
  ])("ls refuses %s %s in dbt's words", async (flag, selector, message) => {
    const refused = await project(LAYERS).run("ls", flag, selector);
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain(message);
  });

  test("compile writes queries, docs generate writes the catalog, clean removes both", async () => {
    const shop = project({
      "models/a.sql": "{{ config(materialized='table') }} select {{ var('n') }} as n",
    });
    expect((await shop.run("compile", "--vars", "{n: 7}")).exitCode).toBe(0);
    expect(shop.read("target/compiled/shop/models/a.sql")).toContain("select 7 as n");
    await shop.run("run", "--vars", "{n: 7}");
    expect((await shop.run("docs", "generate", "--vars", "{n: 7}")).exitCode).toBe(0);
    expect(parseJson(shop.read("target/catalog.json"))).toMatchObject({
      nodes: { "model.shop.a": { columns: { n: { type: "INTEGER", index: 1 } } } },
    });
    expect((await shop.run("clean")).exitCode).toBe(0);
    expect(() => shop.read("target/catalog.json")).toThrow(/ENOENT/u);
  });

  test("clean may remove the folder of its own log", async () => {
    const shop = project({
      "dbt_project.yml": "name: shop\nprofile: shop\nclean-targets: [target, logs]\n",
    });
    expect(await shop.run("clean")).toMatchObject({
      exitCode: 0,
      output: expect.not.stringContaining("ENOENT"),
    });
    expect(() => shop.read("logs/dbt.log")).toThrow(/ENOENT/u);
  });

  test("parse writes a manifest whose maps mirror each other", async () => {
    const shop = project(LAYERS);
    expect((await shop.run("parse")).exitCode).toBe(0);
    expect(parseJson(shop.read("target/manifest.json"))).toMatchObject({
      metadata: {
        dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json",
        adapter_type: "duckdb",
      },
      parent_map: { "model.shop.b": ["model.shop.a"] },
      child_map: { "model.shop.a": ["model.shop.b"] },
    });
  });

  test("debug tries the connection, deps has nothing to do without packages", async () => {
    const shop = project({});
    expect((await shop.run("debug")).output).toContain("All checks passed!");
    const deps = await shop.run("deps");
    expect(deps).toMatchObject({ exitCode: 0 });
    expect(deps.output).toContain("No packages were found in packages.yml");
  });

  test("deps puts a local package beside the project, whose macros then work", async () => {
    const shop = project({
      "packages.yml": "packages:\n  - local: util\n",
      "util/dbt_project.yml": "name: util\nversion: '1.0'\n",
      "util/macros/m.sql": "{% macro three() %}3{% endmacro %}",
      "util/models/from_package.sql": "select 1 as n",
      "models/a.sql":
        "{{ config(materialized='table') }} select {{ util.three() }} as n from {{ ref('util', 'from_package') }}",
    });
    expect((await shop.run("deps")).exitCode).toBe(0);
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query("select n from a")).toEqual([[3]]);
  });

  test("source freshness tells old rows from new ones", async () => {
    const source = (count: number): string =>
      `sources:\n  - name: raw\n    schema: main\n    tables:\n      - name: loaded\n        config:\n          loaded_at_field: loaded_at\n          freshness: {error_after: {count: ${count}, period: day}}\n`;
    const shop = project({
      "models/loaded.sql":
        "{{ config(materialized='table') }} select now()::timestamp - interval 3 day as loaded_at",
      "models/sources.yml": source(5),
    });
    await shop.run("run");
    expect((await shop.run("source", "freshness")).output).toContain(
      "PASS freshness of raw.loaded",
    );
    shop.write({ "models/sources.yml": source(2) });
    const stale = await shop.run("source", "freshness");
    expect(stale.exitCode).toBe(1);
    expect(stale.output).toContain("ERROR STALE freshness of raw.loaded");
  });

  test("--log-format json carries dbt's event codes and the node", async () => {
    const shop = project({ "models/a.sql": "select 1 as n" });
    const { output } = await shop.run("build", "--log-format", "json");
    const events = output.trim().split("\n").map(parseJson);
    expect(events).toContainEqual(
      expect.objectContaining({
        info: expect.objectContaining({ code: "Q012", name: "LogModelResult", level: "info" }),
        data: expect.objectContaining({
          status: "success",
          node_info: expect.objectContaining({ unique_id: "model.shop.a", node_status: "success" }),
        }),
      }),
    );
    expect(events.at(-1)).toMatchObject({
      info: { code: "Z023" },
      data: { stats: { pass: 1, total: 1 } },
    });
  });

  test("quoting and the configs of tests follow the project and the target", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nprofile: shop\nquoting: {database: false, schema: false, identifier: false}\n",
      "models/a.sql": "select 1 as id",
      "models/b.sql": "select * from {{ ref('a') }}",
      "models/schema.yml": `models:
  - name: a
    columns:
      - name: id
        data_tests:
          - unique: {config: {enabled: "{{ target.type == 'postgres' }}"}}
          - not_null: {config: {enabled: "{{ target.type == 'duckdb' }}"}}
`,
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(shop.statuses()).toEqual({ a: "success", b: "success", not_null_a_id: "pass" });
    expect(shop.read("target/compiled/shop/models/b.sql")).toBe("select * from shop.main.a");
  });

  test("a test of something that does not exist is left out with a warning", async () => {
    const shop = project({
      "models/a.sql": "select 1 as id",
      "models/schema.yml":
        "models:\n  - name: gone\n    columns: [{name: id, data_tests: [unique]}]\n",
    });
    const result = await shop.run("build");
    expect(result.exitCode).toBe(0);
    expect(result.output).toContain("depends on a node named 'gone' which was not found");
  });

  test("nothing selected is no failure, but is said", async () => {
    const shop = project(LAYERS);
    const result = await shop.run("build", "-s", "tag:none");
    expect(result.exitCode).toBe(0);
    expect(result.output).toContain(
      "The selection criterion 'tag:none' does not match any enabled nodes",
    );
  });

  test("versions of a model are told apart by ref()", async () => {
    const shop = project({
      "models/a_v1.sql": "select 1 as n",
      "models/a_v2.sql": "select 2 as n",
      "models/b.sql":
        "{{ config(materialized='table') }} select (select n from {{ ref('a') }}) as latest, (select n from {{ ref('a', v=1) }}) as first",
      "models/schema.yml":
        "models:\n  - name: a\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n",
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query("select * from b")).toEqual([[2, 1]]);
  });
});

describe("artifacts of commands that build nothing", () => {
  test.each([
    [["compile"], { a: "success", s: "success", unique_a_id: "success" }],
    [["compile", "-s", "a", "--exclude", "resource_type:test"], { a: "success" }],
    [["docs", "generate"], { a: "success", s: "success", unique_a_id: "success" }],
  ])("%j lists what it compiled", async (args, expected) => {
    const shop = project({
      "models/a.sql": "select 1 as id",
      "models/s.yml": "models:\n  - name: a\n    columns: [{name: id, data_tests: [unique]}]\n",
      "seeds/s.csv": "n\n1\n",
    });
    expect((await shop.run(...args)).exitCode).toBe(0);
    expect(shop.statuses()).toEqual(expected);
    expect(shop.result("a").compiledCode).toBe("select 1 as id");
  });

  test("source freshness runs the project's hooks and writes the manifest", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nversion: '1.0'\nprofile: shop\non-run-start: create table t as select now() as loaded\non-run-end: create or replace table seen as select '{{ results[0].node.name }} {{ results[0].status }}' as said\n",
      "models/s.yml":
        "sources:\n  - name: main\n    loaded_at_field: loaded\n    freshness: {warn_after: {count: 1, period: day}}\n    tables: [{name: t}]\n",
    });
    expect((await shop.run("source", "freshness")).exitCode).toBe(0);
    expect(await shop.query("select said from seen")).toEqual([["t pass"]]);
    expect(shop.read("target/manifest.json")).toContain("source.shop.main.t");
  });

  test("a seed that is loaded anew says so", async () => {
    const shop = project({ "seeds/s.csv": "n\n1\n2\n" });
    await shop.run("seed");
    expect(shop.result("s").message).toBe("INSERT 2");
    await shop.run("seed", "--full-refresh");
    expect(shop.result("s").message).toBe("CREATE 2");
  });
});
