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

const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
const MARK = new RegExp(`\\{(?:#|\\{|%[-+]?\\s*(?<tag>${NAME})(?:\\s+(?<name>${NAME}))?)`, "gu");
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/uy;
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/gu;

/** Tags inside of which dbt allows no named block. */
const CONTROL: ReadonlyMap<string, string> = new Map([
  ["if", "endif"],
  ["for", "endfor"],
]);

interface Tag {
  readonly name: string;
  readonly blockName: string;
  readonly start: number;
  readonly end: number;
}

interface Opened {
  readonly tag: Tag;
  readonly kind: BlockKind;
}

/**
 * The end of an expression or a tag, texts skipped; `undefined` when another begins before it ends, or none
 * does: then it was text. An apostrophe that nothing closes is text, too.
 */
function findClose(text: string, start: number, close: "}}" | "%}"): number | undefined {
  const next = /['"]|\}\}|%\}|\{\{|\{%/gu;
  next.lastIndex = start + 2;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if (found[0] === close) return found.index + close.length;
    if (found[0].startsWith("{")) return undefined;
    STRING.lastIndex = found.index;
    const literal = STRING.exec(text);
    if (literal !== null) next.lastIndex = found.index + literal[0].length;
  }
  return undefined;
}

/** The end of what begins at a mark: a comment, an expression, a raw part or a tag. */
function findEnd(text: string, found: RegExpExecArray): number | undefined {
  const tag = found.groups?.["tag"];
  if (tag !== undefined && tag !== "raw") return findClose(text, found.index, "%}");
  if (found[0] === "{{") return findClose(text, found.index, "}}");
  const close = tag === undefined ? /#\}/gu : new RegExp(RAW_END);
  close.lastIndex = found.index + 2;
  const end = close.exec(text);
  return end === null ? undefined : end.index + end[0].length;
}

/** Every tag of a text; what stands in comments, expressions and raw parts is none. */
function* findTags(source: SourceFile): IterableIterator<Tag> {
  const mark = new RegExp(MARK);
  for (let found = mark.exec(source.text); found !== null; found = mark.exec(source.text)) {
    const start = found.index;
    const name = found.groups?.["tag"];
    const end = findEnd(source.text, found);
    mark.lastIndex = end ?? start + 2;
    if (end === undefined || name === undefined || name === "raw") continue;
    yield { name, blockName: found.groups?.["name"] ?? "", start, end };
  }
}

/** Keeps count of `if` and `for`, whose ends must match. */
function followControl(source: SourceFile, open: string[], tag: Tag): void {
  const expected = CONTROL.get(tag.name);
  if (expected !== undefined) {
    open.push(expected);
    return;
  }
  if (![...CONTROL.values()].includes(tag.name)) return;
  const wanted = open.pop();
  if (wanted === tag.name) return;
  const hint = wanted === undefined ? "nothing is open here" : `expected '${wanted}'`;
  throw syntaxError(source, tag.start, `Unexpected '${tag.name}': ${hint}`);
}

function describeBlock(source: SourceFile, { tag, kind }: Opened, close: Tag): BlockDefinition {
  return {
    kind,
    name: tag.blockName,
    macroName: MACRO_PREFIX[kind] + tag.blockName,
    parameters: [],
    adapter: undefined,
    supportedLanguages: undefined,
    source: source.text.slice(tag.start, close.end),
    body: source.text.slice(tag.end, close.start),
    offset: tag.start,
    bodyOffset: tag.end,
    line: getLocation(source, tag.start).line,
    bodyLine: getLocation(source, tag.end).line,
  };
}

function checkPlace(
  source: SourceFile,
  tag: Tag,
  control: readonly string[],
  current: Opened | undefined,
): void {
  if (control.length > 0) {
    const reason = `Unexpected '${tag.name}' inside of a block that is not closed: '${control.at(-1)}' is missing before it`;
    throw syntaxError(source, tag.start, reason);
  }
  if (current === undefined) return;
  throw syntaxError(
    source,
    tag.start,
    `Unexpected '${tag.name}' inside of '${current.tag.name} ${current.tag.blockName}': 'end${current.tag.name}' is missing before it`,
  );
}

/** Finds named blocks by their tags alone, as dbt does: other tags, text and expressions beside them do not matter. */
export function findBlocks(
  source: SourceFile,
  kinds: readonly BlockKind[],
): readonly BlockDefinition[] {
  const kindOf = new Map(kinds.flatMap((kind) => TAGS[kind].map((tag) => [tag, kind] as const)));
  const found: BlockDefinition[] = [];
  const control: string[] = [];
  let current: Opened | undefined;
  for (const tag of findTags(source)) {
    if (current === undefined) followControl(source, control, tag);
    const kind = kindOf.get(tag.name);
    if (kind !== undefined) {
      checkPlace(source, tag, control, current);
      current = { tag, kind };
    } else if (current !== undefined && tag.name === `end${current.tag.name}`) {
      found.push(describeBlock(source, current, tag));
      current = undefined;
    }
  }
  if (current === undefined) return found;
  const { name, start } = current.tag;
  throw syntaxError(source, start, `Unexpected end of file: 'end${name}' is missing`);
}
