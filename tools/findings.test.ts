import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./pack/workspace.ts";

const PAGE = readFileSync(join(ROOT, "docs/findings.md"), "utf8");
const ROWS = PAGE.split("\n").filter((line) => /^\| [^|-]/u.test(line));

/** A file in backquotes and the names of tests in it: `a.test.ts`: "one", "a suite > another". */
const EVIDENCE = /`(?<file>[\w./-]+\.ts)`(?<names>:\s*(?:"[^"]+"(?:,\s*)?)+)?/gu;

const CASES = "packages/dbt/src/cases.test.ts";

function proofsOf(row: string): readonly (readonly [file: string, name: string])[] {
  return [...row.matchAll(EVIDENCE)].flatMap(({ groups }) => {
    const names = [...(groups?.["names"] ?? "").matchAll(/"([^"]+)"/gu)].map((match) => match[1]);
    return names.map((name) => [groups?.["file"] ?? "", name ?? ""] as const);
  });
}

/** What a test's name may be made of: every text in the file, its placeholders standing for anything. */
function namesIn(file: string): readonly RegExp[] {
  const texts = [...sourceOf(file).matchAll(/"((?:[^"\\\n]|\\.)+)"|`([^`\n]+)`|^# (.+)$/gmu)];
  return texts.map((match) => {
    const text = (match[1] ?? match[2] ?? match[3] ?? "").replaceAll('\\"', '"');
    const parts = text.split(/%[sjdio#]|\$\{[^}]*\}|\$[\w.]+/u).map((part) => RegExp.escape(part));
    return new RegExp(`^${parts.join(".+")}$`, "u");
  });
}

function sourceOf(file: string): string {
  const source = readFileSync(join(ROOT, file), "utf8");
  if (file !== CASES) return source;
  // The cases of dbt are files, one for each test.
  const folder = join(dirname(join(ROOT, file)), "fixtures/cases");
  const cases = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return [source, ...cases].join("\n");
}

function isThere(file: string, name: string): boolean {
  const known = namesIn(file);
  return name
    .split(" > ")
    .every((part) => known.some((pattern) => pattern.source !== "^.+$" && pattern.test(part)));
}

describe("docs/findings.md", () => {
  test.each([
    ["S", 11],
    ["J", 16],
  ] as const)("says of every finding of %s what was decided", (letter, last) => {
    const missing = Array.from({ length: last }, (_, position) => `${letter}${position + 1}`);
    expect(missing.filter((id) => !ROWS.some((row) => row.startsWith(`| ${id} `)))).toEqual([]);
  });

  test("names a test for every decision", () => {
    expect(ROWS.filter((row) => proofsOf(row).length === 0)).toEqual([]);
  });

  test("names only tests that are there", () => {
    const proofs = ROWS.flatMap(proofsOf);
    expect(proofs.length).toBeGreaterThan(80);
    expect(proofs.filter(([file, name]) => !isThere(file, name))).toEqual([]);
  });
});
