import { parseArguments } from "./argument-parser.ts";
import type { CallArguments, Expression, Slice } from "./ast.ts";
import { parseConditional, parseOr } from "./operator-parser.ts";
import {
  describeToken,
  expectToken,
  fail,
  isNext,
  nested,
  peek,
  skip,
  type TokenStream,
  take,
} from "./token-stream.ts";

const NO_ARGUMENTS: CallArguments = {
  args: [],
  kwargs: [],
  star: undefined,
  doubleStar: undefined,
};

/** Reads one expression; without `withConditional` an `if` after it is left alone. */
export function parseExpression(stream: TokenStream, withConditional = true): Expression {
  const parse = withConditional ? parseConditional : parseOr;
  return nested(stream, () => parse(stream, parseOperand));
}

function parseOperand(stream: TokenStream): Expression {
  return parseUnary(stream, true);
}

function parseUnary(stream: TokenStream, withFilter: boolean): Expression {
  const { offset } = peek(stream);
  const inner = parsePostfix(stream, parseSigned(stream, offset));
  return withFilter ? parseFilters(stream, inner) : inner;
}

function parseSigned(stream: TokenStream, at: number): Expression {
  if (skip(stream, "operator", "-")) {
    return { kind: "negative", operand: nested(stream, () => parseUnary(stream, false)), at };
  }
  if (skip(stream, "operator", "+")) {
    return { kind: "positive", operand: nested(stream, () => parseUnary(stream, false)), at };
  }
  return parsePrimary(stream);
}

const NAMED_CONSTANTS = new Map<string, null | boolean>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

function parsePrimary(stream: TokenStream): Expression {
  const token = peek(stream);
  const at = token.offset;
  switch (token.kind) {
    case "name": {
      take(stream);
      const constant = NAMED_CONSTANTS.get(token.text);
      if (constant !== undefined) return { kind: "constant", value: constant, at };
      return { kind: "name", name: token.text, at };
    }
    case "string":
      return { kind: "constant", value: parseAdjacentStrings(stream), at };
    case "integer":
      take(stream);
      return { kind: "constant", value: parseInteger(token.text), at };
    case "float":
      take(stream);
      return { kind: "float", value: Number(token.text), at };
    case "operator":
      return parseBracketed(stream);
    default:
      return fail(stream, `unexpected ${describeToken(token)}`);
  }
}

function parseAdjacentStrings(stream: TokenStream): string {
  let text = "";
  while (peek(stream).kind === "string") text += take(stream).text;
  return text;
}

function parseInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function parseBracketed(stream: TokenStream): Expression {
  const token = peek(stream);
  if (token.text === "(") {
    take(stream);
    const inner = parseTuple(stream, { allowEmpty: true });
    expectToken(stream, "operator", ")");
    return inner;
  }
  if (token.text === "[") return parseList(stream);
  if (token.text === "{") return parseDict(stream);
  return fail(stream, `unexpected ${describeToken(token)}`);
}

function parseList(stream: TokenStream): Expression {
  const at = take(stream).offset;
  const items: Expression[] = [];
  while (!isNext(stream, "operator", "]")) {
    if (items.length > 0) expectToken(stream, "operator", ",");
    if (isNext(stream, "operator", "]")) break;
    items.push(parseExpression(stream));
  }
  take(stream);
  return { kind: "list", items, at };
}

function parseDict(stream: TokenStream): Expression {
  const at = take(stream).offset;
  const entries: { key: Expression; value: Expression }[] = [];
  while (!isNext(stream, "operator", "}")) {
    if (entries.length > 0) expectToken(stream, "operator", ",");
    if (isNext(stream, "operator", "}")) break;
    const key = parseExpression(stream);
    expectToken(stream, "operator", ":");
    entries.push({ key, value: parseExpression(stream) });
  }
  take(stream);
  return { kind: "dict", entries, at };
}

/** Reads expressions separated by commas: one of them stays itself, more are a tuple. */
export function parseTuple(
  stream: TokenStream,
  options: {
    readonly withConditional?: boolean;
    readonly allowEmpty?: boolean;
    readonly endsAt?: string;
  } = {},
): Expression {
  const at = peek(stream).offset;
  const items: Expression[] = [];
  let isTuple = false;
  while (!isTupleEnd(stream, options.endsAt)) {
    items.push(parseExpression(stream, options.withConditional ?? true));
    if (!isNext(stream, "operator", ",")) break;
    take(stream);
    isTuple = true;
  }
  const [only] = items;
  if (only !== undefined && !isTuple) return only;
  if (items.length === 0 && options.allowEmpty !== true) {
    fail(stream, `Expected an expression, got ${describeToken(peek(stream))}`);
  }
  return { kind: "tuple", items, at };
}

function isTupleEnd(stream: TokenStream, endsAt: string | undefined): boolean {
  const token = peek(stream);
  if (token.kind === "variableEnd" || token.kind === "blockEnd") return true;
  if (token.kind === "operator" && token.text === ")") return true;
  return endsAt !== undefined && token.kind === "name" && token.text === endsAt;
}

function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (isNext(stream, "operator", ".")) node = parseAttribute(stream, node);
    else if (isNext(stream, "operator", "[")) node = parseItem(stream, node);
    else if (isNext(stream, "operator", "(")) node = parseCall(stream, node);
    else return node;
  }
}

function parseAttribute(stream: TokenStream, object: Expression): Expression {
  const at = take(stream).offset;
  const token = take(stream);
  if (token.kind === "name") return { kind: "attribute", object, name: token.text, at };
  if (token.kind !== "integer") fail(stream, "expected name or number", token.offset);
  const key: Expression = { kind: "constant", value: parseInteger(token.text), at: token.offset };
  return { kind: "item", object, key, at };
}

function parseItem(stream: TokenStream, object: Expression): Expression {
  const at = take(stream).offset;
  const keys: (Expression | Slice)[] = [];
  while (!isNext(stream, "operator", "]")) {
    if (keys.length > 0) expectToken(stream, "operator", ",");
    keys.push(parseSubscript(stream));
  }
  take(stream);
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return { kind: "item", object, key: only, at };
  const items = keys.filter((key) => key.kind !== "slice");
  if (items.length !== keys.length) fail(stream, "a slice cannot be part of a tuple", at);
  return { kind: "item", object, key: { kind: "tuple", items, at }, at };
}

function parseSubscript(stream: TokenStream): Expression | Slice {
  const at = peek(stream).offset;
  const lower = isNext(stream, "operator", ":") ? undefined : parseExpression(stream);
  if (lower !== undefined && !isNext(stream, "operator", ":")) return lower;
  take(stream);
  const upper = isSlicePartMissing(stream) ? undefined : parseExpression(stream);
  const hasStep = skip(stream, "operator", ":");
  const step = !hasStep || isSlicePartMissing(stream) ? undefined : parseExpression(stream);
  return { kind: "slice", lower, upper, step, at };
}

function isSlicePartMissing(stream: TokenStream): boolean {
  return [":", "]", ","].some((text) => isNext(stream, "operator", text));
}

function parseCall(stream: TokenStream, callee: Expression): Expression {
  const at = peek(stream).offset;
  const name = dottedName(callee);
  const index = stream.calls.length;
  const passed = parseArguments(stream, parseExpression);
  const call = { kind: "call", callee, passed, at: name === undefined ? at : callee.at } as const;
  if (name !== undefined) {
    // Calls among the arguments were noticed first, but stand later in the source.
    stream.calls.splice(index, 0, { call, name, block: stream.block });
  }
  return call;
}

function dottedName(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "attribute") return undefined;
  const object = dottedName(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}

function parseFilters(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (isNext(stream, "operator", "|")) node = parseFilter(stream, node);
    else if (isNext(stream, "name", "is")) node = parseTest(stream, node);
    else if (isNext(stream, "operator", "(")) node = parseCall(stream, node);
    else return node;
  }
}

function parseDottedText(stream: TokenStream): string {
  let name = expectToken(stream, "name").text;
  while (skip(stream, "operator", ".")) name += `.${expectToken(stream, "name").text}`;
  return name;
}

function parseFilter(stream: TokenStream, input: Expression | undefined): Expression {
  take(stream);
  return parseFilterName(stream, input);
}

function parseFilterName(stream: TokenStream, input: Expression | undefined): Expression {
  const at = peek(stream).offset;
  const name = parseDottedText(stream);
  const passed = isNext(stream, "operator", "(")
    ? parseArguments(stream, parseExpression)
    : NO_ARGUMENTS;
  return { kind: "filter", input, name, passed, at };
}

/** Reads the filters of a `filter` block (`startInline`) or of a `set` block. */
export function parseFilterChain(
  stream: TokenStream,
  startInline: boolean,
): Expression | undefined {
  let node = startInline ? parseFilterName(stream, undefined) : undefined;
  while (isNext(stream, "operator", "|")) node = parseFilter(stream, node);
  return node;
}

const TEST_ENDS = new Set(["else", "or", "and", "if"]);

function parseTest(stream: TokenStream, input: Expression): Expression {
  const at = take(stream).offset;
  const isNegated = skip(stream, "name", "not");
  const name = parseDottedText(stream);
  const test: Expression = { kind: "test", input, name, passed: parseTestArguments(stream), at };
  return isNegated ? { kind: "not", operand: test, at } : test;
}

function parseTestArguments(stream: TokenStream): CallArguments {
  if (isNext(stream, "operator", "(")) return parseArguments(stream, parseExpression);
  const token = peek(stream);
  const begins =
    ["name", "string", "integer", "float"].includes(token.kind) ||
    (token.kind === "operator" && ["[", "{"].includes(token.text));
  if (!begins || (token.kind === "name" && TEST_ENDS.has(token.text))) return NO_ARGUMENTS;
  if (isNext(stream, "name", "is")) fail(stream, "You cannot chain multiple tests with is");
  return { ...NO_ARGUMENTS, args: [parsePostfix(stream, parsePrimary(stream))] };
}
