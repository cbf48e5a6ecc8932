import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DbtError, messageOf, type SourcePlace } from "../error.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { findErrorOffset } from "./error-offset.ts";

/** A file that may hold a hook. */
export interface HookFile {
  readonly root: string;
  readonly file: string;
}

/** A hook that failed. */
export interface FailedHook {
  /** What its key looks like: `pre-hook`, `on-run-start`. */
  readonly key: string;
  /** The hook as it was written. */
  readonly raw: string;
  /** The hook as the database got it, once it was rendered. */
  readonly sql: string | undefined;
  /** Line of the hook, from 1, that wrote the character at an offset of `sql`. */
  readonly lineAt: (offset: number) => number;
}

function readLines({ root, file }: HookFile): readonly string[] {
  try {
    return readFileSync(join(root, file), "utf8").split("\n");
  } catch {
    return [];
  }
}

/** The line of the hook's text behind its key. */
function findIn(lines: readonly string[], hook: FailedHook): number | undefined {
  const key = new RegExp(hook.key.replaceAll("-", "[-_]"), "u");
  const begin = lines.findIndex((line) => key.test(line));
  const first = hook.raw.trim().split("\n", 1)[0]?.trim() ?? "";
  if (begin === -1 || first === "") return undefined;
  const at = lines.slice(begin).findIndex((line) => line.includes(first));
  return at === -1 ? undefined : begin + at + 1;
}

/** The line of the hook, from 1, on which it failed. */
function ownLine(hook: FailedHook, error: unknown): number {
  if (hook.sql === undefined) return error instanceof DbtError ? (error.place?.line ?? 1) : 1;
  const offset = findErrorOffset(messageOf(error), hook.sql);
  return offset === undefined ? 1 : hook.lineAt(offset);
}

function placeIn(
  lines: readonly string[],
  file: string,
  hook: FailedHook,
  own: number,
): SourcePlace | undefined {
  const first = findIn(lines, hook);
  if (first === undefined) return undefined;
  const text = hook.raw.trim().split("\n")[own - 1]?.trim() ?? "";
  // A hook that YAML has folded does not have the lines of its file.
  const isThere = lines[first + own - 2]?.includes(text) === true;
  return { file, line: isThere ? first + own - 1 : first };
}

/** The error of a hook with the place at which the hook is written. */
export function placeHookError(
  error: unknown,
  hook: FailedHook,
  files: readonly HookFile[],
): unknown {
  const failure = templateFailure(error);
  if (!(failure instanceof DbtError)) return failure;
  const own = ownLine(hook, failure);
  const [place] = files.flatMap((file) => placeIn(readLines(file), file.file, hook, own) ?? []);
  const fallback = files[0] === undefined ? undefined : { file: files[0].file };
  return new DbtError(failure.kind, failure.message, {
    cause: error,
    place: place ?? fallback,
    excerpt: failure.excerpt,
  });
}
