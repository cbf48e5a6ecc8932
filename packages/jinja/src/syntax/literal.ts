import { TemplateError } from "../errors.ts";
import { applySign } from "../runtime/arithmetic.ts";
import { makeFloat } from "../values/numeric.ts";
import { PyDict, PySet, PyTuple, type Value } from "../values/value.ts";
import { readExpressionToken } from "./expression-lexer.ts";
import type { Token } from "./token.ts";

type Reader = { readonly tokens: readonly Token[]; at: number };

/** Reads a text that is a Python literal, as `ast.literal_eval` does; wrapped, since none is a value too. */
export function findLiteral(text: string): { readonly value: Value } | undefined {
  const trimmed = text.trimEnd();
  // Text that begins with a blank is indented code for Python, so never a literal.
  if (!/^[-+\d.'"[({TFNs]/u.test(trimmed)) return undefined;
  const tokens = readTokens(trimmed);
  if (tokens === undefined) return undefined;
  const reader: Reader = { tokens, at: 0 };
  const value = readTop(reader);
  return value !== undefined && reader.at === tokens.length ? { value } : undefined;
}

function readTokens(text: string): readonly Token[] | undefined {
  const source = { text, file: "literal", firstLine: 1 };
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  try {
    while (at < text.length) {
      const blank = /[ \t\n\f]+|#[^\n]*/uy;
      blank.lastIndex = at;
      const skipped = blank.exec(text)?.[0];
      if (skipped !== undefined) {
        // Outside of brackets a line break ends the expression.
        if (skipped.includes("\n") && depth === 0) return undefined;
        at += skipped.length;
        continue;
      }
      const token = readExpressionToken(source, at);
      // Python refuses `0123`, and names next to numbers.
      if (token.kind === "integer" && /[\p{L}\p{N}_]/u.test(text[token.end] ?? ""))
        return undefined;
      tokens.push(token);
      if (token.kind === "operator") depth += nestingOf(token.text);
      at = token.end;
    }
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
  return tokens;
}

function nestingOf(operator: string): number {
  if ("([{".includes(operator)) return 1;
  return ")]}".includes(operator) ? -1 : 0;
}

function readTop(reader: Reader): Value | undefined {
  const items = readItems(reader, undefined);
  if (items === undefined) return undefined;
  const [only] = items.values;
  return items.values.length === 1 && !items.hasComma ? only : tupleOf(items.values);
}

function tupleOf(values: readonly Value[]): Value | undefined {
  return values.length === 0 ? undefined : new PyTuple(values);
}

function isNext(reader: Reader, text: string): boolean {
  const token = reader.tokens[reader.at];
  return token?.kind === "operator" && token.text === text;
}

type Items = { readonly values: readonly Value[]; readonly hasComma: boolean };

function readItems(reader: Reader, close: string | undefined): Items | undefined {
  const values: Value[] = [];
  let hasComma = false;
  const isEnd = (): boolean =>
    close === undefined ? reader.at >= reader.tokens.length : isNext(reader, close);
  while (!isEnd()) {
    const value = readValue(reader);
    if (value === undefined) return undefined;
    values.push(value);
    if (isEnd()) break;
    if (!isNext(reader, ",")) return undefined;
    hasComma = true;
    reader.at += 1;
  }
  if (close !== undefined) reader.at += 1;
  return { values, hasComma };
}

const NAMES = new Map<string, Value>([
  ["True", true],
  ["False", false],
  ["None", null],
]);

function readValue(reader: Reader): Value | undefined {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  switch (token?.kind) {
    case "string":
      return readStrings(reader, token.text);
    case "integer":
      return applySign(1, toInteger(token.text));
    case "float":
      return makeFloat(Number(token.text));
    case "name":
      return token.text === "set" ? readEmptySet(reader) : NAMES.get(token.text);
    case "operator":
      return readOperator(reader, token.text);
    default:
      return undefined;
  }
}

function toInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function readEmptySet(reader: Reader): Value | undefined {
  if (!isNext(reader, "(")) return undefined;
  reader.at += 1;
  if (!isNext(reader, ")")) return undefined;
  reader.at += 1;
  return new PySet();
}

function readStrings(reader: Reader, first: string): string {
  let text = first;
  for (
    let next = reader.tokens[reader.at];
    next?.kind === "string";
    next = reader.tokens[reader.at]
  ) {
    text += next.text;
    reader.at += 1;
  }
  return text;
}

function readOperator(reader: Reader, operator: string): Value | undefined {
  if (operator === "-" || operator === "+") {
    const kind = reader.tokens[reader.at]?.kind;
    if (kind !== "integer" && kind !== "float") return undefined;
    return applySign(operator === "-" ? -1 : 1, readValue(reader) ?? 0);
  }
  if (operator === "[") {
    const items = readItems(reader, "]");
    return items === undefined ? undefined : [...items.values];
  }
  if (operator === "(") return readParenthesized(reader);
  return operator === "{" ? readBraced(reader) : undefined;
}

function readParenthesized(reader: Reader): Value | undefined {
  const items = readItems(reader, ")");
  if (items === undefined) return undefined;
  const [only] = items.values;
  return items.values.length === 1 && !items.hasComma ? only : new PyTuple(items.values);
}

function readBraced(reader: Reader): Value | undefined {
  if (isNext(reader, "}")) {
    reader.at += 1;
    return new PyDict();
  }
  const start = reader.at;
  const first = readValue(reader);
  const isDict = first !== undefined && isNext(reader, ":");
  reader.at = start;
  if (isDict) return readDict(reader);
  const items = readItems(reader, "}");
  return items === undefined || items.values.some(isUnhashable)
    ? undefined
    : new PySet(items.values);
}

function isUnhashable(value: Value): boolean {
  if (value instanceof PyTuple) return value.items.some(isUnhashable);
  return Array.isArray(value) || value instanceof PyDict || value instanceof PySet;
}

function readDict(reader: Reader): Value | undefined {
  const dict = new PyDict();
  while (!isNext(reader, "}")) {
    const key = readValue(reader);
    if (key === undefined || isUnhashable(key) || !isNext(reader, ":")) return undefined;
    reader.at += 1;
    const value = readValue(reader);
    if (value === undefined) return undefined;
    dict.set(key, value);
    if (isNext(reader, "}")) break;
    if (!isNext(reader, ",")) return undefined;
    reader.at += 1;
  }
  reader.at += 1;
  return dict;
}
