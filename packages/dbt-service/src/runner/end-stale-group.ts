import { readFile } from "node:fs/promises";

/**
 * Ends a process group an earlier life of the service left behind. Its environment must name the run: the number
 * may belong to somebody else by now.
 */
export async function endStaleGroup(processGroup: number, runId: number): Promise<boolean> {
  const environment = await readEnvironment(processGroup);
  if (!environment.includes(`DBT_CLOUD_RUN_ID=${runId}`)) return false;
  try {
    process.kill(-processGroup, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

async function readEnvironment(pid: number): Promise<readonly string[]> {
  try {
    return (await readFile(`/proc/${pid}/environ`, "utf8")).split("\u0000");
  } catch {
    // No such process, or a system without /proc, where children end by losing their parent alone.
    return [];
  }
}
