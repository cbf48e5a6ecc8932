import { syntaxError } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import type { CallNode, Expression } from "./ast.ts";
import type { Token, TokenKind } from "./token.ts";

/** Where the parser stands and what it has noticed on the way. */
export type TokenStream = {
  readonly source: SourceFile;
  readonly tokens: readonly Token[];
  readonly dialect: "standard" | "dbt";
  readonly calls: CallNode[];
  readonly spans: Map<Expression, readonly [number, number]>;
  /** Names of the block tags that are open, outermost first. */
  readonly openTags: string[];
  /** The tags that would close or continue the open blocks, outermost first. */
  readonly endTags: (readonly string[])[];
  at: number;
  depth: number;
  /** How many loops `break` could leave here. */
  loops: number;
  /** The named block that is being read. */
  block: string | undefined;
};

const MAX_NESTING = 150;

/** The token the parser looks at. */
export function peek(stream: TokenStream, ahead = 0): Token {
  const token = stream.tokens[Math.min(stream.at + ahead, stream.tokens.length - 1)];
  if (token === undefined) throw new Error("A token stream always ends with an end token");
  return token;
}

/** Takes the token the parser looks at. */
export function take(stream: TokenStream): Token {
  const token = peek(stream);
  stream.at += 1;
  return token;
}

/** The end of the token taken last. */
export function lastEnd(stream: TokenStream): number {
  return stream.tokens[stream.at - 1]?.end ?? 0;
}

/** Says whether the next token is this operator or name. */
export function isNext(
  stream: TokenStream,
  kind: "operator" | "name",
  text: string,
  ahead = 0,
): boolean {
  const token = peek(stream, ahead);
  return token.kind === kind && token.text === text;
}

/** Takes the next token if it is this operator or name. */
export function skip(stream: TokenStream, kind: "operator" | "name", text: string): boolean {
  if (!isNext(stream, kind, text)) return false;
  stream.at += 1;
  return true;
}

/** Takes the next token, which must be of a kind and, if given, spelled like `text`. */
export function expectToken(stream: TokenStream, kind: TokenKind, text?: string): Token {
  const token = peek(stream);
  if (token.kind !== kind || (text !== undefined && token.text !== text)) {
    fail(stream, `expected ${describeWanted(kind, text)}, got ${describeToken(token)}`);
  }
  return take(stream);
}

/** Stops parsing at the next token, or at an offset. */
export function fail(stream: TokenStream, reason: string, offset = peek(stream).offset): never {
  throw syntaxError(stream.source, offset, reason);
}

/** Runs a part of the parser that may nest, within the depth that cannot overflow the stack. */
export function nested<T>(stream: TokenStream, parse: () => T): T {
  stream.depth += 1;
  if (stream.depth > MAX_NESTING) fail(stream, `nested more than ${MAX_NESTING} levels deep`);
  const result = parse();
  stream.depth -= 1;
  return result;
}

const KIND_NAMES: Readonly<Record<TokenKind, string>> = {
  data: "template data",
  blockBegin: "begin of statement block",
  blockEnd: "end of statement block",
  variableBegin: "begin of print statement",
  variableEnd: "end of print statement",
  name: "name",
  integer: "integer",
  float: "float",
  string: "string",
  operator: "operator",
  end: "end of template",
};

function describeWanted(kind: TokenKind, text: string | undefined): string {
  return `'${text ?? KIND_NAMES[kind]}'`;
}

/** How a token is called in messages. */
export function describeToken(token: Token): string {
  const isSpelled = token.kind === "operator" || token.kind === "name";
  return `'${isSpelled ? token.text : KIND_NAMES[token.kind]}'`;
}
