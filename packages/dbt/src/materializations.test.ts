import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

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

describe("merge", () => {
  const rows =
    "select 1 as id, {{ 20 if is_incremental() else 1 }} as x, 'a' as note union all select 2, {{ 5 if is_incremental() else 1 }}, 'a'";
  const more =
    "{% if is_incremental() %} union all select 3, 1, 'a' union all select 4, 9, 'a'{% endif %}";

  test("updates and inserts on conditions, with expressions", async () => {
    const shop = project({
      "models/a.sql": `{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id',
        merge_update_condition='DBT_INTERNAL_SOURCE.x > 10', merge_insert_condition='DBT_INTERNAL_SOURCE.x > 1',
        merge_update_set_expressions={'note': "DBT_INTERNAL_DEST.note || '!'"}) }} ${rows} ${more}`,
    });
    await shop.run("run");
    await shop.run("run");
    expect(await shop.query("select id, x, note from a order by id")).toEqual([
      [1, 20, "a!"],
      [2, 1, "a"],
      [4, 9, "a"],
    ]);
  });
});
