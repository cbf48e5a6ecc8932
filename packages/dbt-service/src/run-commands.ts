import {
  type JsonRecord,
  readNumber,
  readText,
  type WireRetryNotSupportedReason,
} from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "./api-error.ts";
import { isRetryable } from "./domain/command.ts";
import { normalizeOverrides } from "./domain/overrides.ts";
import {
  type FailureDetails,
  findConnectionName,
  findFailure,
  planRetry,
  planRun,
} from "./domain/plan-run.ts";
import type { Dispatcher } from "./runner/dispatcher.ts";
import type { ArtifactStore } from "./store/artifact-store.ts";
import type { Resource, ResourceKind, ResourceStore } from "./store/resource-store.ts";
import type { RunRow } from "./store/run-row.ts";
import type { RunStore } from "./store/run-store.ts";
import type { StepStore } from "./store/step-store.ts";

const MAX_CAUSE_LENGTH = 255;

/** What starting and stopping runs works with. */
export interface RunCommandPorts {
  readonly runs: RunStore;
  readonly steps: StepStore;
  readonly artifacts: ArtifactStore;
  readonly resources: ResourceStore;
  readonly dispatcher: Pick<Dispatcher, "wake" | "cancel">;
}

/** Who asks, and under which key a repeated request is the same one. */
export interface RunRequest {
  readonly actor: string;
  readonly causeCategory: string;
  /** From the header `Idempotency-Key`; a request with a known key starts nothing new. */
  readonly idempotencyKey: string | null;
}

/** Whether a run can be resumed, and what would be. */
export type Retryability =
  | { readonly kind: "yes"; readonly failure: FailureDetails }
  | { readonly kind: "no"; readonly reason: WireRetryNotSupportedReason };

/** Starts, resumes and cancels dbt runs. */
export class RunCommands {
  readonly #ports: RunCommandPorts;

  constructor(ports: RunCommandPorts) {
    this.#ports = ports;
  }

  /** Queues a run of a job with what the request overrides. */
  async trigger(job: Resource, body: JsonRecord, request: RunRequest): Promise<RunRow> {
    const { resources, runs, dispatcher } = this.#ports;
    const overrides = normalizeOverrides(body);
    const projectId = job.projectId ?? 0;
    const environmentId = readNumber(job.body["environment_id"]) ?? 0;
    const project = await resources.find("project", projectId);
    const environment = await resources.find("environment", environmentId);
    const connectionId =
      readNumber(environment?.body["connection_id"]) ?? readNumber(project?.body["connection_id"]);
    const connection =
      connectionId === null ? undefined : await resources.find("connection", connectionId);
    const run = await runs.create({
      accountId: job.accountId,
      projectId,
      environmentId,
      jobId: job.id,
      cause: (readText(body["cause"]) ?? "Triggered via API").slice(0, MAX_CAUSE_LENGTH),
      causeCategory: request.causeCategory,
      overrides,
      job: { ...job.body, id: job.id },
      plan: planRun(
        job.body,
        overrides,
        findConnectionName(
          connection && { name: connection.name },
          project && { name: project.name },
        ),
      ),
      retryingRunId: null,
      triggeredBy: request.actor,
      idempotencyKey: request.idempotencyKey,
      gitBranch: readText(overrides["git_branch"]),
      gitSha: readText(overrides["git_sha"]),
    });
    if (run === undefined) throw notFound();
    dispatcher.wake();
    return run;
  }

  /** Resumes the job's latest run where it failed; when it did not fail, starts a new one. */
  async rerun(job: Resource, request: RunRequest): Promise<RunRow> {
    const latest = (await this.#ports.runs.findLatestOfJobs([job.id], false)).get(job.id);
    const retryability = latest === undefined ? undefined : await this.judgeRetry(latest);
    if (latest === undefined || retryability?.kind !== "yes") {
      return this.trigger(job, { cause: "Rerun via API" }, { ...request, causeCategory: "rerun" });
    }
    return this.#resume(latest, retryability.failure, request);
  }

  /** Resumes this very run where it failed. */
  async retry(run: RunRow, request: RunRequest): Promise<RunRow> {
    const retryability = await this.judgeRetry(run);
    if (retryability.kind === "no") {
      throw new ApiError(400, `Run ${run.id} cannot be retried: ${retryability.reason}`);
    }
    return this.#resume(run, retryability.failure, request);
  }

  async #resume(run: RunRow, failure: FailureDetails, request: RunRequest): Promise<RunRow> {
    const resumed = await this.#ports.runs.create({
      accountId: run.accountId,
      projectId: run.projectId,
      environmentId: run.environmentId,
      jobId: run.jobId,
      cause: `Rerun of run ${run.id} from the point of failure`,
      causeCategory: "rerun",
      overrides: run.overrides,
      job: run.job,
      plan: planRetry(run, failure),
      retryingRunId: run.id,
      triggeredBy: request.actor,
      idempotencyKey: request.idempotencyKey,
      gitBranch: run.gitBranch,
      gitSha: null,
    });
    if (resumed === undefined) throw notFound();
    this.#ports.dispatcher.wake();
    return resumed;
  }

  /** Says whether a run can be resumed, by dbt Cloud's rules. */
  async judgeRetry(run: RunRow): Promise<Retryability> {
    if (run.status !== 20) return { kind: "no", reason: "RETRY_NOT_FAILED_RUN" };
    const latest = (await this.#ports.runs.findLatestOfJobs([run.jobId], false)).get(run.jobId);
    if (latest !== undefined && latest.id !== run.id) {
      return { kind: "no", reason: "RETRY_NOT_LATEST_RUN" };
    }
    const failure = findFailure(run.plan, await this.#ports.steps.list(run.id));
    if (failure === undefined) return { kind: "no", reason: "RETRY_NO_RUN_RESULTS" };
    if (failure.failedStep.command === null || !isRetryable(failure.failedStep.command)) {
      return { kind: "no", reason: "RETRY_UNSUPPORTED_CMD" };
    }
    const results = await this.#ports.artifacts.find(
      run.id,
      "run_results.json",
      failure.failedIndex,
    );
    return results === undefined
      ? { kind: "no", reason: "RETRY_NO_RUN_RESULTS" }
      : { kind: "yes", failure };
  }

  /** Cancels; a finished run stays as it is. */
  async cancel(run: RunRow, actor: string): Promise<RunRow> {
    const cancelled = await this.#ports.runs.requestCancel(run.id, actor);
    if (cancelled === undefined) throw notFound();
    this.#ports.dispatcher.cancel(run.id, "Cancelled by user.");
    this.#ports.dispatcher.wake();
    return cancelled;
  }

  /** Deletes a thing with all that lives in it; what runs of it is stopped. Refuses while another thing needs it. */
  async delete(kind: ResourceKind, { id, name }: Resource, actor: string): Promise<void> {
    const { isDone, users, stoppedRuns } = await this.#ports.resources.delete(kind, id, actor);
    if (users.length > 0) {
      throw new ApiError(400, `Cannot delete the ${kind} "${name}": ${users.join(", ")} uses it`);
    }
    if (!isDone) throw notFound();
    for (const run of stoppedRuns) this.#ports.dispatcher.cancel(run, "Cancelled by user.");
    this.#ports.dispatcher.wake();
  }
}
