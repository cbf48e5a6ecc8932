import { syntaxError } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import type { Token } from "./token.ts";

const FLOAT = /(?<!\.)\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iuy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iuy;
const NAME = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const OPERATOR = /\/\/|\*\*|[=!<>]=|[-+*/%~[\](){}<>=.:|,;]/uy;

/** Reads one token of an expression at an offset that is not whitespace. */
export function readExpressionToken(source: SourceFile, offset: number): Token {
  const float = match(FLOAT, source.text, offset);
  if (float !== undefined) return token("float", float.replaceAll("_", ""), offset, float);
  const integer = match(INTEGER, source.text, offset);
  if (integer !== undefined) return token("integer", integer.replaceAll("_", ""), offset, integer);
  const name = match(NAME, source.text, offset);
  if (name !== undefined) return token("name", name, offset, name);
  const string = matchString(source.text, offset);
  if (string !== undefined) {
    return token("string", unescapeString(string.slice(1, -1)), offset, string);
  }
  const operator = match(OPERATOR, source.text, offset);
  if (operator !== undefined) return token("operator", operator, offset, operator);
  const char = String.fromCodePoint(source.text.codePointAt(offset) ?? 0);
  throw syntaxError(source, offset, `unexpected char ${JSON.stringify(char)}`);
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

// By hand: on a text of megabytes a regular expression overflows its stack.
function matchString(text: string, offset: number): string | undefined {
  const quote = text.charAt(offset);
  if (quote !== "'" && quote !== '"') return undefined;
  for (let at = offset + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return text.slice(offset, at + 1);
    if (char === "\\") at += 1;
  }
  return undefined;
}

function token(kind: Token["kind"], text: string, offset: number, spelling: string): Token {
  return { kind, text, offset, end: offset + spelling.length };
}

const SIMPLE_ESCAPES = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["\n", ""],
]);

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/gu;

/** Reads the escapes of a Python string literal; unknown ones stay as written. */
export function unescapeString(body: string): string {
  if (!body.includes("\\")) return body;
  return body.replace(ESCAPE, (whole: string, ...groups: (string | undefined)[]) => {
    const [hex2, hex4, hex8, octal, char] = groups;
    const hex = hex2 ?? hex4 ?? hex8;
    if (hex !== undefined) return fromCode(Number.parseInt(hex, 16), whole);
    if (octal !== undefined) return fromCode(Number.parseInt(octal, 8), whole);
    return SIMPLE_ESCAPES.get(char ?? "") ?? whole;
  });
}

function fromCode(code: number, whole: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
