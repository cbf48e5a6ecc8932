import type { CallArguments, Expression } from "./ast.ts";
import {
  expectToken,
  fail,
  isNext,
  lastEnd,
  peek,
  skip,
  type TokenStream,
  take,
} from "./token-stream.ts";

type ParseExpression = (stream: TokenStream) => Expression;

/** Reads what is passed in a call, brackets included. */
export function parseArguments(
  stream: TokenStream,
  parseExpression: ParseExpression,
): CallArguments {
  const opened = expectToken(stream, "operator", "(");
  const args: Expression[] = [];
  const kwargs: { name: string; value: Expression }[] = [];
  let star: Expression | undefined;
  let doubleStar: Expression | undefined;
  const ensure = (isValid: boolean): void => {
    if (!isValid) fail(stream, "invalid syntax for function call expression", opened.offset);
  };
  while (!isNext(stream, "operator", ")")) {
    if (skip(stream, "operator", "*")) {
      ensure(star === undefined && doubleStar === undefined);
      star = parseExpression(stream);
    } else if (skip(stream, "operator", "**")) {
      ensure(doubleStar === undefined);
      doubleStar = parseExpression(stream);
    } else if (peek(stream).kind === "name" && isNext(stream, "operator", "=", 1)) {
      ensure(doubleStar === undefined);
      const name = take(stream).text;
      take(stream);
      kwargs.push({ name, value: parseArgument(stream, parseExpression) });
    } else {
      ensure(star === undefined && doubleStar === undefined && kwargs.length === 0);
      args.push(parseArgument(stream, parseExpression));
    }
    if (!isNext(stream, "operator", ")")) expectToken(stream, "operator", ",");
  }
  take(stream);
  return { args, kwargs, star, doubleStar };
}

function parseArgument(stream: TokenStream, parseExpression: ParseExpression): Expression {
  const from = peek(stream).offset;
  const value = parseExpression(stream);
  stream.spans.set(value, [from, lastEnd(stream)]);
  return value;
}
