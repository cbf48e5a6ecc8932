import { type Dirent, readdirSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { DbtError } from "../error.ts";
import { type Cage, followLinks, isInside, isOpen } from "./cage.ts";

/** Where the files of a project may lie: in its own folder, and where somebody else than the project says. */
export interface Bounds {
  /** The project's folder, behind all links. */
  readonly root: string;
  isOpen(path: string): boolean;
  /** The same with one more folder; a step has none to add. */
  widen?(folder: string): Bounds;
  /** What would open another folder. */
  readonly hint: string;
}

/** Folders that a person names for `dbt` in a terminal, separated as in `PATH`. */
export const FOLDERS_VARIABLE = "AIRLOOM_DBT_FOLDERS";

/** Bounds of a step: those of its cage. What the job service laid out is open to the engine too. */
export function boundsOfStep(root: string, cage: Cage): Bounds {
  return {
    root: followLinks(root),
    isOpen: (path) => isOpen(cage, path),
    hint: 'name the folder in "dbtFolders" of airloom.config.json to allow it',
  };
}

/** Bounds of a person's command: the project, and what the person names. The project itself cannot widen them. */
export function boundsOfPerson(root: string, named: readonly string[]): Bounds {
  const folders = [root, ...named].map(followLinks);
  return {
    root: followLinks(root),
    isOpen: (path) => folders.some((folder) => isInside(folder, path)),
    widen: (folder) => boundsOfPerson(root, [...named, folder]),
    hint: `name the folder in ${FOLDERS_VARIABLE} to allow it`,
  };
}

/** Resolves a path that a project names; refuses one that leads out of its bounds, also by a link. */
export function holdPath(bounds: Bounds, path: string, what: string): string {
  const full = isAbsolute(path) ? path : join(bounds.root, path);
  const real = followLinks(full);
  if (bounds.isOpen(real)) return full;
  throw new DbtError(
    "Runtime",
    `Cannot use ${what} "${path}": it leads out of the project, to ${real}; ${bounds.hint}`,
  );
}

/** Refuses the first link below a folder that leads out of the bounds, or to what is neither file nor folder. */
export function holdLinks(bounds: Bounds, folder: string): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) holdLink(bounds, path);
    else if (entry.isDirectory() && entry.name !== ".git") holdLinks(bounds, path);
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // No such folder, or one that may not be read: nobody reads from it then.
    return [];
  }
}

function holdLink(bounds: Bounds, path: string): void {
  const file = relative(bounds.root, followLinks(join(path, "..")))
    .concat("/", path.split(/[\\/]/u).at(-1) ?? "")
    .replace(/^\//u, "");
  const target = followLinks(path);
  const place = { file, line: 1 };
  if (!bounds.isOpen(target)) {
    throw new DbtError(
      "Runtime",
      `Cannot use "${file}": it is a symbolic link out of the project, to ${target}; ${bounds.hint}`,
      { place },
    );
  }
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || status.isFile() || status.isDirectory()) return;
  throw new DbtError("Runtime", `Cannot use "${file}": it leads to no file and no folder`, {
    place,
  });
}
