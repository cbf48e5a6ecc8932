import type { ParameterNode } from "./ast.ts";
import { parseExpression } from "./expression-parser.ts";
import {
  expectToken,
  fail,
  isNext,
  lastEnd,
  peek,
  skip,
  type TokenStream,
} from "./token-stream.ts";

const RESERVED = new Set(["true", "false", "none", "True", "False", "None"]);

/** Reads a name that can be assigned to. */
export function parseName(stream: TokenStream): string {
  const token = expectToken(stream, "name");
  if (RESERVED.has(token.text)) fail(stream, `can't assign to '${token.text}'`, token.offset);
  return token.text;
}

/** Reads the parameters of a macro with their parentheses. */
export function parseParameters(stream: TokenStream): readonly ParameterNode[] {
  const parameters: ParameterNode[] = [];
  expectToken(stream, "operator", "(");
  while (!isNext(stream, "operator", ")")) {
    if (parameters.length > 0) expectToken(stream, "operator", ",");
    // Jinja itself refuses a trailing comma here; dbt's own parser and many packages accept it.
    if (isNext(stream, "operator", ")")) break;
    parameters.push(parseParameter(stream, parameters.at(-1)));
  }
  expectToken(stream, "operator", ")");
  return parameters;
}

function parseParameter(stream: TokenStream, previous: ParameterNode | undefined): ParameterNode {
  const name = parseName(stream);
  if (!skip(stream, "operator", "=")) {
    if (previous?.fallback !== undefined) {
      fail(stream, "non-default argument follows default argument");
    }
    return { name, fallback: undefined, fallbackSpan: undefined };
  }
  const from = peek(stream).offset;
  const fallback = parseExpression(stream);
  return { name, fallback, fallbackSpan: [from, lastEnd(stream)] };
}
