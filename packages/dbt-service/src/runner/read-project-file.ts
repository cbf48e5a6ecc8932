import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { isInside } from "./inside.ts";

/** More than any file that configures a project; the service reads it whole. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads a file of the run's copy in the service's own process; `undefined` where there is none. */
export async function readProjectFile(codeDir: string, file: string): Promise<string | undefined> {
  const name = basename(file);
  if (!isInside(codeDir, file)) {
    throw new Error(`Cannot use "${name}": it is a link out of the repository`);
  }
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new Error(`Cannot use "${name}": it is no file`);
  if (found.size > MAX_BYTES) {
    throw new Error(`Cannot use "${name}": its ${found.size} bytes are more than ${MAX_BYTES}`);
  }
  return readFile(file, "utf8");
}
