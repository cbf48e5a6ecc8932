import type { Expression, Statement, Target } from "./ast.ts";
import { parseExpression, parseFilterChain, parseTuple } from "./expression-parser.ts";
import { parseExtends, parseFromImport, parseImport, parseInclude } from "./import-parser.ts";
import { parseNamedBlock } from "./named-block-parser.ts";
import { parseName, parseParameters } from "./parameter-parser.ts";
import { parseTarget } from "./target-parser.ts";
import {
  expectToken,
  fail,
  isNext,
  nested,
  peek,
  skip,
  type TokenStream,
  take,
} from "./token-stream.ts";

/** Reads text and tags up to one of the end tags, which is left as the next name; up to the end without any. */
export function parseBody(stream: TokenStream, endTags: readonly string[]): Statement[] {
  stream.endTags.push(endTags);
  const statements: Statement[] = [];
  while (!isBodyEnd(stream, endTags)) statements.push(...parsePart(stream));
  stream.endTags.pop();
  return statements;
}

/** Stops at an end tag, with its name as the next token, or at the end of the template. */
function isBodyEnd(stream: TokenStream, endTags: readonly string[]): boolean {
  const { kind } = peek(stream);
  if (kind === "end") {
    if (endTags.length > 0) failAtTag(stream, undefined);
    return true;
  }
  if (kind !== "blockBegin") return false;
  const name = peek(stream, 1);
  if (name.kind !== "name" || !endTags.includes(name.text)) return false;
  take(stream);
  return true;
}

function parsePart(stream: TokenStream): readonly Statement[] {
  const token = peek(stream);
  if (token.kind === "data") {
    take(stream);
    return [{ kind: "text", text: token.text, at: token.offset }];
  }
  if (token.kind === "variableBegin") return [parsePrint(stream)];
  expectToken(stream, "blockBegin");
  const statements = parseTag(stream);
  expectToken(stream, "blockEnd");
  return statements;
}

function parsePrint(stream: TokenStream): Statement {
  const at = take(stream).offset;
  const expression = parseTuple(stream);
  expectToken(stream, "variableEnd");
  return { kind: "print", expression, at };
}

/** Reads the rest of an opening tag and the body of its block; the end tag's name is left as the next token. */
function parseBlockBody(stream: TokenStream, endTags: readonly string[]): readonly Statement[] {
  skip(stream, "operator", ":");
  expectToken(stream, "blockEnd");
  return nested(stream, () => parseBody(stream, endTags));
}

/** As `parseBlockBody`, with the end tag's name taken. */
function parseClosedBody(stream: TokenStream, endTag: string): readonly Statement[] {
  const body = parseBlockBody(stream, [endTag]);
  take(stream);
  return body;
}

/** Stops at a tag that nobody knows, or at the end of the template, with what would have been right. */
function failAtTag(stream: TokenStream, name: string | undefined): never {
  const parts = [
    name === undefined ? "Unexpected end of template." : `Encountered unknown tag '${name}'.`,
  ];
  const current = stream.endTags.at(-1) ?? [];
  if (current.length > 0) {
    const wanted = current.map((tag) => `'${tag}'`).join(" or ");
    const isMisplaced = name !== undefined && stream.endTags.some((tags) => tags.includes(name));
    parts.push(
      isMisplaced
        ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${wanted}.`
        : `Jinja was looking for the following tags: ${wanted}.`,
    );
  }
  const innermost = stream.openTags.at(-1);
  if (innermost !== undefined) {
    parts.push(`The innermost block that needs to be closed is '${innermost}'.`);
  }
  return fail(stream, parts.join(" "));
}

type TagParser = (stream: TokenStream, at: number) => Statement | readonly Statement[];

const TAGS = new Map<string, TagParser>([
  ["if", parseIf],
  ["for", parseFor],
  ["set", parseSet],
  ["do", parseDo],
  ["with", parseWith],
  ["filter", parseFilterBlock],
  ["call", parseCallBlock],
  ["macro", namedBlock("macro")],
  ["block", parseInheritanceBlock],
  ["extends", parseExtends],
  ["include", parseInclude],
  ["import", parseImport],
  ["from", parseFromImport],
  ["print", parsePrintTag],
  ["autoescape", parseAutoescape],
  ["break", (stream, at) => parseLoopControl(stream, "break", at)],
  ["continue", (stream, at) => parseLoopControl(stream, "continue", at)],
]);

const DBT_TAGS = new Map<string, TagParser>([
  ["materialization", namedBlock("materialization")],
  ["test", namedBlock("test")],
  ["data_test", namedBlock("test")],
  ["snapshot", namedBlock("snapshot")],
  ["docs", namedBlock("docs")],
]);

function namedBlock(kind: "macro" | "materialization" | "test" | "snapshot" | "docs"): TagParser {
  return (stream) => parseNamedBlock(stream, kind, parseBody);
}

function parseTag(stream: TokenStream): readonly Statement[] {
  const token = peek(stream);
  if (token.kind !== "name") fail(stream, `tag name expected`);
  const isDbt = stream.dialect === "dbt";
  const parse = TAGS.get(token.text) ?? (isDbt ? DBT_TAGS.get(token.text) : undefined);
  if (parse === undefined) return failAtTag(stream, token.text);
  take(stream);
  stream.openTags.push(token.text);
  const statement = parse(stream, token.offset);
  stream.openTags.pop();
  return "kind" in statement ? [statement] : statement;
}

function parseIf(stream: TokenStream, at: number): Statement {
  const branches: { condition: Expression; body: readonly Statement[] }[] = [];
  for (;;) {
    const condition = parseTuple(stream, { withConditional: false });
    const body = parseBlockBody(stream, ["elif", "else", "endif"]);
    branches.push({ condition, body });
    const next = take(stream).text;
    if (next === "elif") continue;
    const otherwise = next === "else" ? parseClosedBody(stream, "endif") : [];
    return { kind: "if", branches, otherwise, at };
  }
}

function parseFor(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, { endsAt: "in" });
  expectToken(stream, "name", "in");
  const iterable = parseTuple(stream, { withConditional: false, endsAt: "recursive" });
  const condition = skip(stream, "name", "if") ? parseExpression(stream) : undefined;
  const isRecursive = skip(stream, "name", "recursive");
  stream.loops += 1;
  const body = parseBlockBody(stream, ["endfor", "else"]);
  stream.loops -= 1;
  const otherwise = take(stream).text === "else" ? parseClosedBody(stream, "endfor") : [];
  return { kind: "for", target, iterable, condition, isRecursive, body, otherwise, at };
}

function parseSet(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, { withNamespace: true });
  if (skip(stream, "operator", "=")) {
    return { kind: "set", target, value: parseTuple(stream), at };
  }
  const filter = parseFilterChain(stream, false);
  return { kind: "setBlock", target, filter, body: parseClosedBody(stream, "endset"), at };
}

function parseDo(stream: TokenStream, at: number): Statement {
  return { kind: "do", expression: parseTuple(stream), at };
}

function parseWith(stream: TokenStream, at: number): Statement {
  const bindings: { target: Target; value: Expression }[] = [];
  while (peek(stream).kind !== "blockEnd" && !isNext(stream, "operator", ":")) {
    if (bindings.length > 0) expectToken(stream, "operator", ",");
    const target = parseTarget(stream);
    expectToken(stream, "operator", "=");
    bindings.push({ target, value: parseExpression(stream) });
  }
  return { kind: "with", bindings, body: parseClosedBody(stream, "endwith"), at };
}

function parseFilterBlock(stream: TokenStream, at: number): Statement {
  const filter = parseFilterChain(stream, true);
  if (filter === undefined) return fail(stream, "expected a filter");
  return { kind: "filterBlock", filter, body: parseClosedBody(stream, "endfilter"), at };
}

function parseCallBlock(stream: TokenStream, at: number): Statement {
  const parameters = isNext(stream, "operator", "(") ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== "call") return fail(stream, "expected call", at);
  const body = outsideOfLoops(stream, () => parseClosedBody(stream, "endcall"));
  return { kind: "callBlock", parameters, call, body, at };
}

/** `break` cannot leave a body that becomes a function of its own. */
function outsideOfLoops<T>(stream: TokenStream, parse: () => T): T {
  const { loops } = stream;
  stream.loops = 0;
  const result = parse();
  stream.loops = loops;
  return result;
}

function parseInheritanceBlock(stream: TokenStream, at: number): Statement {
  const name = parseName(stream);
  const isScoped = skip(stream, "name", "scoped");
  const isRequired = skip(stream, "name", "required");
  if (isNext(stream, "operator", "-")) fail(stream, "Block names may not contain hyphens");
  const body = outsideOfLoops(stream, () => parseClosedBody(stream, "endblock"));
  if (isRequired && body.some((part) => part.kind !== "text" || part.text.trim() !== "")) {
    fail(stream, "Required blocks can only contain comments or whitespace", at);
  }
  skip(stream, "name", name);
  return { kind: "block", name, isScoped, isRequired, body, at };
}

function parsePrintTag(stream: TokenStream, at: number): readonly Statement[] {
  const statements: Statement[] = [];
  while (peek(stream).kind !== "blockEnd") {
    if (statements.length > 0) expectToken(stream, "operator", ",");
    statements.push({ kind: "print", expression: parseExpression(stream), at });
  }
  return statements;
}

// Output is never HTML here, so escaping is off and stays off; the tag only opens a scope.
function parseAutoescape(stream: TokenStream, at: number): Statement {
  parseExpression(stream);
  return { kind: "with", bindings: [], body: parseClosedBody(stream, "endautoescape"), at };
}

function parseLoopControl(stream: TokenStream, kind: "break" | "continue", at: number): Statement {
  if (stream.loops === 0) fail(stream, `'${kind}' outside of a loop`, at);
  return { kind, at };
}
