import { expect, test } from "vitest";
import { type Finding, renderGithub, sortFindings } from "./finding.ts";

const FINDING: Finding = {
  severity: "error",
  rule: "TS2345",
  file: "dags/a,b.ts",
  line: 3,
  column: 7,
  message: "100% wrong:\n  a number",
  codeFrame: null,
};

test("an annotation is one line, escaped as GitHub reads it (U16)", () => {
  expect(renderGithub(FINDING)).toBe(
    "::error file=dags/a%2Cb.ts,line=3,col=7,title=airloom check (TS2345)::100%25 wrong:%0A  a number",
  );
  expect(
    renderGithub({ ...FINDING, severity: "warning", file: null, line: null, column: null }),
  ).toBe("::warning title=airloom check (TS2345)::100%25 wrong:%0A  a number");
});

test("findings come in the order of files and places (U16)", () => {
  const later = { ...FINDING, line: 9 };
  const other = { ...FINDING, file: "dags/z.ts", line: 1 };
  expect(sortFindings([other, later, FINDING])).toEqual([FINDING, later, other]);
});
