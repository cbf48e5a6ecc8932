/** One thing that is wrong with a project, as `airloom check` tells it. */
export interface Finding {
  /** Warnings leave the exit code at 0, unless `--strict`. */
  readonly severity: "error" | "warning";
  /** Such as `TS2345`, `import`, `duplicate-dag`, `connection`. */
  readonly rule: string;
  /** Relative to the project; null for what belongs to no file. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly codeFrame: string | null;
}

/** In the order of files and places, errors before warnings of the same place. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      (a.file ?? "").localeCompare(b.file ?? "") ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      a.severity.localeCompare(b.severity),
  );
}

/** A line for GitHub Actions, which shows it beside the code. */
export function renderGithub({ severity, rule, file, line, column, message }: Finding): string {
  const fields = [
    ...(file === null ? [] : [`file=${escapeProperty(file)}`]),
    ...(line === null ? [] : [`line=${line}`]),
    ...(column === null ? [] : [`col=${column}`]),
    `title=${escapeProperty(`airloom check (${rule})`)}`,
  ];
  return `::${severity} ${fields.join(",")}::${escapeText(message)}`;
}

/** As GitHub's own toolkit escapes. */
function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
