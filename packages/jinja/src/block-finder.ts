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

const RAW = /\{%[-+]?\s*raw\s*-?%\}/uy;
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/gu;

/** Finds named blocks by their tags alone; comments and raw parts are skipped. */
export function findBlocks(
  source: SourceFile,
  kinds: readonly BlockKind[],
): readonly BlockDefinition[] {
  const kindOf = new Map(kinds.flatMap((kind) => TAGS[kind].map((tag) => [tag, kind] as const)));
  const tags = [...kindOf.keys()].join("|");
  const opening = new RegExp(
    `\\{%[-+]?\\s*(?<tag>${tags})\\s+(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)`,
    "uy",
  );
  const found: BlockDefinition[] = [];
  const unclosed = new Set<string>();
  let at = source.text.search(/\{[%#]/u);
  while (at !== -1) {
    opening.lastIndex = at;
    const match = opening.exec(source.text);
    const tag = match?.groups?.["tag"];
    const kind = tag === undefined ? undefined : kindOf.get(tag);
    if (match === null || tag === undefined || kind === undefined) {
      at = nextMark(source.text, skipPart(source.text, at, unclosed));
      continue;
    }
    const block = readBlock(source, match, { tag, kind });
    found.push(block.definition);
    at = nextMark(source.text, block.end);
  }
  return found;
}

function nextMark(text: string, from: number): number {
  const mark = /\{[%#]/gu;
  mark.lastIndex = from;
  return mark.exec(text)?.index ?? -1;
}

/** The end of the comment or raw part that begins here; the next character when none does or it never ends. */
function skipPart(text: string, at: number, unclosed: Set<string>): number {
  if (text.startsWith("{#", at)) {
    const close = unclosed.has("comment") ? -1 : text.indexOf("#}", at + 2);
    if (close !== -1) return close + 2;
    // What does not end here does not end later either: it is not looked for again.
    unclosed.add("comment");
    return at + 2;
  }
  RAW.lastIndex = at;
  const raw = RAW.exec(text);
  if (raw === null || unclosed.has("raw")) return at + 2;
  RAW_END.lastIndex = at;
  const end = RAW_END.exec(text);
  if (end !== null) return end.index + end[0].length;
  unclosed.add("raw");
  return at + 2;
}

function readBlock(
  source: SourceFile,
  match: RegExpExecArray,
  { tag, kind }: { readonly tag: string; readonly kind: BlockKind },
): { readonly definition: BlockDefinition; readonly end: number } {
  const tagEnd = source.text.indexOf("%}", match.index + match[0].length);
  const bodyOffset = tagEnd === -1 ? source.text.length : tagEnd + 2;
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
