import { inspect } from "node:util";
import type { Failure } from "@airloom/core";
import { findPlace } from "../authoring/place.ts";

const MAX_STACK_LENGTH = 20_000;

/** Describes what user code threw, for people. */
export function describeFailure(thrown: unknown, kind: Failure["kind"]): Failure {
  const place = thrown instanceof Error ? findPlace(thrown.stack ?? "") : undefined;
  return {
    kind,
    message: messageOf(thrown),
    place: place === undefined ? null : `${place.file}:${place.line}:${place.column}`,
    stack: stackOf(thrown),
  };
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
