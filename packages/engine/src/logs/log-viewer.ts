import { type FileHandle, open, readFile, rename, writeFile } from "node:fs/promises";
import {
  LOG_LEVELS,
  type LogLevel,
  type LogPlace,
  type LogStore,
  type LogView,
  type NumberedLogLine,
} from "@airloom/core";
import { findInLines } from "./find-in-lines.ts";
import { dropClock, levelOf, parseLine } from "./line-codec.ts";
import { BLOCK_LINES, LogIndex } from "./log-index.ts";
import { chooseLines, findTarget } from "./log-rows.ts";

const READ_BYTES = 1_048_576;
/** An index is written beside a log whenever so much has come that finding it again would be felt. */
const SAVE_EVERY_BYTES = 8_388_608;
const LOGS_KEPT = 16;
const SEARCHES_KEPT = 4;

/** What is known of one log; it only grows, as the log does. */
interface OpenLog {
  readonly path: string;
  index: LogIndex;
  savedEnd: number;
  /** What was found of each searched text, and how far was searched. */
  readonly searches: Map<string, Found>;
  /** Whoever extends it follows the one before. */
  last: Promise<unknown>;
}

interface Found {
  lines: number;
  readonly hits: number[];
  readonly counts: Record<LogLevel, number>;
}

type ViewOptions = Parameters<LogStore["view"]>[1];

/** Looks at logs in files through an index that is made once, kept beside the file, and grows with it. */
export class LogViewer {
  readonly #logs = new Map<string, OpenLog>();

  /** Learns that a log has grown, so that the index is there before somebody looks. */
  noteSize(path: string, size: number): void {
    const known = this.#logs.get(path);
    if (size - (known?.index.end ?? 0) < SAVE_EVERY_BYTES) return;
    // What cannot be indexed now is indexed when somebody looks, who is told why it failed.
    this.#inTurn(path, (log, file) => extend(log, file)).catch(() => undefined);
  }

  view(path: string, options: ViewOptions): Promise<LogView> {
    return this.#inTurn(path, async (log, file) => {
      await extend(log, file, options.signal);
      const found = await search(log, file, options);
      return look(log.index, { file, found, options });
    });
  }

  async #inTurn<T>(
    path: string,
    act: (log: OpenLog, file: FileHandle | undefined) => Promise<T>,
  ): Promise<T> {
    const log = touch(this.#logs, path, () => newLog(path), LOGS_KEPT);
    const turn = log.last.then(async () => {
      const file = await openIfThere(path);
      try {
        return await act(log, file);
      } finally {
        await file?.close();
      }
    });
    log.last = turn.catch(() => undefined);
    return turn;
  }
}

function newLog(path: string): OpenLog {
  return {
    path,
    index: new LogIndex(0),
    savedEnd: -1,
    searches: new Map(),
    last: Promise.resolve(),
  };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads what came since; begins anew with a log that is another than before. */
async function extend(
  log: OpenLog,
  file: FileHandle | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { size, ino } = (await file?.stat()) ?? { size: 0, ino: 0 };
  if (log.savedEnd < 0) await loadIndex(log);
  if (log.index.end > size || log.index.file !== ino) {
    log.index = new LogIndex(ino);
    log.searches.clear();
    log.savedEnd = 0;
  }
  if (file !== undefined) await readOn(log.index, { file, size, signal });
  if (log.index.end - log.savedEnd >= SAVE_EVERY_BYTES) await saveIndex(log);
}

async function readOn(
  index: LogIndex,
  {
    file,
    size,
    signal,
  }: {
    readonly file: FileHandle;
    readonly size: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  let length = READ_BYTES;
  while (index.end < size) {
    signal?.throwIfAborted();
    const taken = index.add(await readStretch(file, index.end, Math.min(length, size - index.end)));
    // A line longer than what was read wants more; without an end it is still being written.
    if (taken === 0 && index.end + length >= size) return;
    length = taken === 0 ? 2 * length : READ_BYTES;
  }
}

async function loadIndex(log: OpenLog): Promise<void> {
  const bytes = await readFile(indexPath(log.path)).catch(() => undefined);
  log.index = (bytes === undefined ? undefined : LogIndex.parse(bytes)) ?? new LogIndex(0);
  log.savedEnd = log.index.end;
}

async function saveIndex(log: OpenLog): Promise<void> {
  log.savedEnd = log.index.end;
  const path = indexPath(log.path);
  // Without it the log is only read once more, by the process after this one.
  await writeFile(`${path}.new`, log.index.render(), { mode: 0o600 })
    .then(() => rename(`${path}.new`, path))
    .catch(() => undefined);
}

function indexPath(path: string): string {
  return `${path}.index`;
}

/** Which lines hold the searched text: only what came since the last time is searched. */
async function search(
  log: OpenLog,
  file: FileHandle | undefined,
  { filter, signal }: ViewOptions,
): Promise<Found | undefined> {
  const wanted = filter.search.toLowerCase();
  if (wanted === "") return undefined;
  const found = touch(log.searches, wanted, newFound, SEARCHES_KEPT);
  const { index } = log;
  while (file !== undefined && found.lines < index.lines) {
    signal?.throwIfAborted();
    await searchSome(index, { file, found, wanted });
  }
  return found;
}

function newFound(): Found {
  return { lines: 0, hits: [], counts: { debug: 0, info: 0, warning: 0, error: 0 } };
}

/** Searches a stretch of lines that were not searched yet. */
async function searchSome(
  index: LogIndex,
  {
    file,
    found,
    wanted,
  }: { readonly file: FileHandle; readonly found: Found; readonly wanted: string },
): Promise<void> {
  const { first, start } = index.blockOf(found.lines);
  let { end } = index.blockOf(found.lines);
  let until = first + BLOCK_LINES;
  while (until < index.lines && end - start < READ_BYTES) {
    ({ end } = index.blockOf(until));
    until += BLOCK_LINES;
  }
  const bytes = await readStretch(file, start, end - start);
  findInLines(bytes, wanted, (line) => {
    const number = first + line;
    // The last block may have been searched in part, when the log was shorter.
    if (number < found.lines) return;
    found.hits.push(number);
    found.counts[LOG_LEVELS[index.gravityOf(number)] ?? "info"] += 1;
  });
  found.lines = Math.min(until, index.lines);
}

async function look(
  index: LogIndex,
  {
    file,
    found,
    options: { filter, place, limit },
  }: {
    readonly file: FileHandle | undefined;
    readonly found: Found | undefined;
    readonly options: ViewOptions;
  },
): Promise<LogView> {
  const rows = chooseLines(index, found?.hits, filter);
  const target = findTarget(index, rows, place);
  const firstRow = firstRowOf(rows.count, { place, target, limit });
  const shown = Array.from({ length: Math.min(limit, rows.count - firstRow) }, (_, row) =>
    rows.lineAt(firstRow + row),
  );
  return {
    total: index.lines,
    matching: rows.count,
    counts: { ...(found?.counts ?? index.counts) },
    firstError: index.firstError < 0 ? undefined : index.firstError + 1,
    target: target === undefined ? undefined : { line: rows.lineAt(target) + 1, row: target },
    firstRow,
    lines: file === undefined ? [] : await readLines(index, file, shown),
  };
}

function firstRowOf(
  count: number,
  {
    place,
    target,
    limit,
  }: { readonly place: LogPlace; readonly target: number | undefined; readonly limit: number },
): number {
  const last = Math.max(0, count - limit);
  if (place.kind === "row") return Math.min(place.row, count);
  if (place.kind === "end" || target === undefined) return last;
  return Math.max(0, Math.min(last, target - Math.floor(limit / 2)));
}

/** Reads single lines, each block of them once. */
async function readLines(
  index: LogIndex,
  file: FileHandle,
  lines: readonly number[],
): Promise<readonly NumberedLogLine[]> {
  const shown: NumberedLogLine[] = [];
  let block: { readonly first: number; readonly texts: readonly string[] } | undefined;
  for (const line of lines) {
    const { first, start, end } = index.blockOf(line);
    if (block?.first !== first) {
      const bytes = await readStretch(file, start, end - start);
      block = { first, texts: bytes.toString("utf8").split("\n") };
    }
    const read = parseLine(block.texts[line - first] ?? "");
    shown.push({ ...read, number: line + 1, level: levelOf(read), text: dropClock(read.text) });
  }
  return shown;
}

async function readStretch(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Takes an entry, making it where it is not there, and forgets the one that was not used for longest. */
function touch<T>(entries: Map<string, T>, key: string, make: () => T, kept: number): T {
  const entry = entries.get(key) ?? make();
  entries.delete(key);
  entries.set(key, entry);
  if (entries.size > kept) {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }
  return entry;
}
