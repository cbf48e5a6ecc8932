import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isThere, parseCitedTests } from "./docs/cited-tests.ts";
import { ROOT } from "./pack/workspace.ts";

const PAGE = readFileSync(join(ROOT, "docs/findings.md"), "utf8");
const ROWS = PAGE.split("\n").filter((line) => /^\| [^|-]/u.test(line));

function numbers(last: number): readonly number[] {
  return Array.from({ length: last }, (_, position) => position + 1);
}

describe("docs/findings.md", () => {
  test.each([
    ["S", numbers(11)],
    ["J", numbers(16)],
    ["U", [...numbers(7), 14, 15, 16, 18, 24, 25]],
    ["D", [...numbers(6), ...numbers(15).slice(8)]],
  ] as const)("says of every finding of %s what was decided", (letter, wanted) => {
    const missing = wanted.filter(
      (number) => !ROWS.some((row) => row.startsWith(`| ${letter}${number} `)),
    );
    expect(missing).toEqual([]);
  });

  test("names a test for every decision", () => {
    expect(ROWS.filter((row) => parseCitedTests(row).length === 0)).toEqual([]);
  });

  test("names only tests that are there", () => {
    const cited = ROWS.flatMap(parseCitedTests);
    expect(cited.length).toBeGreaterThan(80);
    expect(cited.filter((one) => !isThere(one))).toEqual([]);
  });
});
