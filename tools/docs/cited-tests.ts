import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../pack/workspace.ts";

/** A test that a page names as its evidence. */
export interface CitedTest {
  readonly file: string;
  readonly name: string;
}

/** A file in backquotes and the names of tests in it: `a.test.ts`: "one", "a suite > another". */
const EVIDENCE = /`(?<file>[\w./-]+\.ts)`(?<names>:\s*(?:"[^"]+"(?:,\s*)?)+)?/gu;

const CASES = "packages/dbt/src/cases.test.ts";

export function parseCitedTests(text: string): readonly CitedTest[] {
  return [...text.matchAll(EVIDENCE)].flatMap(({ groups }) => {
    const names = [...(groups?.["names"] ?? "").matchAll(/"([^"]+)"/gu)].map((match) => match[1]);
    return names.map((name) => ({ file: groups?.["file"] ?? "", name: name ?? "" }));
  });
}

/** Whether the test that is cited is in its file. */
export function isThere({ file, name }: CitedTest): boolean {
  const known = namesIn(file);
  return name
    .split(" > ")
    .every((part) => known.some((pattern) => pattern.source !== "^.+$" && pattern.test(part)));
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
