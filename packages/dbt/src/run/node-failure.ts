import type { ManifestNode } from "../artifacts/manifest.ts";
import { DbtError, messageOf, renderPlace, type SourcePlace } from "../error.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { findErrorLine, toCompiledLine, toTemplateLine } from "./locate-line.ts";

/** What is known about a node that failed. */
export interface Failure {
  readonly node: ManifestNode;
  readonly compiled: CompiledNode | undefined;
  /** The statement that the database refused. */
  readonly statement: string | undefined;
  /** Line of the file on which the node's code begins. */
  readonly firstLine: number;
}

const TITLES: Readonly<Record<string, string>> = {
  Compilation: "Compilation Error",
  Parsing: "Parsing Error",
  Database: "Runtime Error",
  Runtime: "Runtime Error",
  Internal: "Internal Error",
  Usage: "Usage Error",
};

function locate(failure: Failure, message: string): SourcePlace | undefined {
  const { node, compiled, statement } = failure;
  const line = findErrorLine(message);
  if (line === undefined || compiled === undefined || statement === undefined) return undefined;
  const inCompiled = toCompiledLine(statement, compiled.code, line);
  if (inCompiled === undefined) return undefined;
  const written = toTemplateLine(node.raw_code, compiled.code, inCompiled);
  if (written === undefined) return { file: compiled.path, line: inCompiled };
  return { file: node.original_file_path, line: written + failure.firstLine - 1 };
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** The message of a failed node: what went wrong, in which file and on which line. */
export function renderFailure(failure: Failure, error: unknown): string {
  const { node } = failure;
  const kind = error instanceof DbtError ? error.kind : "Runtime";
  const message = messageOf(error);
  const known = error instanceof DbtError ? error.place : undefined;
  const place = known?.line === undefined ? (locate(failure, message) ?? known) : known;
  const excerpt = error instanceof DbtError && error.excerpt !== undefined ? [error.excerpt] : [];
  const where = place === undefined ? [] : [`in ${renderPlace(place)}`];
  const title = `${TITLES[kind] ?? "Runtime Error"} in ${node.resource_type} ${node.name} (${node.original_file_path})`;
  return [title, ...[message, ...where, ...excerpt].map(indent)].join("\n");
}
