import { constants } from "node:fs";
import { chmod, lchown, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Gives a folder of ours with everything in it to the user that dbt runs as. Nobody else may enter it, and that user
 * reaches it through folders that it can neither list nor write.
 */
export async function giveFolder(
  folder: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const parent = dirname(folder);
  await chmod(parent, 0o711);
  await chmod(dirname(parent), 0o711);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await giveFile(path, { uid, gid });
    // A link is given as what it is: where it leads stays whose it was.
    else await lchown(path, uid, gid);
  }
  await lchown(folder, uid, gid);
  await chmod(folder, 0o700);
}

/** What has a second name may be a file of somebody else. */
async function giveFile(
  path: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { nlink, uid: owner } = await handle.stat();
    if (nlink === 1 && owner !== uid) await handle.chown(uid, gid);
  } finally {
    await handle.close();
  }
}
