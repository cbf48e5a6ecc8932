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

/** The files of a bundle that may define Dags, relative to it, in order; ignore files are honoured. */
export async function listBundleFiles(bundleDir: string): Promise<readonly string[]> {
  const ignored = await loadIgnored(bundleDir);
  const entries = await readdir(bundleDir, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(bundleDir, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((path) => isDagFileName(path) && !ignored(path))
    .toSorted();
}

/** Those of them that speak of Dags. */
export async function listDagFiles(bundleDir: string): Promise<readonly string[]> {
  const files = await listBundleFiles(bundleDir);
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
