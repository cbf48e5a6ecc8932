import { totalmem } from "node:os";
import { join } from "node:path";
import type { StepCage } from "../options.ts";
import { followLinks, isInside } from "./inside.ts";
import { getOriginalDir } from "./original-dir.ts";
import type { StepJob } from "./step-job.ts";

/** What one step may use of the machine; more ends it. */
export interface StepLimits {
  /** Seconds of processor time, of all its threads together. */
  readonly cpuSeconds: number;
  /** Seconds from its start to its end. */
  readonly wallSeconds: number;
  readonly memoryMb: number;
  /** What it prints, and what it leaves in the run's copy of the project. */
  readonly outputMb: number;
}

/** The cage of a service's steps with its defaults filled in. */
export interface OpenStepCage {
  readonly folders: readonly string[];
  readonly environmentDirs: readonly string[];
  readonly privatePaths: readonly string[];
  readonly extensions: readonly string[];
  readonly limits: StepLimits;
}

const HOURS = 3_600;

/** Fills in what the options leave out; refuses a folder that would open what must stay closed. */
export function openStepCage(given: StepCage, dataDir: string): OpenStepCage {
  const privatePaths = [dataDir, ...(given.privatePaths ?? [])].map(followLinks);
  // An address of storage is no folder of this machine.
  const folders = (given.folders ?? []).map((folder) =>
    folder.includes("://") ? folder : followLinks(folder),
  );
  for (const folder of folders) {
    const closed = privatePaths.find((path) => isInside(folder, path) || isInside(path, folder));
    if (closed === undefined) continue;
    throw new Error(
      `Cannot open the folder "${folder}" to dbt steps: "${closed}" must stay closed; name a folder that neither holds it nor lies in it`,
    );
  }
  return {
    folders,
    privatePaths,
    environmentDirs: given.environmentDirs ?? [],
    extensions: given.extensions ?? [],
    limits: {
      cpuSeconds: 4 * HOURS,
      wallSeconds: 24 * HOURS,
      memoryMb: Math.floor(totalmem() / 2 / 1024 ** 2),
      outputMb: 1_024,
      ...given.limits,
    },
  };
}

/** The cage of one step, as our dbt reads it from its environment. */
export function renderCage(cage: OpenStepCage, dataDir: string, job: StepJob): string {
  return JSON.stringify({
    root: job.folders.code,
    folders: cage.folders,
    given: [job.folders.profiles, job.folders.state],
    databaseFolders: [
      getOriginalDir(job.setup, job.run, dataDir),
      join(dataDir, "warehouses", String(job.run.projectId)),
    ],
    sharedDatabaseFolders: cage.environmentDirs,
    privateFolders: cage.privatePaths,
    extensions: cage.extensions,
    memoryMb: cage.limits.memoryMb,
  });
}
