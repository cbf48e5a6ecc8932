import { execFile } from "node:child_process";
import { cp, mkdir, rm, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { followLinks, isInside } from "./inside.ts";

const run = promisify(execFile);
const NOT_COPIED = new Set([".airloom", ".git", ".venv", "logs", "node_modules", "target"]);
const IS_ENVIRONMENT_FILE = /^\.env(?:\.|$)/u;
const IS_ADDRESS = /^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/u;

/** Where the code of a run comes from. */
export interface CodeSource {
  /** A folder on disk or the address of a git repository. */
  readonly remoteUrl: string;
  readonly branch: string | null;
  readonly sha: string | null;
  /** Folders on this machine that projects may come from. */
  readonly sources: readonly string[];
  /** What is never copied, wherever it lies. */
  readonly privatePaths: readonly string[];
}

/** What a clone found out about the code. */
export interface ClonedCode {
  readonly sha: string | null;
  readonly branch: string | null;
}

/** Takes a clean copy of the project into `into`, which is emptied first. */
export async function cloneProject(source: CodeSource, into: string): Promise<ClonedCode> {
  checkSource(source);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  const isFolder = !IS_ADDRESS.test(source.remoteUrl);
  if (isFolder && source.branch === null && source.sha === null) {
    return copyFolder(source, into);
  }
  return cloneRepository(source, into);
}

/** True for the address of a repository, false for a folder on disk. */
export function isRepositoryAddress(remoteUrl: string): boolean {
  return IS_ADDRESS.test(remoteUrl);
}

// An address is a matter of the network; a folder of this machine may hold anything.
function checkSource(source: CodeSource): void {
  const { remoteUrl } = source;
  const isFile = remoteUrl.startsWith("file:");
  if (isRepositoryAddress(remoteUrl) && !isFile) return;
  const folder = isFile ? fileURLToPath(remoteUrl) : remoteUrl;
  const isOpen = source.sources.some((open) => {
    const closed = source.privatePaths.filter((path) => isInside(open, path));
    return isInside(open, folder) && !closed.some((path) => isInside(path, folder));
  });
  if (isOpen) return;
  throw new Error(
    `Cannot copy the project from "${remoteUrl}": it is no folder that jobs may use; name it in "dbtFolders" of airloom.config.json to allow it`,
  );
}

async function copyFolder(source: CodeSource, into: string): Promise<ClonedCode> {
  const folder = source.remoteUrl;
  const real = followLinks(folder);
  const isCopied = (path: string): boolean =>
    !NOT_COPIED.has(basename(path)) &&
    !IS_ENVIRONMENT_FILE.test(basename(path)) &&
    !source.privatePaths.includes(path);
  if (!(await isFolder(folder))) {
    throw new Error(`Cannot copy the project: there is no folder "${folder}"`);
  }
  await cp(folder, into, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => relative(folder, path) === "" || isCopied(join(real, relative(folder, path))),
  });
  return readHead(folder);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function cloneRepository(source: CodeSource, into: string): Promise<ClonedCode> {
  checkRevision(source);
  const branch = source.branch === null ? [] : ["--branch", source.branch];
  await git([
    "clone",
    "--quiet",
    "--no-recurse-submodules",
    ...branch,
    "--",
    source.remoteUrl,
    into,
  ]);
  if (source.sha !== null)
    await git(["-C", into, "checkout", "--quiet", "--detach", source.sha, "--"]);
  return readHead(into);
}

// What begins with a dash would be an option to git.
function checkRevision(source: CodeSource): void {
  if (source.branch !== null && !/^[\w][\w./-]{0,249}$/u.test(source.branch)) {
    throw new Error(`Cannot clone the project: "${source.branch}" is no name of a branch`);
  }
  if (source.sha !== null && !/^[0-9a-f]{4,64}$/u.test(source.sha)) {
    throw new Error(`Cannot clone the project: "${source.sha}" is no commit id`);
  }
}

async function readHead(folder: string): Promise<ClonedCode> {
  if (!(await isFolder(join(folder, ".git")))) return { sha: null, branch: null };
  try {
    const sha = await git(["-C", folder, "rev-parse", "HEAD"]);
    const branch = await git(["-C", folder, "rev-parse", "--abbrev-ref", "HEAD"]);
    return { sha, branch: branch === "HEAD" ? null : branch };
  } catch {
    // A repository without a commit, or no git on this machine: the code is there all the same.
    return { sha: null, branch: null };
  }
}

// A repository is other people's input: no hooks, no transport that runs commands, no questions.
async function git(args: readonly string[]): Promise<string> {
  const { stdout } = await run(
    "git",
    ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", ...args],
    {
      timeout: 300_000,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? "",
        GIT_TERMINAL_PROMPT: "0",
      },
    },
  );
  return stdout.trim();
}
