import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../pack/workspace.ts";
import { LEVELS } from "./asvs-levels.ts";
import { isThere, parseCitedTests } from "./cited-tests.ts";

const TEXT = readFileSync(join(ROOT, "docs", "asvs.md"), "utf8");
const STATUSES = ["met", "partly", "gap", "not applicable"];

interface Row {
  readonly id: string;
  readonly level: string;
  readonly status: string;
  readonly evidence: string;
}

const ROWS: readonly Row[] = TEXT.split("\n").flatMap((line) => {
  const [, id = "", level = "", , status = "", evidence = ""] = cellsOf(line);
  return /^\d/u.test(id) ? [{ id, level, status, evidence }] : [];
});

/** The cells of a row of a table; a bar within a cell has a backslash before it. */
function cellsOf(line: string): readonly string[] {
  return line.split(/(?<!\\)\|/u).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function citedPaths(text: string): readonly string[] {
  const code = [...text.matchAll(/`((?:packages|tools|docs|torture)\/[^`\s]+)`/gu)];
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/gu)];
  return [
    ...code.map(([, path = ""]) => path),
    ...links.map(([, path = ""]) => join("docs", path)),
  ];
}

describe("the table of ASVS 5.0, level 2", () => {
  test("has each requirement once, in order, with its level", () => {
    const wanted = Object.entries(LEVELS).flatMap(([section, levels]) =>
      Array.from(levels, (level, at) => `${section}.${at + 1} L${level}`),
    );
    expect(wanted).toHaveLength(253);
    expect(ROWS.map(({ id, level }) => `${id} L${level}`)).toEqual(wanted);
  });

  test.each(ROWS)("$id has a status, and evidence or what is missing", ({ status, evidence }) => {
    expect(STATUSES).toContain(status);
    expect(evidence).not.toBe("");
    if (status === "met") expect(citedPaths(evidence)).not.toEqual([]);
    if (status === "gap") expect(evidence).toContain("missing");
  });

  test("names only files that are there", () => {
    const missing = citedPaths(TEXT).filter((path) => !existsSync(join(ROOT, path)));
    expect(missing).toEqual([]);
  });

  test("names only tests that are in their files", () => {
    const cited = ROWS.flatMap(({ evidence }) => parseCitedTests(evidence));
    expect(cited.length).toBeGreaterThan(100);
    expect(cited.filter((one) => !isThere(one))).toEqual([]);
  });

  test("names only headings that are in security.md", () => {
    const security = readFileSync(join(ROOT, "docs", "security.md"), "utf8");
    const headings = [...security.matchAll(/^## (.+)$/gmu)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(" ", "-"),
    );
    const anchors = [...TEXT.matchAll(/\]\(security\.md#([^)]+)\)/gu)].map(([, to = ""]) => to);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  test.each(STATUSES)("counts at its head what is %s", (status) => {
    const head = TEXT.split("\n").map(cellsOf);
    const told = head.find(([, name]) => name === status)?.[2];
    expect(Number(told)).toBe(ROWS.filter((row) => row.status === status).length);
  });
});
