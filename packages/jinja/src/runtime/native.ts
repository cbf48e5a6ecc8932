import { findLiteral } from "../syntax/literal.ts";
import { str } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * The value of a template's output, as Jinja's `NativeEnvironment` gives it: a single value stays itself, what
 * is text is read as a Python literal if it is one.
 */
export function renderNative(evaluation: Evaluation, pieces: readonly Value[]): Value {
  const [first] = pieces;
  if (first === undefined) return null;
  if (pieces.length === 1 && typeof first !== "string") return first;
  const text = pieces.map(str).join("");
  evaluation.budget.checkOutput(text.length);
  const literal = findLiteral(text);
  return literal === undefined ? text : literal.value;
}
