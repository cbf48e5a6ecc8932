import { type Dirent, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function walk(folder: string, found: string[]): void {
  for (const entry of entriesOf(folder)) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path, found);
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
}

/** A folder with files, some of which do not count. */
interface FileTree {
  readonly root: string;
  /** Whether a file, by its `/`-separated path from the root, is left out. */
  isIgnored(path: string): boolean;
}

/** Files below the given folders of a project with one of the extensions, as `/`-separated paths from its root. */
export function walkFiles(
  tree: FileTree,
  folders: readonly string[],
  extensions: readonly string[],
): readonly string[] {
  const { root } = tree;
  const found: string[] = [];
  for (const folder of new Set(folders)) walk(join(root, folder), found);
  return found
    .map((path) => relative(root, path).split(sep).join("/"))
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .filter((path) => !tree.isIgnored(path))
    .toSorted();
}
