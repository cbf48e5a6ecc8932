import { describe, expect, test } from "vitest";
import { parseAnsi } from "../../ui/parse-ansi.ts";
import { markMatches } from "./mark-matches.ts";

function marked(line: string, search: string): string {
  return markMatches(parseAnsi(line), search)
    .map(({ text, isMatch }) => (isMatch ? `<${text}>` : text))
    .join("");
}

describe("markMatches() (U3)", () => {
  test.each([
    ["one two one", "one", "<one> two <one>"],
    ["Case", "cASE", "<Case>"],
    ["aaa", "a", "<a><a><a>"],
    ["nothing", "x", "nothing"],
    ["everything", "", "everything"],
    ["1.5 (a|b) [c]", "(a|b) [", "1.5 <(a|b) [>c]"],
    ["Größe ÜBER", "über", "Größe <ÜBER>"],
    ["\u001b[31mERROR\u001b[0m in", "error in", "<ERROR>< in>"],
  ])("%j searched for %j is %s", (line, search, expected) => {
    expect(marked(line, search)).toBe(expected);
  });

  test("keeps the looks of what it cuts", () => {
    const spans = markMatches(parseAnsi("a\u001b[31mbcd\u001b[0me"), "cd");
    expect(spans.filter(({ looks }) => looks.includes("red")).map(({ text }) => text)).toEqual([
      "b",
      "cd",
    ]);
  });
});
