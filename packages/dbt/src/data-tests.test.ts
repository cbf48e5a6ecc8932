import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

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
    const { output } = await shop.run("test", "--store-failures");
    expect(output).toContain(
      '  See test failures:\n  -----------------------------------------------------\n  select * from "shop"."main_dbt_test__audit"."no_null"\n',
    );
  });

  test("a column that must be quoted is quoted in query and name, and its tests are of its group", async () => {
    const shop = project({
      "models/base.sql": 'select 1 as "big id"',
      "models/schema.yml": `
groups: [{name: g, owner: {name: x}}]
models:
  - name: base
    group: g
    columns: [{name: big id, quote: true, data_tests: [not_null]}]
`,
    });
    await shop.run("build");
    expect(shop.statuses()).toEqual({ base: "success", not_null_base__big_id_: "pass" });
    expect(shop.result("not_null_base__big_id_").compiledCode).toContain('where "big id" is null');
    const manifest: unknown = JSON.parse(shop.read("target/manifest.json"));
    expect(manifest).toMatchObject({
      group_map: { g: ["model.shop.base", "test.shop.not_null_base__big_id_.2887c68678"] },
    });
  });

  test("a model that is private to its group is tested", async () => {
    const shop = project({
      "models/base.sql": "select 1 as id",
      "models/schema.yml": `
groups: [{name: g, owner: {name: x}}]
models:
  - name: base
    config: {group: g, access: private}
    columns: [{name: id, data_tests: [not_null]}]
`,
    });
    await shop.run("build");
    expect(shop.statuses()).toEqual({ base: "success", not_null_base_id: "pass" });
  });
});
