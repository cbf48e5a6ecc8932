import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { DbtError, renderExcerpt } from "../error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

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

function readNode(reader: Reader, node: unknown): JsonValue {
  if (isMap(node)) {
    const result: Record<string, JsonValue> = {};
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      if (key === "<<" && isMap(pair.value)) Object.assign(result, readNode(reader, pair.value));
      else result[key] = readNode(reader, pair.value);
    }
    return remember(reader, node, result);
  }
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

/** Reads a YAML text as PyYAML would; a mistake carries its line and column. */
export function parseYaml(source: string, file: string): JsonValue {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.1",
    // Dates stay text: dbt compares and prints them as they were written.
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === "string" || !tag.tag.endsWith("timestamp")),
  });
  const reader = { file, source, lines };
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
