import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";

/**
 * The content of a file that is made at the first start and never changes.
 *
 * Contract: of several that make it at once all get the same content, and a kill or a loss of power at any moment leaves
 * the whole file or none. Only its owner may read it.
 */
export async function makeOnce(file: string, content: string | Uint8Array): Promise<Buffer> {
  const found = await readFile(file).catch(() => undefined);
  if (found !== undefined) return found;
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, content, { mode: 0o600, flush: true });
  try {
    await link(temporary, file);
  } catch (error) {
    const isMadeByAnother = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!isMadeByAnother) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(file);
}
