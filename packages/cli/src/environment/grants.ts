import {
  closeSync,
  constants,
  type Dirent,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";

/** What a group may do with what is below a folder. */
export type Grant =
  /** Read what its owner may read. */
  | "read"
  /** Write everything, and whatever comes into it later. */
  | "write"
  /** Make files in the folder itself, and none of other people's go away. */
  | "add";

/** Never given: the platform's own state, and what git keeps. */
const NEVER: ReadonlySet<string> = new Set([".airloom", ".git"]);

const SET_GROUP = 0o2000;
const STICKY = 0o1000;

/** The mode that a file or folder gets so that its group may; `undefined` where it needs no change. Pure. */
export function planMode(
  {
    mode,
    gid,
    isFolder,
  }: { readonly mode: number; readonly gid: number; readonly isFolder: boolean },
  grant: Grant,
  group: number,
): number | undefined {
  const own = mode & 0o7777;
  if (grant === "read") {
    const wanted = (own >> 6) & 0o5;
    // What everybody may read needs no group.
    if ((own & wanted) === wanted) return undefined;
    const next = own | (wanted << 3);
    return gid === group && next === own ? undefined : next;
  }
  const shared = isFolder ? 0o070 | SET_GROUP : 0o060;
  const next = own | shared | (grant === "add" ? STICKY : 0);
  return gid === group && next === own ? undefined : next;
}

/**
 * Gives a group its rights on a folder and all that is in it. Links are passed over, and files with a second name: what
 * they stand for may lie elsewhere. Errors of single files are passed over too: whoever needs them will say so. Returns
 * how many had to be changed.
 */
export function grantBelow(
  dir: string,
  grant: Exclude<Grant, "add">,
  { group, skip = new Set() }: { readonly group: number; readonly skip?: ReadonlySet<string> },
): number {
  let changed = grantOne(dir, grant, group) ? 1 : 0;
  for (const entry of list(dir)) {
    if (NEVER.has(entry.name) || skip.has(entry.name)) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) changed += grantBelow(path, grant, { group, skip });
    else if (entry.isFile() && grantOne(path, grant, group)) changed += 1;
  }
  return changed;
}

/** Makes a folder, where it is missing, into which a group may write. */
export function grantFolder(dir: string, group: number): void {
  mkdirSync(dir, { recursive: true });
  grantBelow(dir, "write", { group });
}

/** Gives a group its right on one file or folder; returns whether it had to be changed. */
export function grantOne(path: string, grant: Grant, group: number): boolean {
  let handle: number | undefined;
  try {
    // Held by its handle, it is the same thing that is looked at and changed.
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(handle);
    if (!isOneThing(stat)) return false;
    const { mode, gid } = stat;
    const next = planMode({ mode, gid, isFolder: stat.isDirectory() }, grant, group);
    if (next === undefined) return false;
    if (gid !== group) fchownSync(handle, stat.uid, group);
    fchmodSync(handle, next);
    return true;
  } catch {
    // Gone meanwhile, a link, or a file system without owners.
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isOneThing(stat: Stats): boolean {
  return stat.isDirectory() || (stat.isFile() && stat.nlink === 1);
}

function list(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
