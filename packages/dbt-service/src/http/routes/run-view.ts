import type { WireRun } from "@airloom/dbt-cloud/contract";
import type { RunRow } from "../../store/run-row.ts";
import { renderEnvironment, renderJob, renderResource } from "../render-resource.ts";
import { renderRun, renderStep } from "../render-run.ts";
import type { ApiPorts } from "./ports.ts";

/** Runs as clients see them, each with what was asked for beside it. */
export async function renderRunList(
  ports: ApiPorts,
  runs: readonly RunRow[],
  wanted: ReadonlySet<string>,
): Promise<readonly WireRun[]> {
  return Promise.all(runs.map((run) => renderOneRun(ports, run, wanted)));
}

/** A run as clients see it, with what was asked for beside it. */
export async function renderOneRun(
  ports: ApiPorts,
  run: RunRow,
  wanted: ReadonlySet<string>,
): Promise<WireRun> {
  const now = new Date();
  const { resources } = ports;
  const job = wanted.has("job") ? await resources.find("job", run.jobId) : undefined;
  const environment = wanted.has("environment")
    ? await resources.find("environment", run.environmentId)
    : undefined;
  const repository = wanted.has("repository") ? await findRepository(ports, run) : undefined;
  return renderRun(run, {
    publicUrl: ports.getPublicUrl(),
    now,
    blockedBy: await ports.runs.listBlocking(run),
    retryability: await ports.commands.judgeRetry(run),
    job: job === undefined ? null : { ...renderJob(job, now), ...run.job },
    environment: environment === undefined ? null : renderEnvironment(environment, null),
    repository: repository ?? null,
    hasTrigger: wanted.has("trigger"),
    hasAudit: wanted.has("audit"),
    steps:
      wanted.has("run_steps") || wanted.has("debug_logs")
        ? await renderSteps(ports, run, { hasDebugLogs: wanted.has("debug_logs"), now })
        : [],
  });
}

async function findRepository(
  ports: ApiPorts,
  run: RunRow,
): Promise<ReturnType<typeof renderResource> | undefined> {
  const project = await ports.resources.find("project", run.projectId);
  const id = project?.body["repository_id"];
  const repository =
    typeof id === "number" ? await ports.resources.find("repository", id) : undefined;
  return repository && renderResource(repository);
}

async function renderSteps(
  ports: ApiPorts,
  run: RunRow,
  options: { readonly hasDebugLogs: boolean; readonly now: Date },
): Promise<WireRun["run_steps"]> {
  const steps = await ports.steps.list(run.id);
  const logs = await ports.steps.loadLogs(steps.map((step) => step.id));
  return steps.map((step) => renderStep(step, { ...options, run, logs: logs.get(step.id) ?? "" }));
}
