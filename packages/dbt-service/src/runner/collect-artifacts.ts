import { readdir, rm, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isInside } from "./inside.ts";

/** The largest artifact that is kept. */
export const MAX_ARTIFACT_BYTES = 256 * 1024 * 1024;
const MAX_FILES = 20_000;

/** Artifacts that tell of one command alone: what an earlier step left must not pass for a later one's. */
const OF_ONE_COMMAND = ["run_results.json", "sources.json"];

/** Removes what an earlier step reported, before the next one starts. */
export async function clearResults(targetDir: string, codeDir: string): Promise<void> {
  if (!isInside(codeDir, targetDir)) return;
  await Promise.all(OF_ONE_COMMAND.map((name) => rm(join(targetDir, name), { force: true })));
}

/** One file that a step left behind: the path the API knows it by, and where it is. */
export interface LeftFile {
  readonly path: string;
  readonly source: string;
}

/** What a step left behind: what is kept of it, and a line about each kind of thing that is not. */
export interface Collected {
  readonly files: readonly LeftFile[];
  readonly dropped: readonly string[];
}

/**
 * Files below `target/`. Links are left out: they may lead anywhere; so may `target/` itself, when it is one.
 */
export async function listArtifacts(
  targetDir: string,
  codeDir: string,
  limits: { readonly files: number; readonly bytes: number } = {
    files: MAX_FILES,
    bytes: MAX_ARTIFACT_BYTES,
  },
): Promise<Collected> {
  if (!isInside(codeDir, targetDir)) return { files: [], dropped: [] };
  const entries = (await readEntries(targetDir)).filter((entry) => entry.isFile());
  const found = entries.map((entry) => {
    const source = join(entry.parentPath, entry.name);
    return { path: relative(targetDir, source).split(sep).join("/"), source };
  });
  // What dbt reports stands at the top; where there is too much, it is what a run compiled that goes.
  const ordered = found.toSorted((a, b) => depthOf(a) - depthOf(b) || compare(a.path, b.path));
  const kept: LeftFile[] = [];
  const dropped: string[] = [];
  for (const file of ordered.slice(0, limits.files)) {
    const { size } = await stat(file.source);
    if (size <= limits.bytes) kept.push(file);
    else dropped.push(describeLarge(file.path, size, limits.bytes));
  }
  if (ordered.length > limits.files) {
    dropped.push(
      `Cannot keep ${ordered.length - limits.files} of ${ordered.length} files in target/, from "${ordered[limits.files]?.path}" on: a step keeps ${limits.files} at most`,
    );
  }
  return { files: kept.toSorted((a, b) => compare(a.path, b.path)), dropped };
}

function describeLarge(path: string, size: number, limit: number): string {
  return `Cannot keep the artifact "${path}": its ${size} bytes are more than ${limit}`;
}

function depthOf({ path }: LeftFile): number {
  return path.split("/").length;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
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
