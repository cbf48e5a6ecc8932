import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import { scopeOf } from "./runtime/scope.ts";

const SCOPE = scopeOf({ name: "x", long: "one\ntwo", rows: ["a", "b"] });

async function trace(source: string, options: Parameters<typeof createEnvironment>[0] = {}) {
  const template = createEnvironment({ dialect: "dbt", ...options }).compile(source, {
    file: "m.sql",
    firstLine: 10,
  });
  const traced = await template.renderTraced(SCOPE);
  expect(traced.text).toBe(await template.renderAsync(SCOPE));
  return {
    text: traced.text,
    lineOf: (needle: string) => traced.locate(traced.text.indexOf(needle)).line,
  };
}

describe("renderTraced()", () => {
  test.each([
    ["text", "a\nb\n\nc", "c", 13],
    ["text behind a tag", "{# one\ntwo #}\n{{ name }}\nb", "b", 13],
    ["text behind trimmed space", "{%- set y = 1 -%}\n\n\nb", "b", 13],
    ["a printed value", "a\n\n{{ name }}", "x", 12],
    ["each line of a printed value", "a\n{{ long }}\nb", "two", 11],
    ["text behind a printed value of several lines", "a\n{{ long }}\nb", "b", 12],
    ["a branch", "{% if name %}\n\nyes{% else %}\nno{% endif %}", "yes", 12],
    ["a loop", "{% for row in rows %}\n  {{ row }},\n{% endfor %}\nend", "b", 11],
    ["text behind a loop", "{% for row in rows %}\n  {{ row }},\n{% endfor %}\nend", "end", 13],
    [
      "a loop that calls itself",
      "{{ name }}{#\n#}{% for row in rows recursive %}\n\n  {{ row }},\n{% endfor %}\nend",
      "b",
      11,
    ],
    ["a block that was set", "{% set t %}\n\ntext{% endset %}\n\n{{ t }}", "text", 14],
    ["text behind a block that was set", "{% set t %}\n\ntext{% endset %}\n\nb", "b", 14],
    ["a macro's text", "{% macro m() %}\n\ndeep{% endmacro %}\n\n{{ m() }}", "deep", 14],
    ["a filtered block", "a\n{% filter upper %}\n\nb{% endfilter %}", "B", 11],
    [
      "a call block",
      "{% macro m() %}<{{ caller() }}>{% endmacro %}\n{% call m() %}\n\nb{% endcall %}",
      "b",
      11,
    ],
    ["raw text", "a\n{% raw %}\n{{ b }}{% endraw %}", "{{ b", 12],
    ["a file with the line ends of Windows", "a\r\nb\r\n{{ name }}\r\nc", "c", 13],
  ])("says from which line comes %s", async (_, source, needle, line) => {
    expect((await trace(source)).lineOf(needle)).toBe(line);
  });

  test("what another template prints belongs to the tag that asked for it", async () => {
    const loadTemplate = (): string => `${"\n".repeat(40)}inner {{ 1 }}\n\n`;
    const traced = await trace("a\n{% include 'other' %}\nb", { loadTemplate });
    expect([traced.lineOf("inner"), traced.lineOf("b")]).toEqual([11, 12]);
  });

  test("finds the line of any word among any tags", async () => {
    const noise = fc.constantFrom(
      "\n",
      "\n\n",
      " ",
      "{{ long }}",
      "{#-\n#}",
      "{% if name %}\n{% endif %}",
      "{%- set z = 1 %}",
      "{% for r in rows -%}\n{{ r }}\n{% endfor %}",
      "{% set c %}\n{{ long }}{% endset %}",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(noise), fc.array(noise), async (before, after) => {
        const source = [...before, "needle", ...after].join("");
        const traced = await trace(source);
        const wanted = 10 + source.slice(0, source.indexOf("needle")).split("\n").length - 1;
        expect(traced.lineOf("needle")).toBe(wanted);
      }),
      { numRuns: 1_000 },
    );
  });
});
