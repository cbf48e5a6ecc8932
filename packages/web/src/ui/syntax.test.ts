import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSyntax } from "./syntax.ts";

test("keywords, strings and comments of SQL are told apart", () => {
  const kinds = parseSyntax("SELECT 'from' as x -- where", "sql").map(({ kind, text }) => [
    kind,
    text,
  ]);
  expect(kinds).toEqual([
    ["keyword", "SELECT"],
    ["text", " "],
    ["string", "'from'"],
    ["text", " "],
    ["keyword", "as"],
    ["text", " x "],
    ["comment", "-- where"],
  ]);
});

test("the tokens of a line add up to the line", () => {
  const word = fc.constantFrom(
    "select",
    "import",
    "'",
    '"',
    "--",
    "//",
    " ",
    "x1",
    "`",
    "/*",
    "from",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 12 }),
      fc.constantFrom("sql" as const, "typescript" as const, "plain" as const),
      (words, language) => {
        const line = words.join("").replaceAll(/[\n\r\u2028\u2029]/gu, "");
        const tokens = parseSyntax(line, language);
        expect(tokens.map(({ text }) => text).join("")).toBe(line);
      },
    ),
    { numRuns: 1_000 },
  );
});
