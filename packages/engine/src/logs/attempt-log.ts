import { stripVTControlCharacters } from "node:util";
import type {
  LiveEvents,
  LogKey,
  LogLine,
  LogStore,
  SecretMask,
  TaskInstance,
} from "@airloom/core";

/** Writes the log of one attempt: makes lines of what comes in pieces, masks them, keeps their order. */
export interface AttemptLog {
  /** Adds a piece of a stream; its lines are written when they are whole, so that no secret is split over two. */
  write(source: LogLine["source"], level: LogLine["level"], piece: string): void;
  /** Adds whole lines. */
  say(source: LogLine["source"], level: LogLine["level"], text: string): void;
  /** Writes what is not a whole line yet. Resolves when all is written, or could not be. */
  end(): Promise<void>;
}

/** What `openAttemptLog` needs. */
export interface AttemptLogOptions {
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly mask: SecretMask;
}

const MAX_LINE_LENGTH = 64 * 1024;
/**
 * Whatever begins a new line for somebody who looks at the text, in a terminal, an editor or a page: what stands behind
 * it would pass for a line of its own, whose time, level and source nobody gave it.
 */
const BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
/** Lines that come together are written together. */
const GATHER_MS = 20;

export function logKeyOf(taskInstance: TaskInstance): LogKey {
  const { dagId, runId, taskId, mapIndex, tryNumber } = taskInstance;
  return { dagId, runId, taskId, mapIndex, tryNumber };
}

/** Opens the log of an attempt. */
export function openAttemptLog(key: LogKey, options: AttemptLogOptions): AttemptLog {
  const { logs, events, mask } = options;
  const partial = new Map<string, { level: LogLine["level"]; text: string }>();
  let lines: LogLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  let written: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const ready = lines;
    lines = [];
    // A log that cannot be written must not fail the task: what is lost is told where logs are operated.
    const append = logs.append(key, ready).catch(() => undefined);
    written = written.then(() => append);
    events.publish({ kind: "log", ...key });
  };
  const add = (source: string, level: LogLine["level"], text: string): void => {
    lines.push({ at: new Date().toISOString(), level, source, text: maskLine(mask, text) });
    if (lines.length >= 1_000) flush();
    else timer ??= setTimeout(flush, GATHER_MS);
  };
  return {
    write(source, level, piece) {
      const text = (partial.get(source)?.text ?? "") + piece;
      // A return at the end may be half of a line's end.
      const held = text.endsWith("\r") ? "\r" : "";
      const whole = text.slice(0, text.length - held.length).split(BREAK);
      const rest = (whole.pop() ?? "") + held;
      for (const line of whole) add(source, level, line);
      // A line without end is written in pieces, none of which ends within a secret.
      const cut = rest.length > MAX_LINE_LENGTH ? mask.findCut(rest) : 0;
      if (cut > 0) add(source, level, rest.slice(0, cut));
      if (rest.length === cut) partial.delete(source);
      else partial.set(source, { level, text: rest.slice(cut) });
    },
    say(source, level, text) {
      for (const line of mask.mask(text).split(BREAK)) add(source, level, line);
    },
    async end() {
      for (const [source, { level, text }] of partial) add(source, level, text.replace(/\r$/u, ""));
      partial.clear();
      flush();
      await written;
    },
  };
}

// Colours inside of a secret would hide it from the mask, and whoever shows the line takes them out.
function maskLine(mask: SecretMask, text: string): string {
  const masked = mask.mask(text);
  if (!text.includes("\u001b") && !text.includes("\u009b")) return masked;
  const hidden = mask.mask(stripVTControlCharacters(text));
  return stripVTControlCharacters(masked) === hidden ? masked : hidden;
}
