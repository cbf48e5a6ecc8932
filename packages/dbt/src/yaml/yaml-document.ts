import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type Tags,
} from "yaml";
import { DbtError, renderExcerpt } from "../error.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, objectOf } from "../json.ts";

const LINES = new WeakMap<object, number>();

/** Line of the YAML file on which an object or list read by `parseYaml` begins. */
export function lineOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "object" && value !== null ? LINES.get(value) : undefined;
}

/** Gives a copy of a YAML value the line of its original. */
export function copyLine<T extends object>(from: JsonValue, to: T): T {
  const line = lineOf(from);
  if (line !== undefined) LINES.set(to, line);
  return to;
}

/** A key that stands more than once in a mapping, where the last one counts. */
export interface RepeatedKey {
  readonly key: string;
  readonly line: number;
}

type OnRepeated = (repeated: RepeatedKey) => void;

interface Reader {
  readonly onRepeated: OnRepeated | undefined;
  readonly file: string;
  readonly source: string;
  readonly lines: LineCounter;
  readonly document: Document.Parsed;
  /** What aliases have been written out to so far; a few lines of them can stand for billions of values. */
  expanded: number;
  /** Aliases that are being written out, to notice one that holds itself. */
  readonly open: Set<Node>;
}

const MAX_EXPANDED = 200_000;
/** How the parser tells that it ran out of stack. */
const IS_OVERFLOW = /call stack/u;
const MAX_YAML_LENGTH = 64 * 1024 * 1024;

function failAt(reader: Reader, offset: number, message: string): never {
  const { line, col } = reader.lines.linePos(offset);
  throw new DbtError("Parsing", message, {
    place: { file: reader.file, line, column: col },
    excerpt: renderExcerpt(reader.source, line),
  });
}

function readScalar(value: unknown): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return value;
    case "bigint":
      return Number(value);
    default:
      return value === null || value === undefined ? null : JSON.stringify(value);
  }
}

function readKey(key: unknown): string {
  const value = isScalar(key) ? key.value : key;
  // A merge key is read as a symbol.
  return typeof value === "symbol" ? "<<" : String(value);
}

/** Adds what `<<` refers to; the keys of the object itself win. */
function mergeInto(result: Record<string, JsonValue>, merged: JsonValue): void {
  for (const part of isJsonList(merged) ? merged : [merged]) {
    for (const [key, value] of Object.entries(objectOf(part))) result[key] ??= value;
  }
}

function readAlias(reader: Reader, alias: Alias): JsonValue {
  const offset = alias.range?.[0] ?? 0;
  const node = alias.resolve(reader.document);
  if (node === undefined) return null;
  if (reader.open.has(node)) failAt(reader, offset, `The alias "*${alias.source}" holds itself`);
  reader.open.add(node);
  const value = readNode(reader, node);
  reader.open.delete(node);
  return value;
}

function countExpanded(reader: Reader, node: unknown): void {
  if (reader.open.size === 0) return;
  reader.expanded += 1;
  if (reader.expanded <= MAX_EXPANDED) return;
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  failAt(
    reader,
    offset,
    `The aliases of this file stand for more than ${MAX_EXPANDED} values: a limit stopped it`,
  );
}

function readNode(reader: Reader, node: unknown): JsonValue {
  countExpanded(reader, node);
  if (isMap(node)) {
    const result: Record<string, JsonValue> = {};
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = readKey(pair.key);
      if (key === "<<") mergeInto(result, readNode(reader, pair.value));
      else {
        if (Object.hasOwn(result, key) && reader.onRepeated !== undefined) {
          const offset = isScalar(pair.key) ? pair.key.range?.[0] : node.range?.[0];
          reader.onRepeated({ key, line: reader.lines.linePos(offset ?? 0).line });
        }
        result[key] = readNode(reader, pair.value);
      }
    }
    return remember(reader, node, result);
  }
  if (isAlias(node)) return readAlias(reader, node);
  if (isSeq(node)) {
    const items: JsonValue[] = node.items.map((item) => readNode(reader, item));
    return remember(reader, node, items);
  }
  if (!isScalar(node)) return readScalar(node);
  return readScalar(isLastBlock(reader, node) ? String(node.value).trimEnd() : node.value);
}

// dbt reads a file without the white space around it: a block of text at its end has no line break of its own.
function isLastBlock(reader: Reader, node: Scalar): boolean {
  if (node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED") return false;
  const end = node.range?.[1] ?? 0;
  return reader.source.slice(end).trim() === "";
}

function remember<T extends object>(reader: Reader, node: Node, value: T): T {
  const offset = node.range?.[0];
  if (offset !== undefined) LINES.set(value, reader.lines.linePos(offset).line);
  return value;
}

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/u;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/u;

/** The tags of YAML 1.1 as PyYAML reads them: `y` and `n` are texts, and dates stay as they were written. */
function asPyYaml(tags: Tags): Tags {
  return tags
    .filter((tag) => typeof tag === "string" || !tag.tag.endsWith("timestamp"))
    .map((tag) => {
      if (typeof tag === "string" || tag.collection !== undefined) return tag;
      if (tag.tag !== "tag:yaml.org,2002:bool") return tag;
      return { ...tag, test: tag.test?.test("yes") === true ? TRUE : FALSE };
    });
}

/** Reads a YAML text as PyYAML would; a mistake carries its line and column. */
export function parseYaml(source: string, file: string, onRepeated?: OnRepeated): JsonValue {
  if (source.length > MAX_YAML_LENGTH) {
    throw new DbtError(
      "Parsing",
      `Cannot read YAML: ${source.length} characters are more than ${MAX_YAML_LENGTH}`,
      { place: { file, line: 1 } },
    );
  }
  try {
    return readDocument(source, file, onRepeated);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DbtError("Parsing", "Cannot read YAML: its values nest too deeply", {
      place: { file, line: 1 },
      cause: error,
    });
  }
}

function readDocument(source: string, file: string, onRepeated: OnRepeated | undefined): JsonValue {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    // As in PyYAML, of a key that stands twice the last value counts.
    uniqueKeys: false,
    version: "1.1",
    customTags: asPyYaml,
  });
  const reader = {
    file,
    source,
    lines,
    document,
    onRepeated,
    expanded: 0,
    open: new Set<Node>(),
  };
  const error = document.errors[0];
  if (error !== undefined) {
    const reason = IS_OVERFLOW.test(error.message) ? "its values nest too deeply" : error.message;
    failAt(reader, error.pos[0], `Cannot read YAML: ${reason}`);
  }
  return readNode(reader, document.contents);
}

/** Reads a YAML file that must hold a mapping; an empty file is an empty mapping. */
export function parseYamlObject(source: string, file: string, onRepeated?: OnRepeated): JsonObject {
  const value = parseYaml(source, file, onRepeated);
  if (value === null) return {};
  if (isJsonObject(value)) return value;
  throw new DbtError("Parsing", `Cannot read "${file}": expected a mapping at the top`, {
    place: { file, line: 1 },
  });
}
