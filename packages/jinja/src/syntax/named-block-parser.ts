import type { Expression, MacroNode, ParameterNode, Statement } from "./ast.ts";
import { parseExpression } from "./expression-parser.ts";
import { parseName, parseParameters } from "./parameter-parser.ts";
import { expectToken, fail, nested, peek, skip, type TokenStream, take } from "./token-stream.ts";

type BlockKind = MacroNode["blockKind"];

type Head = Pick<MacroNode, "name" | "macroName" | "parameters" | "adapter" | "supportedLanguages">;

type ParseBody = (stream: TokenStream, endTags: readonly string[]) => Statement[];

/** Reads a macro, or one of dbt's named blocks, after its tag name. */
export function parseNamedBlock(
  stream: TokenStream,
  kind: BlockKind,
  parseBody: ParseBody,
): MacroNode {
  const tagAt = stream.at - 2;
  const at = stream.tokens[tagAt]?.offset ?? 0;
  const tag = stream.tokens[tagAt + 1]?.text ?? kind;
  const outer = { block: stream.block, loops: stream.loops };
  const head = parseHead(stream, kind);
  stream.block = outer.block ?? head.macroName;
  stream.loops = 0;
  skip(stream, "operator", ":");
  const bodyStart = expectToken(stream, "blockEnd").end;
  const body = nested(stream, () => parseBody(stream, [`end${tag}`]));
  take(stream);
  stream.block = outer.block;
  stream.loops = outer.loops;
  const bodyEnd = stream.tokens[stream.at - 2]?.offset ?? bodyStart;
  const end = peek(stream).end;
  return { kind: "macro", blockKind: kind, ...head, body, at, end, bodyStart, bodyEnd };
}

function parseHead(stream: TokenStream, kind: BlockKind): Head {
  const name = parseName(stream);
  const rest = { parameters: [], adapter: undefined, supportedLanguages: undefined };
  switch (kind) {
    case "macro":
      return { ...rest, name, macroName: name, parameters: parseParameters(stream) };
    case "test":
      return { ...rest, name, macroName: `test_${name}`, parameters: parseParameters(stream) };
    case "snapshot":
      return { ...rest, name, macroName: `snapshot_${name}` };
    case "docs":
      return { ...rest, name, macroName: `dbt_docs__${name}` };
    case "materialization":
      return parseMaterializationHead(stream, name);
  }
}

function parseMaterializationHead(stream: TokenStream, name: string): Head {
  let adapter = "default";
  let supportedLanguages: readonly string[] | undefined;
  const parameters: readonly ParameterNode[] = [];
  while (skip(stream, "operator", ",")) {
    const option = expectToken(stream, "name");
    if (option.text === "default") continue;
    expectToken(stream, "operator", "=");
    const value = parseExpression(stream);
    if (option.text === "adapter") adapter = textOf(stream, value);
    else if (option.text === "supported_languages") supportedLanguages = textsOf(stream, value);
    else fail(stream, `unexpected option '${option.text}' of a materialization`, option.offset);
  }
  const macroName = `materialization_${name}_${adapter}`;
  return { name, macroName, parameters, adapter, supportedLanguages };
}

function textOf(stream: TokenStream, value: Expression): string {
  if (value.kind === "constant" && typeof value.value === "string") return value.value;
  return fail(stream, "expected a string", value.at);
}

function textsOf(stream: TokenStream, value: Expression): readonly string[] {
  if (value.kind !== "list") return fail(stream, "expected a list of strings", value.at);
  return value.items.map((item) => textOf(stream, item));
}
