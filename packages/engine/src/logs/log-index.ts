import { LOG_LEVELS, type LogLevel } from "@airloom/core";
import { scanLevel } from "./scan-line.ts";

/** Lines between two offsets that are remembered: what is read to reach one line. */
export const BLOCK_LINES = 256;
const NEWLINE = 0x0a;
const MAGIC = "AIRLOG1\n";
const HEADER = MAGIC.length + 24;

/** What is known of a log's lines without reading them: where each block begins, and the level of each line. */
export class LogIndex {
  /** Lines that are known. */
  lines = 0;
  /** Where the last of them ends in the file: a line that is still being written lies behind it. */
  end = 0;
  readonly counts: Record<LogLevel, number> = { debug: 0, info: 0, warning: 0, error: 0 };
  /** Index of the first line with an error, or -1. */
  firstError = -1;
  /** Which file it is about: another may take its place under the same name. */
  readonly file: number;
  #levels = new Uint8Array(1_024);
  #offsets: number[] = [];

  constructor(file: number) {
    this.file = file;
  }

  /** Adds the whole lines at the beginning of what follows `end`. Returns how many bytes they take. */
  add(bytes: Buffer): number {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#addLine(LOG_LEVELS.indexOf(scanLevel(bytes, start, end)), this.end + start);
      start = end + 1;
    }
    this.end += start;
    return start;
  }

  /** The level of a line, as its index among `LOG_LEVELS`. */
  gravityOf(line: number): number {
    return this.#levels[line] ?? 0;
  }

  /** Where the block with this line begins, and where it ends as far as is known. */
  blockOf(line: number): { readonly first: number; readonly start: number; readonly end: number } {
    const block = Math.floor(line / BLOCK_LINES);
    return {
      first: block * BLOCK_LINES,
      start: this.#offsets[block] ?? this.end,
      end: this.#offsets[block + 1] ?? this.end,
    };
  }

  render(): Buffer {
    const header = Buffer.alloc(HEADER);
    header.write(MAGIC, "latin1");
    header.writeDoubleLE(this.lines, MAGIC.length);
    header.writeDoubleLE(this.end, MAGIC.length + 8);
    header.writeDoubleLE(this.file, MAGIC.length + 16);
    const offsets = Buffer.from(Float64Array.from(this.#offsets).buffer);
    return Buffer.concat([header, this.#levels.subarray(0, this.lines), offsets]);
  }

  /** What `render` made; `undefined` for anything else. */
  static parse(bytes: Buffer): LogIndex | undefined {
    if (bytes.length < HEADER || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC)
      return undefined;
    const lines = bytes.readDoubleLE(MAGIC.length);
    const blocks = Math.ceil(lines / BLOCK_LINES);
    if (bytes.length !== HEADER + lines + 8 * blocks) return undefined;
    const index = new LogIndex(bytes.readDoubleLE(MAGIC.length + 16));
    for (let line = 0; line < lines; line += 1) {
      const block = HEADER + lines + 8 * (line / BLOCK_LINES);
      const offset = line % BLOCK_LINES === 0 ? bytes.readDoubleLE(block) : 0;
      index.#addLine(bytes[HEADER + line] ?? 0, offset);
    }
    index.end = bytes.readDoubleLE(MAGIC.length + 8);
    return index;
  }

  #addLine(gravity: number, offset: number): void {
    if (this.lines === this.#levels.length) {
      const grown = new Uint8Array(2 * this.lines);
      grown.set(this.#levels);
      this.#levels = grown;
    }
    if (this.lines % BLOCK_LINES === 0) this.#offsets.push(offset);
    this.#levels[this.lines] = gravity;
    const level = LOG_LEVELS[gravity] ?? "info";
    this.counts[level] += 1;
    if (level === "error" && this.firstError < 0) this.firstError = this.lines;
    this.lines += 1;
  }
}
