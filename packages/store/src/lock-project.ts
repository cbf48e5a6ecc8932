import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AirloomError } from "@airloom/core";

/** An exclusive hold on one project directory. */
export interface ProjectLock {
  close(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly since: string;
}

/**
 * Takes the one lock of a project directory (`.airloom/lock` in it).
 *
 * Contract: rejects with `database.locked`, naming pid and start of the holder, while another process holds it;
 * the kernel gives the lock back when its holder dies, however it dies.
 */
export async function lockProject(projectDir: string): Promise<ProjectLock> {
  const dir = resolve(projectDir);
  const stateDir = join(dir, ".airloom");
  const holderFile = join(stateDir, "lock.json");
  mkdirSync(stateDir, { recursive: true });

  const file = openLockFile(join(stateDir, "lock"));
  if (file === undefined) throw lockedError(dir, findHolder(holderFile));
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`);
  return {
    close: async () => {
      if (file.isOpen) file.close();
    },
  };
}

// Node has no call for file locks. SQLite has one on every platform, and an open write transaction holds it:
// the file itself stays empty.
function openLockFile(path: string): DatabaseSync | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("begin exclusive");
    return file;
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function findHolder(path: string): Holder | undefined {
  try {
    const holder: Holder = JSON.parse(readFileSync(path, "utf8"));
    return holder;
  } catch {
    // The holder has the lock but has not yet written who it is.
    return undefined;
  }
}

function lockedError(dir: string, holder: Holder | undefined): AirloomError {
  const who =
    holder === undefined ? "another process" : `process ${holder.pid} since ${holder.since}`;
  return new AirloomError(
    "database.locked",
    `Cannot open project "${dir}": ${who} has it open; stop it with "airloom dev stop"`,
    { details: { dir, pid: holder?.pid ?? null, since: holder?.since ?? null } },
  );
}
