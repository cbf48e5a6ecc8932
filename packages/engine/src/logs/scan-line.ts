import { LOG_LEVELS, type LogLevel } from "@airloom/core";
import { CLOCK, isDbtError, levelOf, parseLine } from "./line-codec.ts";

// Reads what counting needs off a line's bytes, without parsing it: `{"at":"…","level":"info","source":"task","text":"…"}`.

const QUOTE = 0x22;
/** Where the level stands: after `{"at":"`, an instant of 24 letters, and `","level":"`. */
const LEVEL_AT = 42;
const BEFORE_LEVEL = Buffer.from('","level":"');
const BEFORE_SOURCE = '","source":"'.length;
const BEFORE_TEXT = Buffer.from('","text":"');
/** How far into a text to look for what dbt begins its lines with. */
const HEAD = 400;

const BY_LETTER: ReadonlyMap<number, LogLevel> = new Map(
  LOG_LEVELS.map((level) => [level.charCodeAt(0), level]),
);
/** What a line of dbt about an error can begin with: a number, a space, an escape, the first letter of a word for it. */
const MAY_BEGIN_DBT_ERROR = new Set(Buffer.from("0123456789 \\RDCPF"));

/** Where the text of a line begins, or -1 for a line that is not as `append` writes them. */
export function findText(bytes: Buffer, start: number, end: number): number {
  const level = levelAt(bytes, start, end);
  if (level === undefined) return -1;
  let at = start + LEVEL_AT + level.length + BEFORE_SOURCE;
  while (at < end && bytes[at] !== QUOTE) at += 1;
  return isAt(bytes, BEFORE_TEXT, at) ? at + BEFORE_TEXT.length : -1;
}

/** The level that a line counts with. */
export function scanLevel(bytes: Buffer, start: number, end: number): LogLevel {
  const level = levelAt(bytes, start, end);
  if (level !== undefined && level !== "info") return level;
  const text = level === undefined ? -1 : findText(bytes, start, end);
  if (text < 0) return levelOf(parseLine(bytes.toString("utf8", start, end)));
  if (!MAY_BEGIN_DBT_ERROR.has(bytes[text] ?? 0)) return "info";
  const head = bytes.toString("latin1", text, Math.min(end, text + HEAD));
  if (head.includes("\\")) return levelOf(parseLine(bytes.toString("utf8", start, end)));
  return isDbtError(head.replace(CLOCK, "")) ? "error" : "info";
}

function levelAt(bytes: Buffer, start: number, end: number): LogLevel | undefined {
  if (end - start < LEVEL_AT + BEFORE_SOURCE) return undefined;
  if (!isAt(bytes, BEFORE_LEVEL, start + LEVEL_AT - BEFORE_LEVEL.length)) return undefined;
  return BY_LETTER.get(bytes[start + LEVEL_AT] ?? 0);
}

function isAt(bytes: Buffer, wanted: Buffer, at: number): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}
