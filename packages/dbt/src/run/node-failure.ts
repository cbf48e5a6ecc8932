import type { ManifestNode } from "../artifacts/manifest.ts";
import { DbtError, messageOf, renderExcerpt, renderPlace } from "../error.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { type ErrorPlace, findCsvLine, locateError } from "./error-place.ts";
import { renumberPointer } from "./renumber-pointer.ts";

/** What is known about a node that failed. */
export interface Failure {
  readonly node: ManifestNode;
  readonly compiled: CompiledNode | undefined;
  /** The statement that the database refused. */
  readonly statement: string | undefined;
}

/** A failure as its result tells it. */
export interface FailureReport {
  readonly message: string;
  readonly place: ErrorPlace;
}

const TITLES: Readonly<Record<string, string>> = {
  Compilation: "Compilation Error",
  Parsing: "Parsing Error",
  Database: "Runtime Error",
  Runtime: "Runtime Error",
  Internal: "Internal Error",
  Usage: "Usage Error",
};

function locate({ node, compiled, statement }: Failure, error: unknown): ErrorPlace {
  const known = error instanceof DbtError ? error.place : undefined;
  if (known?.line !== undefined) return { source: known, compiled: undefined };
  const message = messageOf(error);
  const csvLine = node.resource_type === "seed" ? findCsvLine(message) : undefined;
  if (csvLine !== undefined) {
    return { source: { file: node.original_file_path, line: csvLine }, compiled: undefined };
  }
  const found =
    compiled === undefined || statement === undefined
      ? undefined
      : locateError(message, statement, compiled);
  return found ?? { source: known ?? { file: node.original_file_path }, compiled: undefined };
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

function renderCompiled(failure: Failure, place: ErrorPlace): readonly string[] {
  if (failure.compiled === undefined || place.compiled === undefined) return [];
  const { line } = place.compiled;
  return [`compiled to ${renderPlace(place.compiled)}`, renderExcerpt(failure.compiled.code, line)];
}

// The database counts in the statement around the query, which nobody sees.
function inCompiledLines(message: string, { compiled }: ErrorPlace): string {
  return compiled === undefined ? message : renumberPointer(message, () => compiled.line);
}

/** Tells a failed node: what went wrong in the words of dbt and of the database, then where. */
export function reportFailure(failure: Failure, error: unknown): FailureReport {
  const { node } = failure;
  const kind = error instanceof DbtError ? error.kind : "Runtime";
  const place = locate(failure, error);
  // The title names the file already.
  const isSaid = place.source?.line === undefined && place.source?.file === node.original_file_path;
  const where = place.source === undefined || isSaid ? [] : [`in ${renderPlace(place.source)}`];
  const excerpt = error instanceof DbtError && error.excerpt !== undefined ? [error.excerpt] : [];
  const title = `${TITLES[kind] ?? "Runtime Error"} in ${node.resource_type} ${node.name} (${node.original_file_path})`;
  const said = inCompiledLines(messageOf(error), place);
  const parts = [said, ...where, ...excerpt, ...renderCompiled(failure, place)];
  return { message: [title, ...parts.map(indent)].join("\n"), place };
}
