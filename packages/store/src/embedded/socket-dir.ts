import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { chown, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AirloomError } from "@airloom/core";
import type { Place } from "./place.ts";
import { canReach, type RunAs } from "./run-as.ts";

/** What a unix socket's address can hold, less the name of the socket itself. */
const MAX_SOCKET_DIR_BYTES = 90;

/**
 * Makes the private folder of this server's socket.
 *
 * Beside the data it could be too deep for a socket address (107 bytes), so it lies in the folder for temporary
 * files, named by the data directory.
 */
export async function openSocketDir(place: Place): Promise<string> {
  const owner = ownerOf(place.runAs);
  const name = createHash("sha256").update(`${place.dataDir}\0${owner.uid}`).digest("hex");
  const dir = join(baseFolder(place), `airloom-${name.slice(0, 16)}`);
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  // Also where it was made before and not yet given away: by another start that is under way, or was killed there.
  if (isPrivateDirOf(dir, process.getuid?.() ?? 0)) await chown(dir, owner.uid, owner.gid);
  if (!isPrivateDirOf(dir, owner.uid)) {
    throw new AirloomError(
      "database.unavailable",
      `Cannot use the socket folder "${dir}": it must be a folder of user ${owner.uid} that only this user may enter; remove it and try again`,
    );
  }
  return dir;
}

function isPrivateDirOf(dir: string, user: number): boolean {
  const { uid, mode } = lstatSync(dir);
  return uid === user && (mode & 0o170_077) === 0o040_000;
}

function baseFolder(place: Place): string {
  const candidates = [tmpdir(), "/tmp"].filter(
    (dir) => Buffer.byteLength(dir) + 32 <= MAX_SOCKET_DIR_BYTES,
  );
  if (place.runAs.kind !== "user") return candidates[0] ?? "/tmp";
  const user = place.runAs;
  return candidates.find((dir) => canReach(user, place.binaries.postgres, dir)) ?? "/tmp";
}

function ownerOf(runAs: RunAs): { readonly uid: number; readonly gid: number } {
  return runAs.kind === "user"
    ? { uid: runAs.uid, gid: runAs.gid }
    : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
