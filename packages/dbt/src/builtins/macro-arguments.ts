import { Undefined, type Value } from "@airloom/jinja";
import { Relation } from "../adapter/relation.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { DbtError } from "../error.ts";
import { renderText } from "../template/values.ts";

/** The relation that a macro was given. */
export function relationOf(value: Value | undefined, macro: string): Relation {
  if (value instanceof Relation) return value;
  throw new DbtError(
    "Compilation",
    `${macro} expects a relation, got ${renderText(value ?? null)}`,
  );
}

/** An argument as text, nothing as an empty one. */
export function text(value: Value | undefined): string {
  return value === undefined || value instanceof Undefined ? "" : renderText(value);
}

/** Asks the database only while nodes run. */
export function nullIfParsing(
  context: MacroContext,
  run: () => Promise<Value>,
): Value | Promise<Value> {
  return context.execute ? run() : null;
}
