import { inspect } from "node:util";
import type { Failure } from "@airloom/core";
import { findPlace } from "../authoring/place.ts";

const MAX_STACK_LENGTH = 20_000;

/**
 * Describes what user code threw, for people.
 *
 * Its place is the author's own line: in a project, the innermost one of the project's files, named from its folder.
 */
export function describeFailure(
  thrown: unknown,
  kind: Failure["kind"],
  projectDir = process.env["AIRLOOM_PROJECT_DIR"],
): Failure {
  return {
    kind,
    message: messageOf(thrown),
    place: thrown instanceof Error ? placeOf(thrown.stack ?? "", projectDir) : null,
    stack: stackOf(thrown),
  };
}

function placeOf(stack: string, projectDir: string | undefined): string | null {
  const folder = projectDir === undefined ? "" : `${projectDir}/`;
  const isAuthors = (file: string): boolean =>
    file.startsWith(folder) && !file.includes("/node_modules/");
  const place = findPlace(stack, [], isAuthors);
  if (place === undefined) return null;
  return `${place.file.slice(folder.length)}:${place.line}:${place.column}`;
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return `The task threw ${inspect(thrown, { depth: 1 }).slice(0, 500)}`;
  }
  if (thrown.message !== "") return thrown.message;
  return `The task threw ${thrown.name} without a message`;
}

function stackOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  const stack = thrown.stack ?? `${thrown.name}: ${thrown.message}`;
  const cause =
    thrown.cause === undefined
      ? ""
      : `\nCaused by ${stackOf(thrown.cause) ?? inspect(thrown.cause)}`;
  return `${stack}${cause}`.slice(0, MAX_STACK_LENGTH);
}
