import { findSubcommand } from "../domain/command.ts";
import { isDatabaseAway, whileAway } from "../while-away.ts";
import { listArtifacts } from "./collect-artifacts.ts";
import type { RunnerPorts } from "./run-context.ts";
import type { StepJob } from "./step-job.ts";

/** Keeps what a step left behind, and says in its log what of it is not kept. */
export async function saveArtifacts(
  ports: RunnerPorts,
  job: StepJob,
  targetDir: string,
): Promise<void> {
  if (job.planned.command === "dbt deps") return;
  const { files, dropped } = await listArtifacts(targetDir, job.folders.code);
  for (const line of dropped) job.log.line(line);
  if (files.length === 0) return;
  await whileAway(() => ports.artifacts.saveAll(job.run.id, job.index, files));
  const names = new Set(files.map((file) => file.path));
  const isDocs = findSubcommand(job.planned.command ?? "") === "docs";
  const version = await whileAway(() => saveNodes(ports, job, !isDocs));
  await whileAway(() =>
    ports.queue.markArtifacts(job.run.id, {
      docs: isDocs && names.has("catalog.json"),
      sources: names.has("sources.json"),
      version,
    }),
  );
}

/** Saves the nodes of a step out of its artifacts; returns the version of dbt that made them. */
async function saveNodes(
  { artifacts, nodes, nodeReader }: RunnerPorts,
  { run, row, index, log }: StepJob,
  wantsNodes: boolean,
): Promise<string | null> {
  const runResults = await artifacts.find(run.id, "run_results.json", index);
  if (runResults === undefined) return null;
  const manifest = await artifacts.find(run.id, "manifest.json", index);
  const given = {
    runResults: artifacts.locate(runResults),
    manifest: manifest && artifacts.locate(manifest),
    wantsNodes,
    stepIndex: index,
  };
  await nodes.clear(row.id);
  try {
    const { dbtVersion } = await nodeReader.read(given, (page, from) =>
      nodes.add(row.id, from, page),
    );
    return dbtVersion;
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    // How the step ended does not hang on what can be shown of it.
    log.line(
      `Cannot show this step's nodes: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}
