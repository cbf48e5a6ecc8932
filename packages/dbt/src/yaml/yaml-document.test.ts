import { describe, expect, test } from "vitest";
import { lineOf, parseYaml, parseYamlObject } from "./yaml-document.ts";

describe("parseYaml() reads as PyYAML does", () => {
  test.each([
    ["y", "y"],
    ["n", "n"],
    ["yes", true],
    ["Off", false],
    ["2024-01-31", "2024-01-31"],
    ["'1'", "1"],
    ["1", 1],
    ["1.5", 1.5],
    ["~", null],
    ["", null],
    ["010", 8],
    ["[a, {b: c}]", ["a", { b: "c" }]],
    ["a: &x {k: 1}\nb: {<<: *x, m: 2}", { a: { k: 1 }, b: { k: 1, m: 2 } }],
  ])("%s", (text, expected) => {
    expect(parseYaml(text, "a.yml")).toEqual(expected);
  });

  test("remembers the line on which each entry begins", () => {
    const value = parseYamlObject("models:\n  - name: a\n\n  - name: b\n", "a.yml");
    const models = value["models"];
    expect(Array.isArray(models) ? models.map((model) => lineOf(model)) : []).toEqual([2, 4]);
  });

  test.each([
    ["a: [1", "Cannot read YAML"],
    ["- 1", "expected a mapping at the top"],
  ])("refuses %j", (text, message) => {
    expect(() => parseYamlObject(text, "a.yml")).toThrow(message);
  });
});

test.each([
  ["a: |\n  x\n  y\n", "x\ny"],
  ["a: >\n  x\n  y", "x y"],
  ["a: |+\n  x\n\n\n", "x"],
])("a block of text at the end of a file ends without a line break, as in dbt: %j", (text, a) => {
  expect(parseYaml(text, "s.yml")).toEqual({ a });
});

test("a block of text before the end of a file keeps its line break", () => {
  expect(parseYaml("a: |\n  x\nb: 1\n", "s.yml")).toEqual({ a: "x\n", b: 1 });
});

test("of a key that stands twice the last value counts, and it is told (D15)", () => {
  const told: unknown[] = [];
  const value = parseYaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "s.yml", (repeated) =>
    told.push(repeated),
  );
  expect(value).toEqual({ a: 3, b: { c: 2 } });
  expect(told).toEqual([
    { key: "c", line: 2 },
    { key: "a", line: 3 },
  ]);
});
