import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
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

interface Reader {
  readonly file: string;
  readonly source: string;
  readonly lines: LineCounter;
  readonly document: Document.Parsed;
}

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

function readNode(reader: Reader, node: unknown): JsonValue {
  if (isMap(node)) {
    const result: Record<string, JsonValue> = {};
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = readKey(pair.key);
      if (key === "<<") mergeInto(result, readNode(reader, pair.value));
      else result[key] = readNode(reader, pair.value);
    }
    return remember(reader, node, result);
  }
  if (isAlias(node)) return readNode(reader, node.resolve(reader.document));
  if (isSeq(node)) {
    const items: JsonValue[] = node.items.map((item) => readNode(reader, item));
    return remember(reader, node, items);
  }
  return isScalar(node) ? readScalar(node.value) : readScalar(node);
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
export function parseYaml(source: string, file: string): JsonValue {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.1",
    customTags: asPyYaml,
  });
  const reader = { file, source, lines, document };
  const error = document.errors[0];
  if (error !== undefined) failAt(reader, error.pos[0], `Cannot read YAML: ${error.message}`);
  return readNode(reader, document.contents);
}

/** Reads a YAML file that must hold a mapping; an empty file is an empty mapping. */
export function parseYamlObject(source: string, file: string): JsonObject {
  const value = parseYaml(source, file);
  if (value === null) return {};
  if (isJsonObject(value)) return value;
  throw new DbtError("Parsing", `Cannot read "${file}": expected a mapping at the top`, {
    place: { file, line: 1 },
  });
}
