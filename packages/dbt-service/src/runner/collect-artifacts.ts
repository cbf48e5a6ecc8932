import { readdir, rm, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isInside } from "./inside.ts";

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_FILES = 20_000;

/** Artifacts that tell of one command alone: what an earlier step left must not pass for a later one's. */
const OF_ONE_COMMAND = ["run_results.json", "sources.json"];

/** Removes what an earlier step reported, before the next one starts. */
export async function clearResults(targetDir: string, codeDir: string): Promise<void> {
  if (!isInside(codeDir, targetDir)) return;
  await Promise.all(OF_ONE_COMMAND.map((name) => rm(join(targetDir, name), { force: true })));
}

/**
 * Files below `target/` with the paths the API knows them by. Links are left out: they may lead anywhere; so may
 * `target/` itself, when it is one.
 */
export async function listArtifacts(
  targetDir: string,
  codeDir: string,
): Promise<readonly { readonly path: string; readonly source: string }[]> {
  if (!isInside(codeDir, targetDir)) return [];
  const entries = await readEntries(targetDir);
  const files = entries.filter((entry) => entry.isFile()).slice(0, MAX_FILES);
  const found = await Promise.all(
    files.map(async (entry) => {
      const source = join(entry.parentPath, entry.name);
      const { size } = await stat(source);
      const path = relative(targetDir, source).split(sep).join("/");
      return size > MAX_BYTES ? [] : [{ path, source }];
    }),
  );
  return found.flat().toSorted((a, b) => a.path.localeCompare(b.path));
}

async function readEntries(folder: string): Promise<
  readonly {
    readonly name: string;
    readonly parentPath: string;
    isFile(): boolean;
  }[]
> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch {
    // A command that stopped early leaves no target folder.
    return [];
  }
}
