import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "./testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

/** Where `BAD` stands in a text: the line an error has to name. */
function lineOfBad(text: string): number {
  return text.slice(0, text.indexOf("BAD")).split("\n").length;
}

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** The file with the mistake, which is the word BAD. */
  readonly file: string;
  readonly node: string;
  /** Files that break the project after a first good build. */
  readonly broken?: Readonly<Record<string, string>>;
  /** Whether the mistake is in the compiled query of the node. */
  readonly isCompiled: boolean;
}

const HEAD = `{{ config(
    materialized='MATERIALIZED'
) }}
{%- set columns = ['a', 'b'] %}
-- a comment {# another #}
{% for column in columns %}
  {#- skipped #}
{% endfor %}

select
  {% for column in columns -%}
  1 as {{ column }},
  {% endfor %}
  BAD as c,
  2 as d
`;

const model = (materialized: string): string => HEAD.replace("MATERIALIZED", materialized);

const CASES: readonly Case[] = [
  ...["view", "table", "incremental"].map((kind) => ({
    title: `a ${kind}`,
    files: { "models/deep/m.sql": model(kind) },
    file: "models/deep/m.sql",
    node: "m",
    isCompiled: true,
  })),
  {
    title: "a table in the place of another",
    files: { "models/m.sql": model("table").replace("BAD", "3") },
    broken: { "models/m.sql": model("table") },
    file: "models/m.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "an incremental model in its second run",
    files: {
      "models/m.sql":
        "{{ config(materialized='incremental', unique_key='id') }}\n\n\nselect 1 as id\n{% if is_incremental() %}\nwhere\n  BAD > 1\n{% endif %}",
    },
    broken: {},
    file: "models/m.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "an ephemeral model inside of another",
    files: {
      "models/e0.sql": "{{ config(materialized='ephemeral') }}\n\nselect 1 as n",
      "models/e.sql":
        "{{ config(materialized='ephemeral') }}\n\n{# here #}\nselect\n  BAD as n\nfrom {{ ref('e0') }}",
      "models/m.sql": "\n\n-- top\nwith x as (select * from {{ ref('e') }})\nselect * from x",
    },
    file: "models/e.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "a model behind the CTE of an ephemeral model",
    files: {
      "models/e.sql": "{{ config(materialized='ephemeral') }}\n\n\nselect\n  1 as n\n",
      "models/m.sql": "-- top\n\nselect\n  n,\n  BAD\nfrom {{ ref('e') }}",
    },
    file: "models/m.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "a line with a macro's text of several lines before it",
    files: {
      "macros/two.sql": "{% macro two() %}\n1 as a,\n2 as b,\n{% endmacro %}",
      "models/m.sql": "select\n{{ two() }} BAD,\n3 as c",
    },
    file: "models/m.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "what a macro wrote",
    files: {
      "macros/two.sql": "{% macro two() %}\n1 as a,\nWRONG as b,\n{% endmacro %}",
      "models/m.sql": "select\n\n{{ two() }} 3 as BAD",
    },
    file: "models/m.sql",
    node: "m",
    isCompiled: true,
  },
  {
    title: "a singular test",
    files: {
      "models/m.sql": "select 1 as n",
      "tests/t.sql":
        "{{ config(severity='warn') }}\n\nselect *\nfrom {{ ref('m') }}\nwhere BAD = 1",
    },
    file: "tests/t.sql",
    node: "t",
    isCompiled: true,
  },
  {
    title: "a stored singular test with a limit",
    files: {
      "models/m.sql": "select 1 as n",
      "tests/t.sql":
        "{{ config(store_failures=true, limit=3) }}\n\nselect *\nfrom {{ ref('m') }}\nwhere BAD = 1",
    },
    file: "tests/t.sql",
    node: "t",
    isCompiled: true,
  },
  {
    title: "a generic test",
    files: {
      "models/m.sql": "select 1 as n",
      "models/schema.yml":
        "models:\n  - name: m\n    columns:\n      - name: n\n        data_tests: [unique]\n      - name: other\n        data_tests:\n          - not_null: {name: BAD}\n",
    },
    file: "models/schema.yml",
    node: "BAD",
    isCompiled: true,
  },
  {
    title: "a snapshot",
    files: {
      "models/m.sql": "select 1 as n",
      "snapshots/s.sql":
        "-- before\n{% snapshot s %}\n{{ config(unique_key='n', strategy='check', check_cols='all') }}\n\nselect n,\n  BAD as x\nfrom {{ ref('m') }}\n{% endsnapshot %}",
    },
    file: "snapshots/s.sql",
    node: "s",
    isCompiled: true,
  },
  {
    title: "a hook in a model",
    files: {
      "models/m.sql":
        "{{ config(\n    materialized='table',\n    post_hook=\"select 1 from BAD\"\n) }}\n\nselect 1 as n",
    },
    file: "models/m.sql",
    node: "m",
    isCompiled: false,
  },
  {
    title: "a hook of the properties",
    files: {
      "models/m.sql": "select 1 as n",
      "models/schema.yml":
        "models:\n  - name: m\n    config:\n      pre_hook: [\"select '{{ this.name }}' from BAD\"]\n",
    },
    file: "models/schema.yml",
    node: "m",
    isCompiled: false,
  },
  {
    title: "a hook of the project, of several lines",
    files: {
      "dbt_project.yml":
        "name: shop\nprofile: shop\nmodels:\n  +post-hook:\n    - |\n      select 1\n      from BAD\n",
      "models/m.sql": "select 1 as n",
    },
    file: "dbt_project.yml",
    node: "m",
    isCompiled: false,
  },
  {
    title: "a value of a seed",
    files: {
      "seeds/s.csv": "id,n\n1,2\n2,3\n3,BAD\n",
      "seeds/schema.yml": "seeds:\n  - name: s\n    config: {column_types: {n: integer}}\n",
    },
    file: "seeds/s.csv",
    node: "s",
    isCompiled: false,
  },
];

describe("an error of the database names its line", () => {
  test.each(CASES)("in $title", async ({ files, broken, file, node, isCompiled }) => {
    const shop = project(files);
    if (broken !== undefined) {
      expect((await shop.run("build")).exitCode).toBe(0);
      shop.write(broken);
    }
    const { exitCode, output } = await shop.run("build");
    expect(exitCode).toBe(1);
    const result = shop.result(node);
    const source = shop.read(file);
    const line = lineOfBad(source);
    expect(result.message).toMatch(/^Runtime Error in \w+ \S+ \([\w./]+\)\n {2}[A-Z]\w+ Error: /u);
    expect(`${result.message}\n`).toContain(`\n  in ${file}:${line}\n`);
    expect(output).toContain(`in ${file}:${line}\n`);
    expect(result.errorPlace).toMatchObject({ file, line });
    if (!isCompiled) {
      expect(result.errorPlace["compiled_line"]).toBeNull();
      return;
    }
    const compiledFile = String(result.errorPlace["compiled_file"]);
    const compiled = Number(result.errorPlace["compiled_line"]);
    expect(result.message).toContain(`\n  compiled to ${compiledFile}:${compiled}\n`);
    const text = result.compiledCode.split("\n")[compiled - 1] ?? "";
    expect(text).toMatch(/BAD|WRONG|other/u);
    expect(result.message).toContain(`> ${String(compiled).padStart(4)} | ${text}`);
  });
});

describe("an error without a line", () => {
  test("of the run is not given one", async () => {
    const shop = project({
      "models/m.sql": "{{ config(materialized='table') }}\nselect error('BAD')",
    });
    await shop.run("build");
    const result = shop.result("m");
    expect(result.message).toContain("BAD");
    expect(result.errorPlace).toMatchObject({
      file: "models/m.sql",
      line: null,
      compiled_line: null,
    });
  });

  test("of a query that a template asked is that of its tag", async () => {
    const shop = project({
      "models/m.sql": "select 1\n\n{% set x = run_query('select BAD') %}",
    });
    await shop.run("build");
    expect(shop.result("m").errorPlace).toMatchObject({
      file: "models/m.sql",
      line: 3,
      compiled_line: null,
    });
  });

  test("of a hook of the run names the project file", async () => {
    const shop = project({
      "dbt_project.yml": "name: shop\nprofile: shop\non-run-start:\n  - select 1\n  - select BAD\n",
      "models/m.sql": "select 1 as n",
    });
    const { output, exitCode } = await shop.run("build");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("in dbt_project.yml:5");
  });

  test("of a hook that YAML has folded names the line on which it begins", async () => {
    const shop = project({
      "dbt_project.yml":
        "name: shop\nprofile: shop\non-run-start:\n  - >\n    select 1\n\n    from BAD\n",
      "models/m.sql": "select 1 as n",
    });
    const { output } = await shop.run("build");
    expect(output).toContain("in dbt_project.yml:5");
  });
});
