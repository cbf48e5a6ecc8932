import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a running server wrote about itself into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  readonly listensOnTcp: boolean;
  readonly isReady: boolean;
}

/** Reads `postmaster.pid`; `undefined` where there is none or it is still being written. */
export function findPostmaster(dataDir: string): Postmaster | undefined {
  const lines = readLines(join(dataDir, "postmaster.pid"));
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  const socketDir = lines[4];
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port)) return undefined;
  if (socketDir === undefined) return undefined;
  return {
    pid,
    port,
    socketDir,
    listensOnTcp: (lines[5] ?? "").trim() !== "",
    isReady: (lines[7] ?? "").trim() === "ready",
  };
}

/** What the live server of a data directory wrote about itself. */
export function findLivePostmaster(dataDir: string): Postmaster | undefined {
  const found = findPostmaster(dataDir);
  return found !== undefined && isServerAlive(found.pid, dataDir) ? found : undefined;
}

/**
 * True when the process of `postmaster.pid` is a live server of this data directory.
 *
 * After a reboot or in a new container the same number may belong to a stranger.
 */
export function isServerAlive(pid: number, dataDir: string): boolean {
  if (!isProcessAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    // Compared as the thing it is: in a mount namespace of its own a server's folder goes by another name.
    const [at, wanted] = [statSync(`/proc/${pid}/cwd`), statSync(dataDir)];
    return at.dev === wanted.dev && at.ino === wanted.ino;
  } catch {
    // Another user's process hides its folder: trust the number rather than start a second server.
    return isProcessAlive(pid);
  }
}

/** True while the process exists and has not ended; a zombie has ended. */
export function isProcessAlive(pid: number): boolean {
  // To a signal, zero means the caller's own group. What is no number at all belongs to nobody either.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const stat = readLines(`/proc/${pid}/stat`)[0];
  // The name in parentheses may itself contain any character, so the state is read after the last one.
  return stat === undefined || !/\) [ZX] [^)]*$/u.test(stat);
}

/**
 * Removes what a server that is gone left behind: `postmaster.pid`, and its socket with that one's lock.
 *
 * PostgreSQL does so itself where the process number is free. It is not where a stranger has it by now, nor where nobody
 * collects dead processes, as in many containers.
 */
export function removeLeftovers(dataDir: string, socket: string): void {
  const isHeld = (lockFile: string): boolean =>
    isServerAlive(Number(readLines(lockFile)[0]), dataDir);
  const pidFile = join(dataDir, "postmaster.pid");
  if (!isHeld(pidFile)) rmSync(pidFile, { force: true });
  if (isHeld(`${socket}.lock`)) return;
  for (const file of [socket, `${socket}.lock`]) rmSync(file, { force: true });
}

function readLines(file: string): readonly string[] {
  try {
    return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  } catch {
    return [];
  }
}
