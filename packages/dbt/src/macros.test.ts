import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

describe("the context", () => {
  test.each([
    ["tojson({'a': [1, none, 'é'], 'b': 1.0})", '{"a": [1, null, "\\u00e9"], "b": 1.0}'],
    ["tojson({'b': 1, 'a': 2}, sort_keys=true)", '{"a": 2, "b": 1}'],
    ["toyaml({'b': 1, 'a': [1, 'x']})", "b: 1\na:\n- 1\n- x\n"],
    [
      "diff_of_two_dicts({'k': ['x', 'Y'], 'l': ['z'], 'm': ['n']}, {'K': ['X'], 'm': ['n']})",
      "{'k': ['Y'], 'l': ['z']}",
    ],
    ["selected_resources", "['model.shop.a']"],
    ["load_result('r')['data']", "[(1, 'x')]"],
  ])("%s", async (expression, expected) => {
    const shop = project({
      "models/a.sql": `{{ config(materialized='table') }}
{% call statement('r', fetch_result=true) %}select 1, 'x'{% endcall %}
select $q\${{ ${expression} }}$q$ as said`,
      "models/b.sql": "select 1 as n",
    });
    expect((await shop.run("run", "-s", "a")).exitCode).toBe(0);
    expect(await shop.query("select said from a")).toEqual([[expected]]);
  });

  test("set_sql_header() puts a statement before the node's", async () => {
    const shop = project({
      "models/a.sql":
        "{{ config(materialized='table') }}{% call set_sql_header(config) %}create or replace temp macro twice(n) as n * 2;{% endcall %}select twice(4) as n",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select n from a")).toEqual([[8]]);
  });
});

describe("macros", () => {
  test("a package's own naming macros are for its own nodes", async () => {
    const shop = project({
      "models/a.sql": "select 1 as n",
      "packages.yml": "packages: [{local: dbt_packages/lib}]\n",
      "dbt_packages/lib/dbt_project.yml": "name: lib\nversion: '1.0'\n",
      "dbt_packages/lib/models/b.sql": "select 2 as n",
      "dbt_packages/lib/macros/m.sql":
        "{% macro generate_alias_name(custom_alias_name=none, node=none) %}x_{{ node.name }}{% endmacro %}",
    });
    expect((await shop.run("run")).exitCode).toBe(0);
    expect(await shop.query("select a.n, x_b.n from a, x_b")).toEqual([[1, 2]]);
  });

  test("a version has the columns of its model and the tests of them", async () => {
    const shop = project({
      "models/m_v1.sql": "select 1 as id, 1 as old",
      "models/m_v2.sql": "select 1 as id, 1 as fresh",
      "models/s.yml": `models:
  - name: m
    columns: [{name: id, data_tests: [unique]}, {name: old, data_tests: [not_null]}]
    versions:
      - v: 1
      - v: 2
        columns: [{include: all, exclude: [old]}, {name: fresh, data_tests: [not_null]}]
`,
      "models/empty.sql": "",
    });
    expect((await shop.run("build")).exitCode).toBe(0);
    expect(Object.keys(shop.statuses()).toSorted()).toEqual([
      "m",
      "not_null_m_v1_old",
      "not_null_m_v2_fresh",
      "unique_m_v1_id",
      "unique_m_v2_id",
    ]);
  });

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
