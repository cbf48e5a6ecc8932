import { mkdir } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { PlannedStep, RunRow, StepRow } from "../store/run-row.ts";
import { isInside } from "./inside.ts";
import type { RunSetup } from "./run-code.ts";
import type { RunFolders, RunnerPorts, RunSignals } from "./run-context.ts";
import type { StepLog } from "./step-log.ts";

/** How a step ended; `interrupted` when the service stopped under it. */
export type StepOutcome = "success" | "error" | "cancelled" | "interrupted";

/** One step to take. */
export interface StepJob {
  readonly run: RunRow;
  readonly setup: RunSetup;
  readonly planned: PlannedStep;
  readonly index: number;
  readonly row: StepRow;
  readonly log: StepLog;
  readonly folders: RunFolders;
  readonly signals: RunSignals;
}

/** Folder of the run's `dbt_project.yml`. */
export function getProjectDir(job: StepJob): string {
  const below = normalize(job.setup.subdirectory);
  if (below.startsWith("..")) {
    throw new Error(
      `Cannot use the project folder "${job.setup.subdirectory}": it lies outside the repository`,
    );
  }
  const dir = join(job.folders.code, below);
  if (isInside(job.folders.code, dir)) return dir;
  throw new Error(
    `Cannot use the project folder "${job.setup.subdirectory}": it is a link out of the repository`,
  );
}

/** Lays the results of the run that is resumed where `dbt retry` looks for them. */
export async function writeRetryState(ports: RunnerPorts, job: StepJob): Promise<void> {
  const { resume } = job.planned;
  if (resume === null) return;
  await mkdir(job.folders.state, { recursive: true });
  for (const name of ["run_results.json", "manifest.json"]) {
    const artifact = await ports.artifacts.find(resume.runId, name, resume.stepIndex);
    if (artifact === undefined) continue;
    await ports.artifacts.copy(artifact, join(job.folders.state, name));
  }
}
