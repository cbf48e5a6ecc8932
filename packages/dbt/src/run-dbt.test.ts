import { afterEach, describe, expect, test } from "vitest";
import { createTemporaryProject, type TemporaryProject } from "./testing/temporary-project.ts";

const open: TemporaryProject[] = [];

function project(files: Readonly<Record<string, string>>): TemporaryProject {
  const created = createTemporaryProject(files);
  open.push(created);
  return created;
}

afterEach(() => {
  for (const created of open.splice(0)) created.remove();
});

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

describe("materializations", () => {
  test("a table becomes a view and a table again, also when it reads itself", async () => {
    const shop = project({ "models/a.sql": "{{ config(materialized='table') }} select 1 as n" });
    await shop.run("run");
    shop.write({ "models/a.sql": "{{ config(materialized='view') }} select 2 as n" });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select n from a")).toEqual([[2]]);
    shop.write({
      "models/a.sql":
        "{{ config(materialized='table') }} select 3 as n {% if execute and adapter.get_relation(this.database, this.schema, this.identifier) %} union all select n from {{ this }} {% endif %}",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select n from a order by n")).toEqual([[2], [3]]);
  });

  test.each([
    [
      "append",
      [
        ["1", "old"],
        ["1", "new"],
        ["2", "new"],
      ],
    ],
    [
      "delete+insert",
      [
        ["1", "new"],
        ["2", "new"],
      ],
    ],
    [
      "merge",
      [
        ["1", "new"],
        ["2", "new"],
      ],
    ],
  ])("incremental %s", async (strategy, expected) => {
    const model = `{{ config(materialized='incremental', incremental_strategy='${strategy}', unique_key='id') }}
{% if is_incremental() %}
select 1::bigint as id, 'new' as state union all select 2, 'new'
{% else %}
select 1::bigint as id, 'old' as state
{% endif %}`;
    const shop = project({ "models/a.sql": model });
    await shop.run("run");
    await shop.run("run");
    const rows = await shop.query("select id, state from a order by id, state desc");
    expect(rows).toEqual(expected);
    await shop.run("run", "--full-refresh");
    expect(await shop.query("select id, state from a")).toEqual([["1", "old"]]);
  });

  test("incremental models keep several keys apart and update only the columns they may", async () => {
    const shop = project({
      "models/a.sql": `{{ config(materialized='incremental', incremental_strategy='merge', unique_key=['a', 'b'], merge_update_columns=['n']) }}
select * from (values (1, 1, {{ 20 if is_incremental() else 10 }}, '{{ "new" if is_incremental() else "old" }}'), (1, 2, 5, 'x')) as t(a, b, n, kept)`,
    });
    await shop.run("run");
    await shop.run("run");
    expect(await shop.query("select b, n, kept from a order by b")).toEqual([
      [1, 20, "old"],
      [2, 5, "x"],
    ]);
  });

  test.each([
    ["ignore", 0, ["id"]],
    ["append_new_columns", 0, ["id", "extra"]],
    ["sync_all_columns", 0, ["extra"]],
    ["fail", 1, ["id"]],
  ])("on_schema_change %s", async (mode, exitCode, columns) => {
    const config = `{{ config(materialized='incremental', on_schema_change='${mode}', incremental_strategy='append') }}`;
    const keepsId = mode !== "sync_all_columns";
    const shop = project({ "models/a.sql": `${config} select 1 as id` });
    await shop.run("run");
    shop.write({ "models/a.sql": `${config} select ${keepsId ? "2 as id, " : ""}3 as extra` });
    const result = await shop.run("run");
    expect(result.exitCode).toBe(exitCode);
    const found = await shop.query("select column_name from (describe a)");
    expect(found.flat()).toEqual(columns);
    if (mode === "fail") expect(result.output).toContain("out of sync: new columns extra INTEGER");
  });

  test("ephemeral models stand inside the queries that use them, through each other", async () => {
    const shop = project({
      "models/one.sql": "{{ config(materialized='ephemeral') }} select 1 as n",
      "models/two.sql":
        "{{ config(materialized='ephemeral') }} with x as (select n + 1 as n from {{ ref('one') }}) select * from x",
      "models/three.sql":
        "{{ config(materialized='table') }} select two.n + one.n as n from {{ ref('two') }} two cross join {{ ref('one') }} one",
    });
    const result = await shop.run("build");
    expect(result.output).toContain("1 of 1 OK created sql table model main.three");
    expect(await shop.query("select n from three")).toEqual([[3]]);
    expect(await shop.query("select count(*) from information_schema.tables")).toEqual([["1"]]);
  });

  test("seeds keep their types, take overrides, and load again", async () => {
    const shop = project({
      "seeds/t.csv":
        "id,price,day,at,ok,name,code\n1,2.5,2024-01-31,2024-01-31 10:00:00,true,x,007\n2,,,,,,\n",
      "seeds/properties.yml": "seeds:\n  - name: t\n    config: {column_types: {code: varchar}}\n",
    });
    expect((await shop.run("seed")).output).toContain("OK loaded seed file main.t");
    await shop.run("seed");
    const types = await shop.query("select column_type from (describe t)");
    expect(types.flat()).toEqual([
      "INTEGER",
      "DOUBLE",
      "DATE",
      "TIMESTAMP",
      "BOOLEAN",
      "VARCHAR",
      "VARCHAR",
    ]);
    expect(await shop.query("select id, price, code from t order by id")).toEqual([
      [1, 2.5, "007"],
      [2, null, null],
    ]);
  });

  test("a materialization of the project takes the place of ours", async () => {
    const shop = project({
      "macros/m.sql": `{% materialization twice, default %}
  {%- set target = this.incorporate(type='table') -%}
  {% call statement('main') %}create or replace table {{ target }} as select * from ({{ sql }}) union all select * from ({{ sql }}){% endcall %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}`,
      "models/a.sql": "{{ config(materialized='twice') }} select 1 as n",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select count(*) from a")).toEqual([["2"]]);
  });

  test("hooks run around a node and around the run", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nprofile: shop\non-run-start: ['create table if not exists log (what varchar)']\non-run-end: [\"insert into log select 'end {{ results | length }}'\"]\nmodels:\n  +post-hook: \"insert into log values ('after {{ this.name }}')\"\n",
      "models/a.sql":
        "{{ config(materialized='table', pre_hook=\"insert into log values ('before')\") }} select 1 as n",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect((await shop.query("select what from log")).flat()).toEqual([
      "before",
      "after a",
      "end 1",
    ]);
  });
});

describe("snapshots", () => {
  const properties = (config: string): string =>
    `snapshots:\n  - name: snap\n    relation: ref('people')\n    config: {unique_key: id, ${config}}\n`;
  const people = (rows: string): Readonly<Record<string, string>> => ({
    "models/people.sql": `select * from (values ${rows}) as t(id, name, changed_at)`,
  });
  const first = people("(1, 'ann', timestamp '2024-01-01'), (2, 'bob', timestamp '2024-01-01')");
  const second = people("(1, 'anna', timestamp '2024-02-01'), (3, 'cid', timestamp '2024-02-01')");
  const history = "select id, name, dbt_valid_to is null from snap order by id, dbt_valid_from";

  test.each([
    [
      "strategy: check, check_cols: [name]",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: check, check_cols: all",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: timestamp, updated_at: changed_at",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", true],
        [3, "cid", true],
      ],
    ],
    [
      "strategy: timestamp, updated_at: changed_at, hard_deletes: invalidate",
      [
        [1, "ann", false],
        [1, "anna", true],
        [2, "bob", false],
        [3, "cid", true],
      ],
    ],
  ])("%s", async (config, expected) => {
    const shop = project({ ...first, "snapshots/snap.yml": properties(config) });
    expect((await shop.run("build")).exitCode).toBe(0);
    await shop.run("build");
    expect(await shop.query("select count(*) from snap")).toEqual([["2"]]);
    shop.write(second);
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query(history)).toEqual(expected);
  });

  test("new_record keeps a row that says when another was deleted", async () => {
    const shop = project({
      ...first,
      "snapshots/snap.yml": properties(
        "strategy: timestamp, updated_at: changed_at, hard_deletes: new_record",
      ),
    });
    await shop.run("build");
    shop.write(second);
    expect((await shop.run("build")).exitCode).toBe(0);
    const rows = await shop.query(
      "select dbt_is_deleted, dbt_valid_to is null from snap where id = 2 order by dbt_valid_from",
    );
    expect(rows).toEqual([
      ["False", false],
      ["True", true],
    ]);
  });

  test("a snapshot block in SQL, with its own schema", async () => {
    const shop = project({
      ...first,
      "snapshots/old.sql":
        "{% snapshot snap %}\n{{ config(target_schema='history', unique_key='id', strategy='check', check_cols=['name']) }}\nselect * from {{ ref('people') }}\n{% endsnapshot %}",
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(await shop.query("select count(*) from history.snap")).toEqual([["2"]]);
  });
});

const TESTED = {
  "models/base.sql":
    "{{ config(materialized='table') }} select * from (values (1, 'a'), (1, 'b'), (null, 'c')) as t(id, kind)",
  "models/above.sql": "select * from {{ ref('base') }}",
};

describe("tests", () => {
  test("a failed test keeps what is above from being built", async () => {
    const shop = project({
      ...TESTED,
      "models/schema.yml":
        "models:\n  - name: base\n    columns:\n      - name: id\n        data_tests: [unique]\n",
    });
    const result = await shop.run("build");
    expect(result.exitCode).toBe(1);
    expect(shop.statuses()).toEqual({ base: "success", unique_base_id: "fail", above: "skipped" });
    expect(result.output).toContain("Got 1 result, configured to fail if != 0");
    expect(result.output).toContain(
      "compiled code at target/compiled/shop/models/schema.yml/unique_base_id.sql",
    );
  });

  test("severity, thresholds, where, limit and fail_calc decide", async () => {
    const shop = project({
      ...TESTED,
      "models/schema.yml": `models:
  - name: base
    data_tests:
      - rows_below: {arguments: {most: 1}, config: {severity: warn}, name: only_warns}
      - rows_below: {arguments: {most: 1}, config: {where: "kind = 'a'"}, name: passes_where}
      - rows_below: {arguments: {most: 1}, config: {error_if: '>10', warn_if: '>1'}, name: many_errors}
      - rows_below: {arguments: {most: 1}, config: {limit: 1}, name: limited}
      - rows_below: {arguments: {most: 1}, config: {fail_calc: 'max(n) - 3'}, name: calculated}
`,
      "tests/generic/rows_below.sql":
        "{% test rows_below(model, most) %}select * from (select *, count(*) over () as n from {{ model }}) where n > {{ most }}{% endtest %}",
    });
    await shop.run("build");
    expect(shop.statuses()).toMatchObject({
      only_warns: "warn",
      passes_where: "pass",
      many_errors: "warn",
      limited: "fail",
      calculated: "pass",
    });
  });

  test("--store-failures keeps the rows that a test found", async () => {
    const shop = project({
      ...TESTED,
      "tests/no_null.sql": "select * from {{ ref('base') }} where id is null",
    });
    await shop.run("build", "--store-failures");
    expect(await shop.query("select kind from main_dbt_test__audit.no_null")).toEqual([["c"]]);
  });
});

describe("macros", () => {
  test("a project's own version of a built-in macro wins, dispatched or not", async () => {
    const shop = project({
      "macros/own.sql": `{% macro duckdb__dateadd(datepart, interval, from) %}'own'{% endmacro %}
{% macro generate_schema_name(name, node) %}{{ name or 'plain' }}{% endmacro %}
{% macro pick() %}{{ return(adapter.dispatch('pick')()) }}{% endmacro %}
{% macro default__pick() %}'default'{% endmacro %}
{% macro duckdb__pick() %}'duckdb'{% endmacro %}`,
      "models/a.sql":
        "{{ config(materialized='table', schema='here') }} select {{ dateadd('day', 1, 'x') }} as a, {{ dbt.dateadd('day', 1, 'x') }} as b, {{ pick() }} as c",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select * from here.a")).toEqual([["own", "own", "duckdb"]]);
  });

  test("the database answers while a template is rendered", async () => {
    const shop = project({
      "models/kinds.sql": "{{ config(materialized='table') }} select unnest(['a', 'b']) as kind",
      "models/wide.sql": `{{ config(materialized='table') }}
{% set kinds = dbt_values(ref('kinds'), 'kind') %}
select {% for kind in kinds %}'{{ kind }}' as {{ kind }}{% if not loop.last %}, {% endif %}{% endfor %}`,
      "macros/dbt_values.sql": `{% macro dbt_values(relation, column) %}
{% set result = run_query('select ' ~ column ~ ' from ' ~ relation ~ ' order by 1') %}
{{ return(result.columns[0].values() if execute else ['a']) }}
{% endmacro %}`,
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select * from wide")).toEqual([["a", "b"]]);
  });

  test("the built-in macros write SQL that DuckDB runs", async () => {
    const shop = project({
      "models/a.sql": `{{ config(materialized='table') }} select
  {{ datediff("date '2024-01-01'", "date '2024-03-01'", 'month') }} as months,
  {{ last_day("date '2024-02-10'", 'month') }} as last,
  {{ split_part("'a-b'", "'-'", 2) }} as part,
  {{ concat(["'x'", "'y'"]) }} as joined,
  {{ safe_cast("'1'", type_int()) }} as one,
  {{ date_trunc('year', "date '2024-02-10'") }} as year,
  {{ hash("'a'") }} as hashed,
  (select count(*) from ({{ date_spine('day', "date '2024-01-01'", "date '2024-01-04'") }})) as days`,
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select months, last, part, joined, one, days from a")).toEqual([
      ["2", "2024-02-29", "b", "xy", 1, "3"],
    ]);
  });

  test("run-operation calls a macro with arguments", async () => {
    const shop = project({
      "macros/make.sql":
        "{% macro make(name) %}{% do run_query('create table ' ~ name ~ ' as select 1 as n') %}{% endmacro %}",
    });
    expect((await shop.run("run-operation", "make", "--args", "{name: made}")).exitCode).toBe(0);
    expect(await shop.query("select n from made")).toEqual([[1]]);
  });
});

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
