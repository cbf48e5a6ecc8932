import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

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
