import { PyError } from "../errors.ts";
import { findLiteral } from "../syntax/literal.ts";
import { asNumeric } from "../values/numeric.ts";
import { repr, str } from "../values/text.ts";
import { type HostObject, isHostObject, pyType, type Value } from "../values/value.ts";
import type { Evaluation } from "./evaluation.ts";

/** What dbt's `as_…` filters ask of a native rendering. */
export type NativeMark = "text" | "bool" | "number" | "native";

type MarkedText = HostObject & { readonly mark: NativeMark; readonly text: string };

/** A text together with what a native rendering shall make of it. */
export function markNative(text: string, mark: NativeMark): HostObject {
  const marked: MarkedText = {
    [pyType]: "str",
    mark,
    text,
    toText: () => text,
    toRepr: () => repr(text),
    toJson: () => text,
  };
  return marked;
}

function isMarked(value: Value): value is MarkedText {
  return isHostObject(value) && "mark" in value;
}

/** The value of a template's output when it is rendered natively. */
export function renderNative(evaluation: Evaluation, pieces: readonly Value[]): Value {
  return evaluation.dialect === "dbt"
    ? renderDbt(evaluation, pieces)
    : renderStandard(evaluation, pieces);
}

/** As Jinja's `NativeEnvironment`: one value stays itself, text is read as a Python literal if it is one. */
function renderStandard(evaluation: Evaluation, pieces: readonly Value[]): Value {
  const [first] = pieces;
  if (first === undefined) return null;
  if (pieces.length === 1 && typeof first !== "string") return first;
  const text = joinPieces(evaluation, pieces);
  const literal = findLiteral(text);
  return literal === undefined ? text : literal.value;
}

/** As dbt: one value stays itself, text stays text unless an `as_…` filter asks for more. */
function renderDbt(evaluation: Evaluation, pieces: readonly Value[]): Value {
  const [first] = pieces;
  if (first === undefined) return "";
  if (pieces.length > 1) return joinPieces(evaluation, pieces);
  return isMarked(first) ? readMarked(first) : first;
}

function joinPieces(evaluation: Evaluation, pieces: readonly Value[]): string {
  const text = pieces.map(str).join("");
  evaluation.budget.checkOutput(text.length);
  return text;
}

function readMarked({ mark, text }: MarkedText): Value {
  if (mark === "text") return text;
  const literal = findLiteral(text);
  const value = literal === undefined ? text : literal.value;
  const isNumber = typeof value !== "boolean" && asNumeric(value) !== undefined;
  const isWanted = { bool: typeof value === "boolean", number: isNumber, native: true }[mark];
  if (isWanted) return value;
  throw new PyError("JinjaRenderingError", `Could not convert value '${text}' into type '${mark}'`);
}
