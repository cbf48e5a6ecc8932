import { describe, expect, test } from "vitest";
import { createTemporaryProject } from "./testing/temporary-project.ts";

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly exitCode?: number;
  readonly says: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: "a ref to nothing, with the nearest name",
    files: {
      "models/orders.sql": "select 1 as id",
      "models/report.sql": "select *\nfrom {{ ref('order') }}",
    },
    says: [
      "Model 'model.shop.report' (models/report.sql) depends on a node named 'order' which was not found",
      'did you mean "orders"',
      "in models/report.sql:2:",
    ],
  },
  {
    title: "a way out of the template to JavaScript",
    files: { "models/report.sql": "select {{ adapter.constructor('return process')() }}" },
    exitCode: 1,
    says: ["has no attribute 'constructor'", "in models/report.sql:1:"],
  },
  {
    title: "a source that nobody declares",
    files: {
      "models/report.sql": "select 1\nunion all\nselect * from {{ source('raw', 'orders') }}",
    },
    says: ["depends on a source named 'raw.orders' which was not found", "in models/report.sql:3:"],
  },
  {
    title: "models that need each other",
    files: {
      "models/a.sql": "select * from {{ ref('b') }}",
      "models/b.sql": "select * from {{ ref('a') }}",
    },
    says: ["Found a cycle: model.shop.a --> model.shop.b --> model.shop.a", "in models/a.sql"],
  },
  {
    title: "YAML that cannot be read, with its position",
    files: {
      "models/a.sql": "select 1",
      "models/schema.yml": "version: 2\nmodels:\n  - name: a\n   columns: []\n",
    },
    says: ["Cannot read YAML:", "in models/schema.yml:4:"],
  },
  {
    title: "two models of one name",
    files: { "models/x/a.sql": "select 1", "models/y/a.sql": "select 2" },
    says: ['found two models with the name "a": models/x/a.sql and models/y/a.sql'],
  },
  {
    title: "a profile that does not exist",
    files: { "dbt_project.yml": "name: shop\nprofile: shoop\n" },
    says: ['Could not find profile named "shoop"', 'did you mean "shop"', "profiles.yml:1"],
  },
  {
    title: "a target that does not exist",
    files: {},
    args: ["--target", "prd"],
    says: ['does not have a target named "prd"', "its targets are: dev"],
  },
  {
    title: "another warehouse",
    files: { "profiles.yml": "shop: {target: dev, outputs: {dev: {type: snowflake}}}\n" },
    says: ['adapter type "snowflake"', "this engine runs duckdb"],
  },
  {
    title: "a template that cannot be parsed",
    files: { "models/a.sql": "select 1\n{% if true %}\nselect 2" },
    says: ["in models/a.sql:"],
  },
  {
    title: "a generic test that nobody wrote",
    files: {
      "models/a.sql": "select 1 as id",
      "models/schema.yml":
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - uniqe\n",
    },
    says: ["'test_uniqe' is undefined", 'did you mean "unique"', "in models/schema.yml:"],
  },
  {
    title: "a key of dbt_project.yml that is misspelt",
    files: { "dbt_project.yml": "name: shop\nprofile: shop\nmodel-path: [models]\n" },
    says: ['Unknown key "model-path"', 'did you mean "model-paths"'],
  },
  {
    title: "a project that needs another dbt",
    files: { "dbt_project.yml": "name: shop\nprofile: shop\nrequire-dbt-version: '>=9.0.0'\n" },
    says: ["it requires dbt >=9.0.0"],
  },
  {
    title: "an environment variable that is not set",
    files: {
      "profiles.yml":
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: \"{{ env_var('NOWHERE') }}\"}\n",
    },
    says: ["Env var required but not provided: 'NOWHERE'", "profiles.yml:"],
  },
  {
    title: "documentation that does not exist",
    files: {
      "models/a.sql": "select 1 as id",
      "models/docs.md": "{% docs orders %}One row per order.{% enddocs %}",
      "models/schema.yml": "models:\n  - name: a\n    description: \"{{ doc('order') }}\"\n",
    },
    says: [
      "Documentation for 'order' was not found",
      'did you mean "orders"',
      "in models/schema.yml:",
    ],
  },
  {
    title: "a selector that does not exist",
    files: { "models/a.sql": "select 1 as id" },
    args: ["--select", "tagg:x"],
    says: ["'tagg' is not a valid method name", 'did you mean "tag"'],
  },
  {
    title: "a macro that does not exist, in the node alone",
    files: {
      "macros/money.sql": "{% macro cents(x) %}{{ x }} * 100{% endmacro %}",
      "models/a.sql": "select\n  {{ cent('1') }} as c",
      "models/b.sql": "select 1 as id",
    },
    exitCode: 1,
    says: [
      "Compilation Error in model a (models/a.sql)",
      "'cent' is undefined, did you mean \"cents\"",
      "in models/a.sql:2:",
      "PASS=1 WARN=0 ERROR=1",
    ],
  },
  {
    title: "a column that the database does not know",
    files: {
      "models/a.sql":
        "{{ config(materialized='table') }}\n\nselect\n  origin,\n  {{ var('n', 1) }} as n,\n  orign as o\nfrom (select 'x' as origin)",
    },
    exitCode: 1,
    says: [
      "Runtime Error in model a (models/a.sql)",
      'Binder Error: Referenced column "orign" not found in FROM clause!',
      'Candidate bindings: "origin"',
      "in models/a.sql:6",
      "compiled code at target/compiled/shop/models/a.sql",
    ],
  },
  {
    title: "a seed with a ragged line",
    files: { "seeds/bands.csv": "a,b\n1,2\n3\n" },
    exitCode: 1,
    says: ["Cannot read seed seeds/bands.csv:", "in seeds/bands.csv:3"],
  },
  {
    title: "a model that is private to a group",
    files: {
      "models/a.sql": "select 1 as n",
      "models/b.sql": "select *\nfrom {{ ref('a') }}",
      "models/schema.yml":
        "groups: [{name: g, owner: {name: x}}]\nmodels:\n  - name: a\n    config: {group: g, access: private}\n    columns: [{name: n, data_tests: [not_null]}]\n",
    },
    says: [
      "Node model.shop.b attempted to reference node model.shop.a, which is not allowed because the referenced node is private to the 'g' group",
      "in models/b.sql:2:",
    ],
  },
  {
    title: "a variable that nobody set",
    files: {
      "dbt_project.yml": "name: shop\nprofile: shop\nvars: {day: 1}\n",
      "models/a.sql": "select {{ var('dai') }} as d",
    },
    exitCode: 1,
    says: ["Required var 'dai' not found", 'did you mean "day"', "in models/a.sql:1:"],
  },
];

describe("a mistake is named with its file and line", () => {
  test.each(CASES)("$title", async ({ files, args = [], exitCode = 2, says }) => {
    const project = createTemporaryProject(files);
    try {
      const result = await project.run("build", ...args);
      for (const text of says) expect(result.output).toContain(text);
      expect(result.exitCode).toBe(exitCode);
    } finally {
      project.remove();
    }
  });
});
