import { BUILTIN_TESTS } from "../builtin-tests.ts";
import { syntaxError } from "../errors.ts";
import { BUILTIN_FILTERS, WAITING_FILTERS } from "../filters/filters.ts";
import type { CallArguments, Expression, Slice } from "../syntax/ast.ts";
import {
  awaited,
  type Frame,
  type FunctionContext,
  freshTemporary,
  type Generator,
  quote,
  readName,
} from "./generator.ts";

/** Where an expression stands. */
export type Place = {
  readonly generator: Generator;
  readonly frame: Frame | undefined;
  readonly context: FunctionContext;
};

type Of<Kind extends Expression["kind"]> = Extract<Expression, { readonly kind: Kind }>;

/** The JavaScript of an expression's value. */
export function expressionCode(place: Place, node: Expression): string {
  switch (node.kind) {
    case "constant":
      return constantCode(node.value);
    case "float":
      return Number.isInteger(node.value) ? `R.float(${node.value})` : String(node.value);
    case "name":
      return readName(place.generator, place.frame, node.name);
    case "list":
      return `[${codes(place, node.items)}]`;
    case "tuple":
      return `R.tuple([${codes(place, node.items)}])`;
    case "dict":
      return `R.dict([${node.entries.map(({ key, value }) => `[${codes(place, [key, value])}]`).join(",")}],L=${node.at})`;
    case "attribute":
      return `R.attribute(C,${expressionCode(place, node.object)},${quote(node.name)},L=${node.at})`;
    case "item":
      return itemCode(place, node);
    case "call":
      return callCode(place, node);
    case "filter":
      return filterCode(place, node);
    case "test":
      return testCode(place, node);
    case "not":
      return `!${conditionCode(place, node.operand)}`;
    case "negative":
      return `R.sign(-1,${expressionCode(place, node.operand)},L=${node.at})`;
    case "positive":
      return `R.sign(1,${expressionCode(place, node.operand)},L=${node.at})`;
    case "and":
    case "or":
      return shortCircuitCode(place, node);
    case "conditional":
      return conditionalCode(place, node);
    case "concat":
      return `R.concat([${codes(place, node.parts)}],L=${node.at})`;
    case "arithmetic":
      return arithmeticCode(place, node);
    case "comparison":
      return comparisonCode(place, node);
  }
}

function constantCode(value: null | boolean | number | bigint | string): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function codes(place: Place, nodes: readonly Expression[]): string {
  return nodes.map((node) => expressionCode(place, node)).join(",");
}

/** The JavaScript of an expression's truth. */
export function conditionCode(place: Place, node: Expression): string {
  switch (node.kind) {
    case "not":
      return `!${conditionCode(place, node.operand)}`;
    case "and":
      return `(${conditionCode(place, node.left)}&&${conditionCode(place, node.right)})`;
    case "or":
      return `(${conditionCode(place, node.left)}||${conditionCode(place, node.right)})`;
    case "test":
    case "comparison":
      return expressionCode(place, node);
    default:
      return `R.truth(${expressionCode(place, node)},L=${node.at})`;
  }
}

function itemCode(place: Place, node: Of<"item">): string {
  const object = expressionCode(place, node.object);
  if (node.key.kind !== "slice") {
    return `R.item(C,${object},${expressionCode(place, node.key)},L=${node.at})`;
  }
  return `R.slice(${object},[${sliceCode(place, node.key)}],L=${node.at})`;
}

function sliceCode(place: Place, slice: Slice): string {
  return [slice.lower, slice.upper, slice.step]
    .map((bound) => (bound === undefined ? "null" : expressionCode(place, bound)))
    .join(",");
}

/** The JavaScript of positional and of keyword arguments. */
export function argumentsCode(
  place: Place,
  passed: CallArguments,
  caller?: string,
): readonly [args: string, kwargs: string] {
  const star =
    passed.star === undefined ? [] : [`...R.spread(${expressionCode(place, passed.star)})`];
  const args = [...passed.args.map((arg) => expressionCode(place, arg)), ...star];
  const named = passed.kwargs.map(
    ({ name, value }) => `[${quote(name)},${expressionCode(place, value)}]`,
  );
  if (caller !== undefined) named.push(`["caller",${caller}]`);
  const doubleStar =
    passed.doubleStar === undefined ? "" : `,${expressionCode(place, passed.doubleStar)}`;
  const isEmpty = named.length === 0 && doubleStar === "";
  return [
    `[${args.join(",")}]`,
    isEmpty ? "R.none" : `R.kwargs([${named.join(",")}]${doubleStar})`,
  ];
}

/** The JavaScript of a call; `caller` is the code of a call block's body. */
export function callCode(place: Place, node: Of<"call">, caller?: string): string {
  const [args, kwargs] = argumentsCode(place, node.passed, caller);
  const { callee } = node;
  if (callee.kind === "attribute") {
    const object = expressionCode(place, callee.object);
    return awaited(
      place.generator,
      `R.method(C,${object},${quote(callee.name)},${args},${kwargs},L=${node.at})`,
    );
  }
  return awaited(
    place.generator,
    `R.call(${expressionCode(place, callee)},${args},${kwargs},L=${node.at})`,
  );
}

function filterCode(place: Place, node: Of<"filter">): string {
  const { generator } = place;
  const input = node.input === undefined ? place.context.hole : expressionCode(place, node.input);
  const filter = generator.filters.get(node.name);
  if (filter === undefined) return unknownCode(place, node.at, `No filter named '${node.name}'.`);
  const [args, kwargs] = argumentsCode(place, node.passed);
  const index = generator.used.push(filter) - 1;
  const code = `D[${index}](${input},${args},${kwargs},C,L=${node.at})`;
  const isImmediate = BUILTIN_FILTERS.get(node.name) === filter && !WAITING_FILTERS.has(node.name);
  return isImmediate ? code : awaited(generator, code);
}

function testCode(place: Place, node: Of<"test">): string {
  const { generator } = place;
  const input = expressionCode(place, node.input);
  if (node.name === "defined") return `R.isDefined(${input})`;
  if (node.name === "undefined") return `!R.isDefined(${input})`;
  const test = generator.tests.get(node.name);
  if (test === undefined) return unknownCode(place, node.at, `No test named '${node.name}'.`);
  const [args, kwargs] = argumentsCode(place, node.passed);
  const index = generator.used.push(test) - 1;
  const code = `D[${index}](${input},${args},${kwargs},C,L=${node.at})`;
  return BUILTIN_TESTS.get(node.name) === test ? code : awaited(generator, code);
}

// As in Jinja: what stands behind a condition may test for the filter first, so it fails only when reached.
function unknownCode(place: Place, at: number, reason: string): string {
  if (!place.context.isConditional) throw syntaxError(place.generator.source, at, reason);
  return `R.unknown(${quote(reason)},L=${at})`;
}

function conditionally(place: Place): Place {
  return { ...place, context: { ...place.context, isConditional: true } };
}

function shortCircuitCode(place: Place, node: Of<"and" | "or">): string {
  const kept = freshTemporary(place.generator, place.context);
  const left = `R.truth(${kept}=${expressionCode(place, node.left)},L=${node.at})`;
  const right = expressionCode(place, node.right);
  return node.kind === "and" ? `(${left}?${right}:${kept})` : `(${left}?${kept}:${right})`;
}

function conditionalCode(place: Place, node: Of<"conditional">): string {
  const inner = conditionally(place);
  const condition = conditionCode(place, node.condition);
  const whenTrue = expressionCode(inner, node.whenTrue);
  const whenFalse =
    node.whenFalse === undefined ? "R.noElse(C)" : expressionCode(inner, node.whenFalse);
  return `(${condition}?${whenTrue}:${whenFalse})`;
}

function arithmeticCode(place: Place, node: Of<"arithmetic">): string {
  const operands = codes(place, [node.left, node.right]);
  if (node.operator === "+") return `R.add(${operands},L=${node.at})`;
  return `R.arithmetic(${quote(node.operator)},${operands},L=${node.at})`;
}

const COMPARISONS = {
  "==": "equal",
  "!=": "notEqual",
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
  in: "contained",
  "not in": "notContained",
} as const;

function comparisonCode(place: Place, node: Of<"comparison">): string {
  let left = expressionCode(place, node.first);
  const isChain = node.rest.length > 1;
  const parts = node.rest.map(({ operator, operand }) => {
    const right = expressionCode(place, operand);
    const kept = isChain ? freshTemporary(place.generator, place.context) : undefined;
    const code = `R.${COMPARISONS[operator]}(${left},${kept === undefined ? right : `${kept}=${right}`},L=${node.at})`;
    left = kept ?? right;
    return code;
  });
  return isChain ? `(${parts.join("&&")})` : parts.join("");
}
