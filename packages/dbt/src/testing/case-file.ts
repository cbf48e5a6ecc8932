/** A small project with the commands that are run on it, and what dbt Core made of them. */
export interface CaseFile {
  readonly title: string;
  readonly commands: readonly (readonly string[])[];
  readonly files: Readonly<Record<string, string>>;
  /** What dbt Core made of it, as JSON; an empty text before it has been recorded. */
  readonly expected: string;
}

/** The section that holds what dbt Core made of the case. */
const EXPECTED = "expected.json";

const BASE: Readonly<Record<string, string>> = {
  "profiles.yml":
    "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: w.duckdb, schema: main, threads: 1}\n",
};

const WORD = /'(?<quoted>[^']*)'|(?<plain>\S+)/gu;

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(WORD)].map(
    (found) => found.groups?.["quoted"] ?? found.groups?.["plain"] ?? "",
  );
}

/**
 * Reads a case: a title after `#`, commands after `$`, and then the files, each behind a line
 * `-- path --`.
 */
export function parseCaseFile(text: string): CaseFile {
  const [head = "", ...rest] = text.split(/^-- (?=\S+ --$)/mu);
  const lines = head.split("\n");
  const sections = rest.map((part) => {
    const end = part.indexOf("\n");
    return [part.slice(0, end).replace(/ --$/u, ""), part.slice(end + 1)] as const;
  });
  const files = sections.filter(([path]) => path !== EXPECTED);
  return {
    title: lines.find((line) => line.startsWith("# "))?.slice(2) ?? "",
    commands: lines.filter((line) => line.startsWith("$ ")).map((line) => wordsOf(line.slice(2))),
    files: { ...BASE, ...Object.fromEntries(files) },
    expected: sections.find(([path]) => path === EXPECTED)?.[1] ?? "",
  };
}

/** The text of a case with another expectation. */
export function withExpectation(text: string, expected: string): string {
  const [head = ""] = text.split(`-- ${EXPECTED} --\n`);
  return `${head}-- ${EXPECTED} --\n${expected}\n`;
}
