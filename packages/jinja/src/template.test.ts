import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import { MacroReturn, PyError, TemplateError } from "./errors.ts";
import { type Scope, scopeOf } from "./runtime/scope.ts";
import { toJs, toPython } from "./values/convert.ts";
import { repr } from "./values/text.ts";
import {
  callable,
  type HostObject,
  NO_KWARGS,
  PyDict,
  PyFloat,
  PySet,
  PyTuple,
  pyType,
  Undefined,
  type Value,
} from "./values/value.ts";

const EMPTY = scopeOf({});
const dbt = createEnvironment({ dialect: "dbt" });
const standard = createEnvironment();

function failureOf(run: () => unknown): TemplateError {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error("The template did not fail");
}

describe("errors", () => {
  test("of syntax name file, line and column, with an excerpt", () => {
    const failure = failureOf(() =>
      standard.compile("select 1\nfrom {{ ref( }}\n", { file: "models/a.sql", firstLine: 10 }),
    );
    expect(failure).toMatchObject({ kind: "syntax", file: "models/a.sql", line: 11, column: 14 });
    expect(failure.excerpt).toBe(
      ["  10 | select 1", "> 11 | from {{ ref( }}", "     |              ^"].join("\n"),
    );
  });

  test("at run time name the line of the failing expression, not of its tag", () => {
    const source = "a\n{{ config(\n  x=1,\n  y=nope.attr\n) }}\n";
    const scope = scopeOf({ config: callable(() => "") });
    expect(failureOf(() => standard.compile(source).render(scope))).toMatchObject({
      kind: "undefined",
      reason: "'nope' is undefined",
      line: 4,
      column: 9,
    });
  });

  test("pass through macros with every frame, innermost first", async () => {
    const source = [
      "{% macro inner(x) %}",
      "  {{ x.y.z }}",
      "{% endmacro %}",
      "{% macro outer() %}{{ inner({}) }}{% endmacro %}",
      "{{ outer() }}",
    ].join("\n");
    const template = standard.compile(source, { file: "m.sql" });
    const expected = [
      ["macro 'inner'", 2],
      ["macro 'outer'", 4],
      ["top level", 5],
    ];
    const sync = failureOf(() => template.render(EMPTY));
    expect(sync.frames.map(({ name, line }) => [name, line])).toEqual(expected);
    const failure: unknown = await template.renderAsync(EMPTY).catch((error: unknown) => error);
    expect(failure).toMatchObject({ frames: sync.frames, message: sync.message });
  });

  test("pass through templates of other files", () => {
    const library = standard.compile("{% macro f() %}\n{{ 1 / 0 }}{% endmacro %}", {
      file: "lib.sql",
    });
    const f = library.macros(EMPTY).get("f");
    const scope = scopeOf({ f: f ?? null });
    const failure = failureOf(() => standard.compile("{{ f() }}", { file: "a.sql" }).render(scope));
    expect(failure.frames.map(({ file, line }) => [file, line])).toEqual([
      ["lib.sql", 2],
      ["a.sql", 1],
    ]);
    expect(failure).toMatchObject({
      kind: "runtime",
      file: "lib.sql",
      reason: "ZeroDivisionError: division by zero",
    });
    expect(failure.cause).toBeInstanceOf(PyError);
  });

  test("of the host keep their cause", () => {
    const cause = new Error("no such table");
    const scope = scopeOf({
      query: callable(() => {
        throw cause;
      }),
    });
    const failure = failureOf(() => standard.compile("\n{{ query() }}").render(scope));
    expect(failure).toMatchObject({ reason: "no such table", cause, line: 2 });
  });

  test("of the host's promises keep their cause and place", async () => {
    const cause = new Error("connection lost");
    const scope = scopeOf({ query: callable(() => Promise.reject(cause)) });
    const failure: unknown = await standard
      .compile("\n\n{{ query() }}")
      .renderAsync(scope)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: "connection lost", cause, line: 3 });
  });

  test("point at printing when an undefined is printed strictly", () => {
    const strict = createEnvironment({ undefinedBehavior: "strict" });
    const failure = failureOf(() =>
      strict.compile("a\n{{ b }} {{ missing }}").render(scopeOf({ b: 1 })),
    );
    expect(failure).toMatchObject({ kind: "undefined", line: 2, column: 12 });
  });

  test("return() outside of a macro is an error of the template", async () => {
    const template = dbt.compile("{{ return(1) }}");
    expect(failureOf(() => template.render(EMPTY)).reason).toContain(
      "only possible inside of a macro",
    );
    await expect(template.renderAsync(EMPTY)).rejects.toThrow(TemplateError);
  });
});

describe("undefined names", () => {
  test("in permissive mode every use gives another undefined", () => {
    const environment = createEnvironment({ undefinedBehavior: "permissive" });
    const source =
      "[{{ a }}{{ a.b.c }}{{ a['b'] }}{{ a() }}{{ a.b(1, x=2).c[0] }}{{ a + 1 }}{% for x in a.b() %}{% endfor %}]";
    expect(environment.compile(source).render(EMPTY)).toBe("[]");
  });
});

describe("scopes", () => {
  test("are asked only for the names that are used, once each", () => {
    const asked: string[] = [];
    const scope: Scope = {
      get: (name) => {
        asked.push(name);
        return name === "a" ? 1 : undefined;
      },
    };
    standard
      .compile(
        "{{ a }}{{ a }}{% if false %}{{ b }}{% endif %}{% for i in [1, 2] %}{{ a }}{% endfor %}",
      )
      .render(scope);
    expect(asked).toEqual(["a"]);
  });

  test("fall back to their parents, then to the globals of the environment", () => {
    const environment = createEnvironment({ globals: { c: "global", a: "hidden" } });
    const scope = scopeOf({ a: "inner" }, scopeOf({ a: "outer", b: "outer" }));
    expect(environment.compile("{{ a }} {{ b }} {{ c }} {{ d is defined }}").render(scope)).toBe(
      "inner outer global False",
    );
  });
});

const PACKAGE = `
{% macro first(a, b='x' ~ 1) %}{{ a }}{{ b }}{{ second() }}{% endmacro %}
{%- macro second() -%}2{{ target }}{%- endmacro %}
{% materialization inc, adapter='duckdb', supported_languages=['sql', 'python'] %}{{ return({'relations': [1]}) }}{% endmaterialization %}
{% materialization view, default -%}v{%- endmaterialization %}
{% test not_null(model, column_name) %}select {{ column_name }} from {{ model }}{% endtest %}
{% data_test positive(model) %}x{% enddata_test %}
{% snapshot orders %}
  {{ config(strategy='check') }}
{% endsnapshot %}
{% docs intro %}# Title{% enddocs %}
`;

describe("named blocks", () => {
  test("are listed with their place, body and parameters", () => {
    const template = dbt.compile(PACKAGE, { file: "macros/all.sql", firstLine: 1 });
    expect(
      template.definitions.map(({ kind, name, macroName, adapter, line }) => [
        kind,
        name,
        macroName,
        adapter,
        line,
      ]),
    ).toEqual([
      ["macro", "first", "first", undefined, 2],
      ["macro", "second", "second", undefined, 3],
      ["materialization", "inc", "materialization_inc_duckdb", "duckdb", 4],
      ["materialization", "view", "materialization_view_default", "default", 5],
      ["test", "not_null", "test_not_null", undefined, 6],
      ["test", "positive", "test_positive", undefined, 7],
      ["snapshot", "orders", "snapshot_orders", undefined, 8],
      ["docs", "intro", "dbt_docs__intro", undefined, 11],
    ]);
    const [first, , inc] = template.definitions;
    expect(first?.parameters).toEqual([
      { name: "a", defaultSource: undefined },
      { name: "b", defaultSource: "'x' ~ 1" },
    ]);
    expect(inc?.supportedLanguages).toEqual(["sql", "python"]);
    const snapshot = template.definitions.find(({ kind }) => kind === "snapshot");
    expect(snapshot?.body).toBe("\n  {{ config(strategy='check') }}\n");
    expect(snapshot?.source.startsWith("{% snapshot orders %}")).toBe(true);
    expect(snapshot?.source.endsWith("{% endsnapshot %}")).toBe(true);
  });

  test("the body of a block, compiled alone, reports lines of the file", () => {
    const template = dbt.compile("\n\n{% snapshot s %}\n\n{{ 1 / 0 }}\n{% endsnapshot %}", {
      file: "s.sql",
    });
    const [block] = template.definitions;
    const body = dbt.compile(block?.body ?? "", { file: "s.sql", firstLine: block?.bodyLine ?? 0 });
    expect(failureOf(() => body.render(EMPTY)).line).toBe(5);
  });

  test("are callable from TypeScript, in both modes", async () => {
    const scope = scopeOf({ target: "T" });
    const macros = dbt.compile(PACKAGE).macros(scope);
    expect(macros.get("first")?.call(["a"], NO_KWARGS)).toBe("ax12T");
    expect(
      macros.get("first")?.call(
        [],
        new Map([
          ["a", 1],
          ["b", 2],
        ]),
      ),
    ).toBe("122T");
    expect(repr(toPython(macros.get("materialization_inc_duckdb")?.call([], NO_KWARGS)))).toBe(
      "{'relations': [1]}",
    );
    expect(macros.get("test_not_null")?.call(["m", "c"], NO_KWARGS)).toBe("select c from m");
    const waiting = dbt.compile(PACKAGE).macros(scope, { mode: "async" });
    expect(await waiting.get("first")?.call(["a"], NO_KWARGS)).toBe("ax12T");
  });

  test("a name of the scope wins over a macro of the same template", () => {
    const scope = scopeOf({ second: callable(() => "override"), target: "" });
    expect(dbt.compile(PACKAGE).macros(scope).get("first")?.call([1, 2], NO_KWARGS)).toBe(
      "12override",
    );
  });

  test("dbt's tags are unknown to the standard dialect", () => {
    expect(failureOf(() => standard.compile("{% test x(a) %}{% endtest %}")).reason).toContain(
      "unknown tag 'test'",
    );
  });

  test("are found in texts that are no templates", () => {
    const markdown =
      "# {{ not closed {% nor this\n{% docs a %}\nUse `{{ ref('x') }}` and {% if %}\n{% enddocs %}\n{# {% docs hidden %}{% enddocs %} #}\n{%- docs b -%}B{%- enddocs -%}\n";
    const blocks = dbt.findBlocks(markdown, ["docs"], { file: "d.md" });
    expect(blocks.map(({ name, body, bodyLine }) => [name, body, bodyLine])).toEqual([
      ["a", "\nUse `{{ ref('x') }}` and {% if %}\n", 2],
      ["b", "B", 6],
    ]);
    expect(failureOf(() => dbt.findBlocks("\n{% docs a %}", ["docs"]))).toMatchObject({
      kind: "syntax",
      line: 2,
    });
  });

  test("modules give what a template leaves behind", async () => {
    const template = standard.compile(
      "{% set a = 1 %}{% set _b = 2 %}{% macro m() %}M{{ a }}{% endmacro %}text",
    );
    const module = template.module(EMPTY);
    expect([...module.exports.keys()]).toEqual(["a", "m"]);
    expect(module.text).toBe("text");
    const waiting = await template.moduleAsync(EMPTY);
    expect(waiting.exports.get("a")).toBe(1);
  });
});

describe("calls found without rendering", () => {
  test("literal arguments are values, others their source", () => {
    const source =
      "{{ config(materialized='table', tags=['a', 1], x=-1.5) }}\nselect * from {{ ref('pkg', 'm', v=2) }} {{ source('s', var('t')) }} {% if is_incremental() %}{{ this.x(a.b) }}{% endif %}";
    const template = dbt.compile(source);
    expect(template.calls.map(({ name, isLiteral, line }) => [name, isLiteral, line])).toEqual([
      ["config", true, 1],
      ["ref", true, 2],
      ["source", false, 2],
      ["var", true, 2],
      ["is_incremental", true, 2],
      ["this.x", false, 2],
    ]);
    expect(template.calls[0]?.kwargs).toEqual({
      materialized: { literal: "table" },
      tags: { literal: ["a", 1] },
      x: { literal: -1.5 },
    });
    expect(template.calls[2]?.args).toEqual([{ literal: "s" }, { source: "var('t')" }]);
    expect(template.calls[5]?.args).toEqual([{ source: "a.b" }]);
  });

  test("name the block they stand in", () => {
    const template = dbt.compile("{% macro m() %}{{ f() }}{% endmacro %}{{ g() }}{{ h(*a) }}");
    expect(template.calls.map(({ name, block, isLiteral }) => [name, block, isLiteral])).toEqual([
      ["f", "m", true],
      ["g", undefined, true],
      ["h", undefined, false],
    ]);
  });

  test("templates without tags are known", () => {
    expect(dbt.compile("select 1").hasTags).toBe(false);
    expect(dbt.compile("{% macro m() %}{{ 1 }}{% endmacro %}").hasTags).toBe(false);
    expect(dbt.compile("select {{ 1 }}").hasTags).toBe(true);
  });
});

describe("async", () => {
  const later = (value: Value) => callable(() => Promise.resolve(value));

  test("waits for functions, methods, callers, filters and tests of the host", async () => {
    const environment = createEnvironment({
      filters: { slow: (value) => Promise.resolve(`<${repr(value)}>`) },
      tests: { fine: (value) => Promise.resolve(value === 1) },
    });
    const host: HostObject = { [pyType]: "Host", getAttribute: () => later([1, 2]) };
    const source =
      "{% macro m() %}{{ caller() }}{% endmacro %}{% for x in h.rows() if x is fine %}{{ x|slow }}{% endfor %}" +
      "{{ [1, 2]|map('slow')|join }}{{ [1, 2]|select('fine')|list }}{% call m() %}{{ f() }}{% endcall %}" +
      "{% set s %}{{ f() }}{% endset %}{{ s }}{{ f() ~ f() }}{{ 'y' if f() == 'F' else 'n' }}";
    const text = await environment.compile(source).renderAsync(scopeOf({ h: host, f: later("F") }));
    expect(text).toBe("<1><1><2>[1]FFFFy");
  });

  test("renderings of one template do not disturb each other", async () => {
    const template = standard.compile(
      "{% set ns = namespace(n=0) %}{% for i in range(5) %}{% set ns.n = ns.n + wait(i) %}{% endfor %}{{ id }}:{{ ns.n }}",
    );
    const render = (id: number): Promise<string> =>
      template.renderAsync(scopeOf({ id, wait: callable(async (args) => args[0] ?? null) }));
    expect(await Promise.all([1, 2, 3].map(render))).toEqual(["1:10", "2:10", "3:10"]);
  });
});

describe("return()", () => {
  test("inside a call block leaves the macro that calls it, as in dbt", () => {
    const source =
      "{% macro w() %}a{{ caller() }}b{% endmacro %}" +
      "{% macro m() %}{% call w() %}{{ return(5) }}{% endcall %}c{% endmacro %}{{ m() }}";
    expect(dbt.compile(source).render(EMPTY)).toBe("5c");
  });

  test("thrown by a function of the host leaves the macro too", () => {
    const scope = scopeOf({
      give_up: callable(() => {
        throw new MacroReturn("gone");
      }),
    });
    expect(
      standard.compile("{% macro m() %}a{{ give_up() }}b{% endmacro %}{{ m() }}").render(scope),
    ).toBe("gone");
  });
});

describe("native rendering in the dialect of dbt", () => {
  const scope = scopeOf({ flag: true, list: [1, 2] });

  test.each([
    ["{{ flag }}", "True"],
    ["{{ list }}", "[1, 2]"],
    ["{{ '1' }}", "'1'"],
    ["{{ 'True' }}", "'True'"],
    ["[1, 2]", "'[1, 2]'"],
    ["{{ 1 }}{{ 2 }}", "'12'"],
    ["", "''"],
    ["{{ '1' | as_number }}", "1"],
    ["{{ '2.5' | as_number }}", "2.5"],
    ["{{ 'True' | as_bool }}", "True"],
    ["{{ '[1, 2]' | as_native }}", "[1, 2]"],
    ["{{ 'plain' | as_native }}", "'plain'"],
    ["{{ 5 | as_text }}", "'5'"],
    ["{{ list | is_list }}", "True"],
  ])("%s is %s", (source, expected) => {
    expect(repr(dbt.compile(source).renderNative(scope))).toBe(expected);
  });

  test("refuses what is not of the wanted type", () => {
    const failure = failureOf(() => dbt.compile("{{ 'x' | as_bool }}").renderNative(scope));
    expect(failure.reason).toContain("Could not convert value 'x' into type 'bool'");
  });

  test("leaves values alone in text", () => {
    expect(dbt.compile("{{ '1' | as_number }} {{ '1' | as_bool }}").render(scope)).toBe("1 1");
  });
});

describe("conversion", () => {
  test("keeps JSON as it is, through Python values and back", () => {
    const data = { a: [1, 2.5, "x", null, true], b: { c: {} }, 10: "ten" };
    expect(toJs(toPython(data))).toEqual(data);
  });

  test("knows the types that JSON lacks", () => {
    expect(repr(toPython(new Map<unknown, unknown>([[1, new Set([2])]])))).toBe("{1: {2}}");
    expect(toJs(new PyDict([[1, new PyTuple([new PyFloat(2), new PySet([3])])]]))).toEqual({
      1: [2, [3]],
    });
    expect(toJs(new Undefined("x", "strict"))).toBe(null);
    expect(repr(toPython(1e300))).toBe("1e+300");
    expect(() => toPython(() => 1)).toThrow("wrap it in callable()");
  });
});
