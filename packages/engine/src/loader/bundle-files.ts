import { readdir, readFile } from "node:fs/promises";
import { join, matchesGlob, relative, sep } from "node:path";

const DAG_FILE = /\.(?:ts|mts|js|mjs)$/u;
const NEVER =
  /(?:^|\/)(?:node_modules|\.[^/]+|__tests__|dist)(?:\/|$)|\.d\.m?ts$|\.(?:test|spec)\.m?[jt]s$/u;
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** Says whether a path relative to the bundle may be a Dag file. */
export function isDagFileName(path: string): boolean {
  return DAG_FILE.test(path) && !NEVER.test(path);
}

/** Says whether a file speaks of Dags at all: others are helpers, which are imported only by Dag files. */
export function mentionsDag(source: string): boolean {
  return source.length <= MAX_FILE_BYTES && /dag/iu.test(source);
}

/** What is found in a bundle. */
export interface Listing {
  /** Those that may define Dags, relative to the bundle, in order; ignore files are honoured. */
  readonly files: readonly string[];
  /** Folders that are there and that we may not list, as absolute paths. */
  readonly closed: readonly string[];
}

/** Looks through a bundle. A folder that we may not list hides its own files, and no others. */
export async function listBundle(bundleDir: string): Promise<Listing> {
  const ignored = await loadIgnored(bundleDir);
  const closed: string[] = [];
  const found = await walk(bundleDir, closed);
  const files = found
    .map((path) => relative(bundleDir, path).replaceAll(sep, "/"))
    .filter((path) => isDagFileName(path) && !ignored(path))
    .toSorted();
  return { files, closed };
}

/** Whether somebody may not do what the error is about. */
export function isClosedError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EACCES";
}

async function walk(dir: string, closed: string[]): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (isClosedError(error)) closed.push(dir);
    return [];
  });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return NEVER.test(entry.name) ? [] : walk(path, closed);
      return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
    }),
  );
  return found.flat();
}

/** Those of them that speak of Dags. */
export async function listDagFiles(bundleDir: string): Promise<readonly string[]> {
  const { files } = await listBundle(bundleDir);
  const sources = await Promise.all(
    files.map((file) => readFile(join(bundleDir, file), "utf8").catch(() => "")),
  );
  return files.filter((_, index) => mentionsDag(sources[index] ?? ""));
}

async function loadIgnored(bundleDir: string): Promise<(path: string) => boolean> {
  const texts = await Promise.all(
    [".airloomignore", ".airflowignore"].map((name) =>
      readFile(join(bundleDir, name), "utf8").catch(() => ""),
    ),
  );
  const patterns = texts
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/^\/|\/$/gu, ""));
  return (path) =>
    patterns.some((pattern) =>
      [pattern, `**/${pattern}`, `${pattern}/**`, `**/${pattern}/**`].some((glob) =>
        matchesGlob(path, glob),
      ),
    );
}
