import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

// The engine has the same in its cage: it runs as a process of its own and shares no code with the service.
/** Where a path leads when every link in it is followed; what does not exist counts as it is written. */
export function followLinks(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(followLinks(parent), basename(full));
  }
}

/** Whether a path, behind its links, is a folder itself or lies below it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(followLinks(folder), followLinks(path));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
