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
import { DEFAULT_QUEUE_LIMIT } from "./domain/resource-defaults.ts";
import type { Dispatcher } from "./runner/dispatcher.ts";
import type { JobLock, LockedStores } from "./store/job-lock.ts";
import type { Resource, ResourceKind } from "./store/resource-store.ts";
import type { RunRow } from "./store/run-row.ts";
import type { RunDraft } from "./store/run-store.ts";

const MAX_CAUSE_LENGTH = 255;
/** Causes behind which somebody waits for an answer. */
const ASKED = new Set(["api", "ui", "rerun"]);
const RETRY_AFTER_S = 10;

/** What starting and stopping runs works with. */
export interface RunCommandPorts extends LockedStores {
  readonly jobLock: JobLock;
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
    const draft = await this.#plan(job, body, request);
    return this.#alone(job.accountId, (stores) => this.#create(stores, draft, request));
  }

  /**
   * Resumes the job's latest run where it failed; when it did not fail, starts a new one.
   *
   * Contract: of several calls at once the first resumes; the others find its run waiting and start new ones.
   */
  async rerun(job: Resource, request: RunRequest): Promise<RunRow> {
    const again: RunRequest = { ...request, causeCategory: "rerun" };
    const anew = await this.#plan(job, { cause: "Rerun via API" }, again);
    return this.#alone(job.accountId, async (stores) => {
      const latest = (await stores.runs.findLatestOfJobs([job.id], false)).get(job.id);
      const retryability = latest && (await this.judgeRetry(latest, stores));
      const draft =
        latest === undefined || retryability?.kind !== "yes"
          ? anew
          : planResumption(latest, retryability.failure, again);
      return this.#create(stores, draft, again);
    });
  }

  /**
   * Resumes this very run where it failed.
   *
   * Contract: of several calls at once the first resumes; the others hear that the run is not the latest any more.
   */
  async retry({ id, accountId }: RunRow, request: RunRequest): Promise<RunRow> {
    const again: RunRequest = { ...request, causeCategory: "rerun" };
    return this.#alone(accountId, async (stores) => {
      const run = await stores.runs.find(id);
      if (run === undefined) throw notFound();
      const known = await findKnown(stores, run.jobId, again);
      if (known !== undefined) return known;
      const retryability = await this.judgeRetry(run, stores);
      if (retryability.kind === "no") {
        throw new ApiError(400, `Run ${id} cannot be retried: ${retryability.reason}`);
      }
      return this.#create(stores, planResumption(run, retryability.failure, again), again);
    });
  }

  async #alone(
    accountId: number,
    work: (stores: LockedStores) => Promise<RunRow>,
  ): Promise<RunRow> {
    const run = await this.#ports.jobLock.alone(accountId, work);
    this.#ports.dispatcher.wake();
    return run;
  }

  async #plan(job: Resource, body: JsonRecord, request: RunRequest): Promise<RunDraft> {
    const { resources } = this.#ports;
    const overrides = normalizeOverrides(body);
    const projectId = job.projectId ?? 0;
    const environmentId = readNumber(job.body["environment_id"]) ?? 0;
    const project = await resources.find("project", projectId);
    const environment = await resources.find("environment", environmentId);
    const connectionId =
      readNumber(environment?.body["connection_id"]) ?? readNumber(project?.body["connection_id"]);
    const connection =
      connectionId === null ? undefined : await resources.find("connection", connectionId);
    return {
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
    };
  }

  async #create(stores: LockedStores, draft: RunDraft, request: RunRequest): Promise<RunRow> {
    const known = await findKnown(stores, draft.jobId, request);
    if (known !== undefined) return known;
    // What a schedule or another job starts waits for its turn: nobody is there to be told.
    if (ASKED.has(request.causeCategory)) await this.#checkQueue(stores, draft.accountId);
    const run = await stores.runs.create(draft);
    if (run === undefined) throw notFound();
    return run;
  }

  async #checkQueue({ runs, resources }: LockedStores, accountId: number): Promise<void> {
    const account = await resources.find("account", accountId);
    const limit = readNumber(account?.body["queue_limit"]) ?? DEFAULT_QUEUE_LIMIT;
    const waiting = await runs.countQueued(accountId);
    if (waiting < limit) return;
    throw new ApiError(
      429,
      `Cannot start the run: ${waiting} runs wait already, and the account's queue_limit is ${limit}`,
      RETRY_AFTER_S,
    );
  }

  /** Says whether a run can be resumed, by dbt Cloud's rules. */
  async judgeRetry(
    run: RunRow,
    { runs, steps, artifacts }: LockedStores = this.#ports,
  ): Promise<Retryability> {
    if (run.status !== 20) return { kind: "no", reason: "RETRY_NOT_FAILED_RUN" };
    const latest = (await runs.findLatestOfJobs([run.jobId], false)).get(run.jobId);
    if (latest !== undefined && latest.id !== run.id) {
      return { kind: "no", reason: "RETRY_NOT_LATEST_RUN" };
    }
    const failure = findFailure(run.plan, await steps.list(run.id));
    if (failure === undefined) return { kind: "no", reason: "RETRY_NO_RUN_RESULTS" };
    if (failure.failedStep.command === null || !isRetryable(failure.failedStep.command)) {
      return { kind: "no", reason: "RETRY_UNSUPPORTED_CMD" };
    }
    const results = await artifacts.find(run.id, "run_results.json", failure.failedIndex);
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

async function findKnown(
  { runs }: LockedStores,
  jobId: number,
  { idempotencyKey }: RunRequest,
): Promise<RunRow | undefined> {
  return idempotencyKey === null ? undefined : runs.findByKey({ jobId, idempotencyKey });
}

function planResumption(run: RunRow, failure: FailureDetails, request: RunRequest): RunDraft {
  return {
    accountId: run.accountId,
    projectId: run.projectId,
    environmentId: run.environmentId,
    jobId: run.jobId,
    cause: `Rerun of run ${run.id} from the point of failure`,
    causeCategory: request.causeCategory,
    overrides: run.overrides,
    job: run.job,
    plan: planRetry(run, failure),
    retryingRunId: run.id,
    triggeredBy: request.actor,
    idempotencyKey: request.idempotencyKey,
    gitBranch: run.gitBranch,
    gitSha: null,
  };
}
