import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isJsonObject, textsOf } from "../json.ts";
import { CAGE_VARIABLE } from "./cage-variable.ts";

/** What the step of a job may touch. Without a cage dbt has the rights of whoever started it. */
export interface Cage {
  /** The run's copy of the repository; read and written. */
  readonly root: string;
  /** What the environment names besides; read and written. */
  readonly folders: readonly string[];
  /** What the job service laid out for this run, for the engine alone: the profile, the state to resume from. */
  readonly given: readonly string[];
  /** A database file may lie in these, at any depth. */
  readonly databaseFolders: readonly string[];
  /** A database file may lie directly in these. */
  readonly sharedDatabaseFolders: readonly string[];
  /** Closed whatever else is open: where the platform keeps its keys. */
  readonly privateFolders: readonly string[];
  /** Extensions of DuckDB that may be installed and loaded. */
  readonly extensions: readonly string[];
  /** What the whole step may take of memory. */
  readonly memoryMb: number;
}

/** Reads what the job service hands over. */
export function parseCage(text: string): Cage {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value) || typeof value["root"] !== "string") {
    throw new Error(`Cannot read ${CAGE_VARIABLE}: expected an object with a root`);
  }
  const folders = (key: string): readonly string[] =>
    textsOf(value[key]).map((folder) => (folder.includes("://") ? folder : followLinks(folder)));
  return {
    root: followLinks(value["root"]),
    folders: folders("folders"),
    given: folders("given"),
    databaseFolders: folders("databaseFolders"),
    sharedDatabaseFolders: folders("sharedDatabaseFolders"),
    privateFolders: folders("privateFolders"),
    extensions: textsOf(value["extensions"]),
    memoryMb: Number(value["memoryMb"]),
  };
}

/** Where a path leads when every link in it is followed; what does not exist yet counts as it is written. */
export function followLinks(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(followLinks(parent), basename(full));
  }
}

/** Whether a path is a folder itself or lies below it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

// A folder inside a closed one was opened on purpose; a closed one inside an open folder stays closed.
function isIn(cage: Cage, folders: readonly string[], path: string): boolean {
  return folders.some((folder) => {
    const closed = cage.privateFolders.filter((each) => isInside(folder, each));
    return isInside(folder, path) && !closed.some((each) => isInside(each, path));
  });
}

/** Whether a path is in one of the folders that a step may read and write. */
export function isOpen(cage: Cage, path: string): boolean {
  return isIn(cage, [cage.root, ...cage.folders], path);
}

/** Whether the database file of a profile may lie there. */
export function mayHoldDatabase(cage: Cage, path: string): boolean {
  return (
    isOpen(cage, path) ||
    isIn(cage, cage.databaseFolders, path) ||
    cage.sharedDatabaseFolders.includes(dirname(path))
  );
}
