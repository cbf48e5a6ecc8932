import { appendFile, type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AirloomError, type LogLine, type LogStore } from "@airloom/core";
import { parseLine, renderLine } from "./line-codec.ts";
import { logPath } from "./log-path.ts";
import { LogViewer } from "./log-viewer.ts";

/** What `openFileLogStore` needs. */
export interface FileLogStoreOptions {
  /** Absolute path of the folder for logs; one NDJSON file per attempt under it. */
  readonly root: string;
  /** Lines beyond this size of one attempt are dropped after a line that says so. @default 256 MiB */
  readonly maxBytesPerAttempt?: number;
}

const MAX_BYTES = 256 * 1_048_576;
const READ_BYTES = 262_144;
const NEWLINE = 0x0a;
/** How the marker ends; no line of a task has this source. */
const END_OF_FULL_LOG =
  '"level":"warning","source":"log","text":"The log is full: further lines are dropped"}\n';

/** What is known of a file that is being written: how long it is, and whether its end was marked. */
interface Writing {
  size: number;
  isFull: boolean;
  /** Appends of one file follow each other. */
  last: Promise<void>;
}

/** Keeps logs in files. A continuation token is the offset of the first byte that was not read. */
export function openFileLogStore(options: FileLogStoreOptions): LogStore {
  const limit = options.maxBytesPerAttempt ?? MAX_BYTES;
  const files = new Map<string, Writing>();
  const viewer = new LogViewer();

  async function write(path: string, file: Writing, lines: readonly LogLine[]): Promise<void> {
    if (file.isFull) return;
    const { text, isFull } = fit(lines, limit - file.size);
    file.isFull = isFull;
    await appendToFile(path, text);
    file.size += Buffer.byteLength(text);
    viewer.noteSize(path, file.size);
  }

  return {
    async append(key, lines) {
      if (lines.length === 0) return;
      const path = logPath(options.root, key);
      const file = files.get(path) ?? openFile(path);
      const turn = file.last.then(() => write(path, file, lines));
      file.last = turn.catch(() => undefined);
      await turn;
      // A file is forgotten when nobody waits to write: its size is asked for again at the next line.
      if (files.get(path) === file) await file.last.then(() => forgetWhenIdle(path, file));
    },

    async read(key, { token, limit: lines }) {
      const path = logPath(options.root, key);
      // Whoever asks after an attempt has ended finds its last lines.
      await files.get(path)?.last;
      return readLines(path, parseToken(token), lines);
    },

    async view(key, view) {
      const path = logPath(options.root, key);
      await files.get(path)?.last;
      return viewer.view(path, view);
    },
  };

  function openFile(path: string): Writing {
    const file: Writing = { size: 0, isFull: false, last: Promise.resolve() };
    file.last = measure(path, file);
    files.set(path, file);
    return file;
  }

  function forgetWhenIdle(path: string, file: Writing): void {
    const { last } = file;
    setImmediate(() => {
      if (file.last === last && files.get(path) === file) files.delete(path);
    });
  }
}

/** As many lines as fit, and a line in place of the rest. */
function fit(
  lines: readonly LogLine[],
  room: number,
): { readonly text: string; readonly isFull: boolean } {
  let text = "";
  let used = 0;
  for (const line of lines) {
    const row = renderLine(line);
    used += Buffer.byteLength(row);
    if (used > room) {
      return { text: `${text}{"at":${JSON.stringify(line.at)},${END_OF_FULL_LOG}`, isFull: true };
    }
    text += row;
  }
  return { text, isFull: false };
}

/** Finds out what an earlier process, or an earlier time, left of a file. */
async function measure(path: string, file: Writing): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return;
  try {
    file.size = (await handle.stat()).size;
    const end = Buffer.alloc(END_OF_FULL_LOG.length);
    await handle.read(end, 0, end.length, Math.max(0, file.size - end.length));
    file.isFull = end.toString("utf8") === END_OF_FULL_LOG;
  } finally {
    await handle.close();
  }
}

async function appendToFile(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text, { mode: 0o600 });
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, text, { mode: 0o600 });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function parseToken(token: string | undefined): number {
  if (token === undefined) return 0;
  if (!/^\d{1,15}$/u.test(token)) {
    throw new AirloomError(
      "input.invalid",
      `Cannot read on from "${token}": expected a token of an earlier answer`,
    );
  }
  return Number(token);
}

type LogPage = Awaited<ReturnType<LogStore["read"]>>;

async function readLines(path: string, from: number, limit: number): Promise<LogPage> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return { lines: [], token: String(from), isEnd: true };
    throw error;
  }
  try {
    return await readPage(file, from, limit);
  } finally {
    await file.close();
  }
}

async function readPage(file: FileHandle, from: number, limit: number): Promise<LogPage> {
  const lines: LogLine[] = [];
  let offset = from;
  let rest = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await file.read(chunk, 0, READ_BYTES, offset + rest.length);
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (lines.length === limit) return { lines, token: String(offset + start), isEnd: false };
      lines.push(parseLine(bytes.subarray(start, end).toString("utf8")));
      start = end + 1;
    }
    // What follows the last newline is a line that is still being written: it stays for the next read.
    if (bytesRead < READ_BYTES) return { lines, token: String(offset + start), isEnd: true };
    offset += start;
    rest = bytes.subarray(start);
  }
}
