import { type EnvironmentInfo, findEnvironment, isAlive } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";

const POLL_MS = 25;

/**
 * Stops the environment of a project and resolves with what was running once it is gone, or with `undefined` when
 * nothing ran. `graceMs` is how long running tasks may take to end before the processes are killed.
 */
export async function stopEnvironment(
  project: Project,
  { graceMs }: { readonly graceMs: number },
): Promise<EnvironmentInfo | undefined> {
  const info = findEnvironment(project);
  if (info === undefined) return undefined;
  process.kill(info.pid, "SIGTERM");
  if (!(await isGone(info.pid, graceMs))) {
    process.kill(info.pid, "SIGKILL");
    await isGone(info.pid, 5_000);
  }
  return info;
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return !isAlive(pid);
}
