import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";

/** As whom the server runs: PostgreSQL refuses to run as root. */
export type RunAs =
  | { readonly kind: "self" }
  | { readonly kind: "user"; readonly uid: number; readonly gid: number }
  /** A user namespace without a mapping: files stay root's, but the process does not see itself as root. */
  | { readonly kind: "namespace" };

/** One program call, ready for `spawn`. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65_534;

// Whoever has little on the PATH may have it all the same.
const UNSHARE = ["/usr/bin/unshare", "/bin/unshare"].find((file) => existsSync(file)) ?? "unshare";

/** Puts a program call into the words of `spawn` for the given user. */
export function commandAs(runAs: RunAs, file: string, args: readonly string[]): Command {
  switch (runAs.kind) {
    case "self":
      return { file, args };
    case "user":
      return { file, args, uid: runAs.uid, gid: runAs.gid };
    case "namespace":
      return { file: UNSHARE, args: ["--user", file, ...args] };
  }
}

/** Which user a new data directory below `parentDir` would belong to when root starts the server. */
export function planOwner(parentDir: string): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = statSync(nearestFolder(parentDir));
  return uid !== 0 && hasPasswdEntry(uid) ? { uid, gid } : { uid: NOBODY, gid: NOBODY };
}

/** True when that user can run the binary and enter the folder. */
export function canReach(
  user: { readonly uid: number; readonly gid: number },
  binary: string,
  dir: string,
): boolean {
  const probe = 'cd "$1" && exec "$2" --version';
  return succeeds({
    file: "/bin/sh",
    args: ["-c", probe, "sh", nearestFolder(dir), binary],
    ...user,
  });
}

/** True when that user can enter the folder, or the nearest one above it that is there. */
export function canEnter(
  user: { readonly uid: number; readonly gid: number },
  dir: string,
): boolean {
  return succeeds({ file: "/bin/sh", args: ["-c", 'cd "$1"', "sh", nearestFolder(dir)], ...user });
}

/** True when this machine lets us run the binary in a user namespace of its own. */
export function canUseNamespace(binary: string): boolean {
  return succeeds(commandAs({ kind: "namespace" }, binary, ["--version"]));
}

/** Who owns the cluster in this folder; `undefined` where there is none yet. */
export function findClusterOwner(
  dataDir: string,
): { readonly uid: number; readonly gid: number } | undefined {
  if (!existsSync(join(dataDir, "PG_VERSION"))) return undefined;
  const { uid, gid } = statSync(dataDir);
  return { uid, gid };
}

function succeeds(command: Command): boolean {
  const { file, args, ...user } = command;
  return spawnSync(file, [...args], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}

function nearestFolder(dir: string): string {
  return existsSync(dir) ? dir : nearestFolder(dirname(dir));
}

/** Whether this machine has a name for us. initdb looks its user up by number and gives up where there is none. */
export function isNamed(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

function hasPasswdEntry(uid: number): boolean {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .some((line) => line.split(":")[2] === String(uid));
}
