import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PlannedStep, RunRow, StepRow } from "../store/run-row.ts";
import { getProjectBelow } from "./original-dir.ts";
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
  return getProjectBelow(job.folders.code, job.setup.subdirectory);
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
