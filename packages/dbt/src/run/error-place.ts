import type { SourcePlace } from "../error.ts";
import type { JsonObject } from "../json.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { findErrorOffset } from "./error-offset.ts";

/** Where the error of a node is: in the file that people edit and, if it is there, in the compiled query. */
export interface ErrorPlace {
  readonly source: SourcePlace | undefined;
  readonly compiled: { readonly file: string; readonly line: number } | undefined;
}

/** The offset in a compiled query of an offset in the statement around it. */
export function toCompiledOffset(
  statement: string,
  code: string,
  offset: number,
): number | undefined {
  const text = code.trim();
  if (text === "") return undefined;
  const lead = code.length - code.trimStart().length;
  for (let at = statement.indexOf(text); at !== -1; at = statement.indexOf(text, at + 1)) {
    if (offset >= at && offset <= at + text.length) return lead + offset - at;
  }
  return undefined;
}

const CSV_LINE = /CSV Error on Line: (?<line>\d+)/u;

/** The line of a file that DuckDB could not load. */
export function findCsvLine(message: string): number | undefined {
  const line = CSV_LINE.exec(message)?.groups?.["line"];
  return line === undefined ? undefined : Number(line);
}

/** Where a message of the database points, when the statement it refused holds the compiled query. */
export function locateError(
  message: string,
  statement: string,
  compiled: CompiledNode,
): ErrorPlace | undefined {
  const offset = findErrorOffset(message, statement);
  if (offset === undefined) return undefined;
  const inside = toCompiledOffset(statement, compiled.code, offset);
  if (inside === undefined) return undefined;
  const line = compiled.code.slice(0, inside).split("\n").length;
  return { source: compiled.locate(inside), compiled: { file: compiled.path, line } };
}

/** The place in a result, in the snake case of its file. */
export function renderErrorPlace({ source, compiled }: ErrorPlace): JsonObject {
  return {
    file: source?.file ?? null,
    line: source?.line ?? null,
    column: source?.column ?? null,
    compiled_file: compiled?.file ?? null,
    compiled_line: compiled?.line ?? null,
  };
}
