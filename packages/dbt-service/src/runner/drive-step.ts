import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "@airloom/dbt-cloud/contract";
import { isDatabaseAway } from "../while-away.ts";
import { cloneProject } from "./clone-project.ts";
import { giveFolder } from "./give-folder.ts";
import { prepareProfile } from "./prepare-profile.ts";
import type { RunnerPorts } from "./run-context.ts";
import { runDbt } from "./run-dbt.ts";
import { getProjectDir, type StepJob, type StepOutcome } from "./step-job.ts";

/**
 * Takes one step. Whatever goes wrong in it is told in its log and makes it fail.
 *
 * Errors: only a database that is away, for which the step is not to blame: it is taken again.
 */
export async function driveStep(ports: RunnerPorts, job: StepJob): Promise<StepOutcome> {
  if (job.signals.shutdown.aborted) return "interrupted";
  if (job.signals.cancel.aborted) return "cancelled";
  try {
    switch (job.planned.kind) {
      case "clone":
        await clone(ports, job);
        return "success";
      case "profile":
        await writeProfile(ports, job);
        return "success";
      case "dbt":
        return await runDbt(ports, job);
    }
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    job.log.line(error instanceof Error ? error.message : String(error));
    return "error";
  }
}

async function clone(ports: RunnerPorts, job: StepJob): Promise<void> {
  const { setup, run, folders, log } = job;
  log.line(`Cloning into '${folders.code}'...`);
  await mkdir(folders.root, { recursive: true, mode: 0o700 });
  const code = await cloneProject(
    {
      remoteUrl: setup.remoteUrl,
      branch: readText(run.overrides["git_branch"]) ?? setup.branch,
      sha: readText(run.overrides["git_sha"]),
      sources: ports.sources,
      privatePaths: ports.cage.privatePaths,
    },
    folders.code,
  );
  await ports.runs.saveCode(run.id, code);
  log.line(`Successfully cloned repository.`);
  if (code.sha !== null) log.line(`HEAD is at ${code.sha}`);
}

async function writeProfile(ports: RunnerPorts, job: StepJob): Promise<void> {
  const projectDir = getProjectDir(job);
  await access(join(projectDir, "dbt_project.yml")).catch(() => {
    throw new Error(
      `Cannot find "dbt_project.yml" in "${job.setup.subdirectory || "."}" of ${job.setup.remoteUrl}`,
    );
  });
  const line = await prepareProfile({
    run: job.run,
    folders: job.folders,
    projectDir,
    subdirectory: job.setup.subdirectory,
    remoteUrl: job.setup.remoteUrl,
    connection: job.setup.connection,
    credentials: job.setup.credentials,
    extendedAttributes: job.setup.extendedAttributes,
    dataDir: ports.dataDir,
  });
  const warehouse = join(ports.dataDir, "warehouses", String(job.run.projectId));
  await mkdir(warehouse, { recursive: true, mode: 0o700 });
  if (ports.dbtAccount !== null) await giveFolder(warehouse, ports.dbtAccount);
  job.log.line(line);
}
