import type { ArithmeticOperator, ComparisonOperator, Expression } from "./ast.ts";
import { isNext, nested, peek, skip, type TokenStream, take } from "./token-stream.ts";

/** Reads what stands between operators: a literal, a name, a call, with its sign and filters. */
export type Operand = (stream: TokenStream) => Expression;

/** Reads operators around operands, `a if b else c` included. */
export function parseConditional(stream: TokenStream, operand: Operand): Expression {
  const { offset } = peek(stream);
  let result = parseOr(stream, operand);
  while (skip(stream, "name", "if")) {
    const condition = parseOr(stream, operand);
    const whenFalse = skip(stream, "name", "else")
      ? nested(stream, () => parseConditional(stream, operand))
      : undefined;
    result = { kind: "conditional", condition, whenTrue: result, whenFalse, at: offset };
  }
  return result;
}

/** Reads operators around operands; an `if` after them is left alone. */
export function parseOr(stream: TokenStream, operand: Operand): Expression {
  let left = parseAnd(stream, operand);
  while (isNext(stream, "name", "or")) {
    const at = take(stream).offset;
    left = { kind: "or", left, right: parseAnd(stream, operand), at };
  }
  return left;
}

function parseAnd(stream: TokenStream, operand: Operand): Expression {
  let left = parseNot(stream, operand);
  while (isNext(stream, "name", "and")) {
    const at = take(stream).offset;
    left = { kind: "and", left, right: parseNot(stream, operand), at };
  }
  return left;
}

function parseNot(stream: TokenStream, operand: Operand): Expression {
  if (!isNext(stream, "name", "not")) return parseComparison(stream, operand);
  const at = take(stream).offset;
  return { kind: "not", operand: nested(stream, () => parseNot(stream, operand)), at };
}

const COMPARISONS = new Map<string, ComparisonOperator>([
  ["==", "=="],
  ["!=", "!="],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);

function takeComparison(stream: TokenStream): ComparisonOperator | undefined {
  const token = peek(stream);
  const symbol = token.kind === "operator" ? COMPARISONS.get(token.text) : undefined;
  if (symbol !== undefined) {
    take(stream);
    return symbol;
  }
  if (skip(stream, "name", "in")) return "in";
  if (!isNext(stream, "name", "not") || !isNext(stream, "name", "in", 1)) return undefined;
  stream.at += 2;
  return "not in";
}

function parseComparison(stream: TokenStream, operand: Operand): Expression {
  const first = parseSum(stream, operand);
  const at = peek(stream).offset;
  const rest: { operator: ComparisonOperator; operand: Expression }[] = [];
  for (;;) {
    const operator = takeComparison(stream);
    if (operator === undefined) break;
    rest.push({ operator, operand: parseSum(stream, operand) });
  }
  return rest.length === 0 ? first : { kind: "comparison", first, rest, at };
}

function parseLeft(
  stream: TokenStream,
  operators: ReadonlyMap<string, ArithmeticOperator>,
  operand: Operand,
): Expression {
  let left = operand(stream);
  for (;;) {
    const token = peek(stream);
    const operator = token.kind === "operator" ? operators.get(token.text) : undefined;
    if (operator === undefined) return left;
    take(stream);
    left = { kind: "arithmetic", operator, left, right: operand(stream), at: token.offset };
  }
}

const SUMS = new Map<string, ArithmeticOperator>([
  ["+", "+"],
  ["-", "-"],
]);
const PRODUCTS = new Map<string, ArithmeticOperator>([
  ["*", "*"],
  ["/", "/"],
  ["//", "//"],
  ["%", "%"],
]);
const POWERS = new Map<string, ArithmeticOperator>([["**", "**"]]);

function parseSum(stream: TokenStream, operand: Operand): Expression {
  return parseLeft(stream, SUMS, (inner) => parseConcat(inner, operand));
}

function parseConcat(stream: TokenStream, operand: Operand): Expression {
  const first = parseProduct(stream, operand);
  if (!isNext(stream, "operator", "~")) return first;
  const parts = [first];
  while (skip(stream, "operator", "~")) parts.push(parseProduct(stream, operand));
  return { kind: "concat", parts, at: first.at };
}

function parseProduct(stream: TokenStream, operand: Operand): Expression {
  return parseLeft(stream, PRODUCTS, (inner) => parsePower(inner, operand));
}

// As in Jinja, powers group to the left and a sign, which is part of the operand, binds tighter: `-2 ** 2` is 4.
function parsePower(stream: TokenStream, operand: Operand): Expression {
  return parseLeft(stream, POWERS, operand);
}
