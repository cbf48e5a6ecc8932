import { syntaxError } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import { readExpressionToken } from "./expression-lexer.ts";
import type { Token } from "./token.ts";

/** How whitespace around tags is treated. */
export type WhitespaceRules = {
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  readonly keepTrailingNewline: boolean;
};

const TAG_BEGIN = /\{[{%#]/gu;
const RAW_BEGIN = /\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/uy;
const RAW_END = /\{%(?<left>[-+]?)\s*endraw\s*(?<right>[-+]?)%\}/gu;

type Cursor = {
  readonly source: SourceFile;
  readonly rules: WhitespaceRules;
  readonly tokens: Token[];
  at: number;
};

/** Makes line breaks uniform and drops the last one, as every template does unless it keeps it. */
export function normalizeSource(text: string, keepTrailingNewline: boolean): string {
  const unified = text.includes("\r") ? text.replace(/\r\n?/gu, "\n") : text;
  return keepTrailingNewline || !unified.endsWith("\n") ? unified : unified.slice(0, -1);
}

/** Cuts a template into text and the tokens of its tags. The text must be normalized. */
export function tokenize(source: SourceFile, rules: WhitespaceRules): readonly Token[] {
  const cursor: Cursor = { source, rules, tokens: [], at: 0 };
  const { text } = source;
  while (cursor.at < text.length) {
    TAG_BEGIN.lastIndex = cursor.at;
    const begin = TAG_BEGIN.exec(text)?.index ?? text.length;
    const isTag = begin < text.length;
    pushData(cursor, cursor.at, isTag ? trimDataEnd(cursor, cursor.at, begin) : begin);
    cursor.at = begin;
    if (isTag) readTag(cursor);
  }
  cursor.tokens.push({ kind: "end", text: "", offset: text.length, end: text.length });
  return cursor.tokens;
}

function pushData(cursor: Cursor, from: number, to: number): void {
  if (to <= from) return;
  const text = cursor.source.text.slice(from, to);
  cursor.tokens.push({ kind: "data", text, offset: from, end: to });
}

/** Where the text before the tag at `begin` really ends. */
function trimDataEnd(cursor: Cursor, from: number, begin: number): number {
  const { text } = cursor.source;
  const sign = text[begin + 2];
  const kind = text[begin + 1];
  if (sign === "-") {
    let to = begin;
    while (to > from && isSpace(text[to - 1])) to -= 1;
    return to;
  }
  if (!cursor.rules.lstripBlocks || sign === "+" || kind === "{") return begin;
  let to = begin;
  while (to > from && isSpace(text[to - 1]) && text[to - 1] !== "\n") to -= 1;
  const beginsLine = to === 0 || text[to - 1] === "\n";
  return beginsLine ? to : begin;
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/u.test(char);
}

function readTag(cursor: Cursor): void {
  const { text } = cursor.source;
  if (text[cursor.at + 1] === "#") return readComment(cursor);
  RAW_BEGIN.lastIndex = cursor.at;
  const raw = RAW_BEGIN.exec(text);
  if (raw !== null) return readRaw(cursor, raw[0].length);
  const isBlock = text[cursor.at + 1] === "%";
  const sign = text[cursor.at + 2];
  const length = sign === "-" || (isBlock && sign === "+") ? 3 : 2;
  const kind = isBlock ? "blockBegin" : "variableBegin";
  cursor.tokens.push({ kind, text: "", offset: cursor.at, end: cursor.at + length });
  const opened = cursor.at;
  cursor.at += length;
  readExpression(cursor, isBlock, opened);
}

function readComment(cursor: Cursor): void {
  const { text } = cursor.source;
  const close = text.indexOf("#}", cursor.at + 2);
  if (close === -1) throw syntaxError(cursor.source, cursor.at, "Missing end of comment tag");
  skipAfterTag(cursor, close + 2, text[close - 1], true);
}

/** Moves behind a closing tag and the whitespace that its sign or the rules remove. */
function skipAfterTag(
  cursor: Cursor,
  end: number,
  sign: string | undefined,
  isBlock: boolean,
): void {
  const { text } = cursor.source;
  cursor.at = end;
  if (sign === "-") {
    while (isSpace(text[cursor.at])) cursor.at += 1;
  } else if (isBlock && sign !== "+" && cursor.rules.trimBlocks && text[end] === "\n") {
    cursor.at += 1;
  }
}

function readRaw(cursor: Cursor, beginLength: number): void {
  const { text } = cursor.source;
  const from = cursor.at + beginLength;
  RAW_END.lastIndex = from;
  const end = RAW_END.exec(text);
  if (end === null) throw syntaxError(cursor.source, cursor.at, "Missing end of raw directive");
  pushData(cursor, from, trimDataEnd(cursor, from, end.index));
  skipAfterTag(cursor, end.index + end[0].length, end.groups?.["right"], true);
}

const CLOSING = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

function readExpression(cursor: Cursor, isBlock: boolean, opened: number): void {
  const { text } = cursor.source;
  const expected: string[] = [];
  const close = isBlock ? "%}" : "}}";
  for (;;) {
    while (isSpace(text[cursor.at])) cursor.at += 1;
    if (cursor.at >= text.length) {
      const wanted = isBlock ? "end of statement block" : "end of print statement";
      const reason = `unexpected end of template, expected '${wanted}'.`;
      throw syntaxError(cursor.source, opened, reason);
    }
    if (expected.length === 0 && readClose(cursor, close, isBlock)) return;
    const token = readExpressionToken(cursor.source, cursor.at);
    balance(cursor.source, token, expected);
    cursor.tokens.push(token);
    cursor.at = token.end;
  }
}

function readClose(cursor: Cursor, close: string, isBlock: boolean): boolean {
  const { text } = cursor.source;
  const sign = text[cursor.at];
  const hasSign = sign === "-" || (isBlock && sign === "+");
  const at = hasSign ? cursor.at + 1 : cursor.at;
  if (!text.startsWith(close, at)) return false;
  const kind = isBlock ? "blockEnd" : "variableEnd";
  cursor.tokens.push({ kind, text: "", offset: cursor.at, end: at + 2 });
  skipAfterTag(cursor, at + 2, hasSign ? sign : undefined, isBlock);
  return true;
}

function balance(source: SourceFile, token: Token, expected: string[]): void {
  if (token.kind !== "operator") return;
  const closing = CLOSING.get(token.text);
  if (closing !== undefined) {
    expected.push(closing);
    return;
  }
  if (token.text !== ")" && token.text !== "]" && token.text !== "}") return;
  const wanted = expected.pop();
  if (wanted === token.text) return;
  const reason =
    wanted === undefined
      ? `unexpected '${token.text}'`
      : `unexpected '${token.text}', expected '${wanted}'`;
  throw syntaxError(source, token.offset, reason);
}
