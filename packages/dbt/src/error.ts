/** Where in a project a problem was found; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The kinds of failure dbt tells apart in its messages. */
export type DbtErrorKind =
  | "Compilation"
  | "Database"
  | "Internal"
  | "Parsing"
  | "Runtime"
  | "Usage";

/**
 * An expected failure of a project, with the place to look at.
 *
 * `Usage` ends the process with exit code 2, every other kind of a whole command too; a node that fails
 * only ends with exit code 1.
 */
export class DbtError extends Error {
  override readonly name = "DbtError";
  readonly kind: DbtErrorKind;
  readonly place: SourcePlace | undefined;
  readonly excerpt: string | undefined;

  constructor(
    kind: DbtErrorKind,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly place?: SourcePlace | undefined;
      readonly excerpt?: string | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.place = options.place;
    this.excerpt = options.excerpt;
  }
}

/** Text of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `models/a.sql:3:7`, as far as it is known. */
export function renderPlace(place: SourcePlace): string {
  const { file, line, column } = place;
  if (line === undefined) return file;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The message with its place and source excerpt below, as the console and the logs show it. */
export function renderError(error: unknown): string {
  if (!(error instanceof DbtError)) return messageOf(error);
  const where = error.place === undefined ? [] : [`  in ${renderPlace(error.place)}`];
  const excerpt = error.excerpt === undefined ? [] : [error.excerpt];
  return [error.message, ...where, ...excerpt].join("\n");
}

/** Adds the place to a `DbtError` that does not know it yet; leaves every other error alone. */
export function withPlace(error: unknown, place: SourcePlace): unknown {
  if (!(error instanceof DbtError) || error.place !== undefined) return error;
  return new DbtError(error.kind, error.message, { cause: error, place, excerpt: error.excerpt });
}

const MAX_LINE_LENGTH = 500;

// A generated file may be one line of megabytes.
function cutLine(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)} …` : line;
}

/** The lines around a place, the line itself marked. */
export function renderExcerpt(source: string, line: number): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const rows: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const mark = number === line ? ">" : " ";
    rows.push(`  ${mark} ${String(number).padStart(4)} | ${cutLine(lines[number - 1] ?? "")}`);
  }
  return rows.join("\n");
}
