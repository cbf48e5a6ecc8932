import { syntaxError } from "./errors.ts";
import { getLocation, type SourceFile } from "./source-file.ts";
import type { BlockDefinition, BlockKind } from "./template.ts";

const TAGS: Readonly<Record<BlockKind, readonly string[]>> = {
  macro: ["macro"],
  materialization: ["materialization"],
  test: ["test", "data_test"],
  snapshot: ["snapshot"],
  docs: ["docs"],
};

const MACRO_PREFIX: Readonly<Record<BlockKind, string>> = {
  macro: "",
  materialization: "materialization_",
  test: "test_",
  snapshot: "snapshot_",
  docs: "dbt_docs__",
};

/** Finds named blocks by their tags alone; comments and raw parts are skipped. */
export function findBlocks(
  source: SourceFile,
  kinds: readonly BlockKind[],
): readonly BlockDefinition[] {
  const kindOf = new Map(kinds.flatMap((kind) => TAGS[kind].map((tag) => [tag, kind] as const)));
  const opening = new RegExp(
    `\\{#[^]*?#\\}|\\{%[-+]?\\s*raw\\s*-?%\\}[^]*?\\{%[-+]?\\s*endraw\\s*[-+]?%\\}|` +
      `\\{%[-+]?\\s*(?<tag>${[...kindOf.keys()].join("|")})\\s+(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)(?<rest>[^%]*(?:%(?!\\})[^%]*)*)%\\}`,
    "gu",
  );
  const found: BlockDefinition[] = [];
  for (let match = opening.exec(source.text); match !== null; match = opening.exec(source.text)) {
    const tag = match.groups?.["tag"];
    const kind = tag === undefined ? undefined : kindOf.get(tag);
    if (tag === undefined || kind === undefined) continue;
    const block = readBlock(source, match, { tag, kind });
    found.push(block.definition);
    opening.lastIndex = block.end;
  }
  return found;
}

function readBlock(
  source: SourceFile,
  match: RegExpExecArray,
  { tag, kind }: { readonly tag: string; readonly kind: BlockKind },
): { readonly definition: BlockDefinition; readonly end: number } {
  const bodyOffset = match.index + match[0].length;
  const closing = new RegExp(`\\{%[-+]?\\s*end${tag}\\s*[-+]?%\\}`, "gu");
  closing.lastIndex = bodyOffset;
  const close = closing.exec(source.text);
  if (close === null) {
    throw syntaxError(source, match.index, `Unexpected end of file: 'end${tag}' is missing`);
  }
  const name = match.groups?.["name"] ?? "";
  const end = close.index + close[0].length;
  const definition: BlockDefinition = {
    kind,
    name,
    macroName: MACRO_PREFIX[kind] + name,
    parameters: [],
    adapter: undefined,
    supportedLanguages: undefined,
    source: source.text.slice(match.index, end),
    body: source.text.slice(bodyOffset, close.index),
    offset: match.index,
    bodyOffset,
    line: getLocation(source, match.index).line,
    bodyLine: getLocation(source, bodyOffset).line,
  };
  return { definition, end };
}
