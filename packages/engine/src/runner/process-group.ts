import { readdir, readFile } from "node:fs/promises";
import { TAG_VARIABLE } from "./process-env.ts";

/** Signals a process group. A group that is gone already is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/**
 * Kills every process that carries one of the tags in its environment, wherever it moved to: processes that left
 * their group with `setsid` keep their environment. Best effort, Linux only.
 */
export async function killTagged(tags: ReadonlySet<string>): Promise<void> {
  if (process.platform !== "linux" || tags.size === 0) return;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
  await Promise.all(pids.map((pid) => killIfTagged(Number(pid), tags)));
}

async function killIfTagged(pid: number, tags: ReadonlySet<string>): Promise<void> {
  if (pid === process.pid) return;
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  const prefix = `${TAG_VARIABLE}=`;
  const tag = environment.split("\0").find((entry) => entry.startsWith(prefix));
  if (tag === undefined || !tags.has(tag.slice(prefix.length))) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

// EPERM: the number already belongs to a process of somebody else.
function isGone(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM")
  );
}

/** Says whether any process of the group is left. */
export function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
