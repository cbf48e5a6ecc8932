/** What the compiler found, as it prints it. */
export interface Diagnostic {
  /** As printed: relative to the folder the compiler ran in; null for what belongs to no file. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `TS2345`. */
  readonly code: string;
  readonly message: string;
}

const HEAD =
  /^(?:(?<file>.+?)\((?<line>\d+),(?<column>\d+)\): )?error (?<code>TS\d+): (?<message>.*)$/u;

/** Reads what `tsc --pretty false` prints: a line for each error, its explanation indented below. */
export function parseDiagnostics(output: string): readonly Diagnostic[] {
  const found: { head: Diagnostic; more: string[] }[] = [];
  for (const line of output.split(/\r?\n/u)) {
    const groups = HEAD.exec(line)?.groups;
    if (groups !== undefined) {
      const { file = null, line: at, column, code = "", message = "" } = groups;
      const place = { line: numberOf(at), column: numberOf(column) };
      found.push({ head: { file, ...place, code, message }, more: [] });
    } else if (/^\s+\S/u.test(line)) found.at(-1)?.more.push(line);
  }
  return found.map(({ head, more }) => ({ ...head, message: [head.message, ...more].join("\n") }));
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
