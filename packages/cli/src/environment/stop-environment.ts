import { findEnvironment, isAlive } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";
import { stopLeftDatabase } from "./database.ts";

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
  { graceMs }: { readonly graceMs: number },
): Promise<Stopped> {
  const info = findEnvironment(project);
  if (info !== undefined) await stopMain(info.pid, graceMs);
  const isDatabaseLeft = await stopLeftDatabase(project);
  if (info !== undefined) return { kind: "environment", pid: info.pid };
  return { kind: isDatabaseLeft ? "database" : "nothing" };
}

async function stopMain(pid: number, graceMs: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  if (await isGone(pid, graceMs)) return;
  process.kill(pid, "SIGKILL");
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
