import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { getRunFolders, type RunnerPorts } from "./run-context.ts";

/** Removes what a run worked with: its profile holds passwords, and its copy of the code is needed by nobody any more. */
export async function removeRunFolder(
  { dataDir, logger }: Pick<RunnerPorts, "dataDir" | "logger">,
  runId: number,
): Promise<void> {
  try {
    await rm(getRunFolders(dataDir, runId).root, { recursive: true, force: true });
  } catch (error) {
    // The run has ended all the same; the next start of the service tries again.
    logger.warn("Cannot remove the folder of a run", { run: runId, error: String(error) });
  }
}

/** Removes the folders of runs that are over: of an earlier version, or of a life that ended between the two. */
export async function removeLeftFolders(ports: RunnerPorts): Promise<void> {
  const names = await readdir(join(ports.dataDir, "runs")).catch(() => []);
  const ids = names.filter((name) => /^\d{1,9}$/u.test(name)).map(Number);
  if (ids.length === 0) return;
  const open = new Set(await ports.queue.listOpen(ids));
  for (const id of ids) if (!open.has(id)) await removeRunFolder(ports, id);
}
