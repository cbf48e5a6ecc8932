import { findEnvironment, isAlive } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";
import { stopLeftDatabase } from "./database.ts";
import { findSupervision, readSupervision, removeSupervision } from "./supervise.ts";

const POLL_MS = 25;

/** What was stopped. */
export type Stopped =
  | { readonly kind: "environment"; readonly pid: number }
  /** All that was left of an environment whose main process had been killed. */
  | { readonly kind: "database" }
  | { readonly kind: "nothing" };

/**
 * Stops the environment of a project and resolves once it is gone, its PostgreSQL included: also one that outlived a main
 * process that was killed. `graceMs` is how long running tasks may take to end before the processes are killed.
 */
export async function stopEnvironment(
  project: Project,
  { graceMs, keepDatabase = false }: { readonly graceMs: number; readonly keepDatabase?: boolean },
): Promise<Stopped> {
  const info = findEnvironment(project);
  // First of all the one that would start it again.
  const supervision = findSupervision(project);
  if (supervision !== undefined) await stopSupervisor(supervision.supervisorPid);
  // A main process that it has just started says so before it looks whether its supervisor still lives.
  const mainPid = readSupervision(project)?.mainPid;
  if (info !== undefined) await stopMain(info.pid, graceMs);
  if (supervision !== undefined && mainPid !== undefined && mainPid !== info?.pid) {
    if (isAlive(mainPid)) await stopMain(mainPid, graceMs);
  }
  removeSupervision(project);
  if (keepDatabase) return { kind: "nothing" };
  const isDatabaseLeft = await stopLeftDatabase(project);
  if (info !== undefined) return { kind: "environment", pid: info.pid };
  return { kind: isDatabaseLeft ? "database" : "nothing" };
}

async function stopSupervisor(pid: number): Promise<void> {
  signal(pid, "SIGKILL");
  await isGone(pid, 5_000);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already: that is what was wanted.
  }
}

async function stopMain(pid: number, graceMs: number): Promise<void> {
  signal(pid, "SIGTERM");
  if (await isGone(pid, graceMs)) return;
  signal(pid, "SIGKILL");
  await isGone(pid, 5_000);
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return !isAlive(pid);
}
