import { randomUUID } from "node:crypto";
import { AirloomError, type TaskContext } from "@airloom/sdk";
import { readText } from "../contract/json-read.ts";
import { RUN_STATUS } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { planBackoffMs } from "../http/backoff.ts";
import { DbtCloudError, isAmbiguous } from "../http/dbt-cloud-error.ts";
import type { Timing } from "../http/timing.ts";
import { cancelAndVerify, cancelMissing } from "./cancel-run.ts";
import { findRun } from "./find-run.ts";
import type { JobFields } from "./job-fields.ts";
import { renderNotStopped } from "./not-stopped.ts";
import {
  isOpen,
  type KnownRun,
  loadRerunWish,
  loadRunRecord,
  type RunRecord,
  saveRunRecord,
} from "./run-record.ts";

const MAX_CAUSE_LENGTH = 255;

/** What starting works with. */
export interface StartPorts {
  readonly client: DbtCloudClient;
  readonly timing: Timing;
  readonly patienceS: number;
}

/** What a task starts: a run with these commands, or the rerun of a failed one. */
type StartPlan =
  | { readonly kind: "trigger"; readonly steps: readonly string[] | null }
  | { readonly kind: "rerun"; readonly failedRunId: number };

/**
 * The dbt run of this attempt: started, found again after a crash, or taken over.
 *
 * Contract: one attempt never starts two. The intent is saved first; after an answer that may have been lost the run is
 * looked up by its marker, and only what is surely not there is asked for again.
 */
export async function startRun(
  context: TaskContext,
  ports: StartPorts,
  fields: JobFields,
): Promise<KnownRun> {
  try {
    return await start(context, ports, fields);
  } catch (error) {
    throw error instanceof DbtCloudError ? explain(error, ports.client, fields) : error;
  }
}

/** Puts in front of what dbt Cloud said what the author can do about it. */
function explain(error: DbtCloudError, client: DbtCloudClient, fields: JobFields): DbtCloudError {
  const { job, connectionId } = fields;
  const name = job.kind === "id" ? String(job.id) : `"${job.jobName}"`;
  const advice = {
    unauthorized: `the token of connection "${connectionId}" is not accepted; put a valid one there`,
    not_found: `account ${client.accountId} has no such job, or the token of connection "${connectionId}" may not run it`,
  };
  const { failure, message, status } = error;
  if (failure !== "unauthorized" && failure !== "not_found") return error;
  return new DbtCloudError(
    failure,
    `Cannot start dbt job ${name}: ${advice[failure]}. ${message}`,
    {
      cause: error,
      ...(status === null ? {} : { status }),
    },
  );
}

async function start(
  context: TaskContext,
  ports: StartPorts,
  fields: JobFields,
): Promise<KnownRun> {
  const { client } = ports;
  const earlier = await loadRunRecord(context.client);
  const resumed =
    earlier === undefined || !isOpen(earlier)
      ? undefined
      : await resumeRecord(context, ports, { fields, record: earlier });
  if (resumed !== undefined) return resumed;
  const jobId = await resolveJobId(client, fields);
  const fresh = newRecord(ports, { fields, jobId });
  const adopted = fields.reuseExistingRun ? await findOpenRun(client, jobId) : undefined;
  if (adopted !== undefined) {
    context.log.info(`Taking over run ${adopted.id}, which is under way for job ${jobId}`);
    return settle(context, { client, record: fresh }, adopted);
  }
  const plan = await planStart(context, client, { fields, jobId, earlier });
  const retryingRunId = plan.kind === "rerun" ? plan.failedRunId : null;
  const record = { ...fresh, retryingRunId };
  return postUntilKnown(context, ports, { fields, record, plan, isAskedBefore: false });
}

/** Goes on with what an earlier try left; `undefined` when that is over and a new run is to be started. */
async function resumeRecord(
  context: TaskContext,
  ports: StartPorts,
  given: { readonly fields: JobFields; readonly record: RunRecord },
): Promise<KnownRun | undefined> {
  const { fields, record } = given;
  if (record.runId !== null) {
    const known: KnownRun = { ...record, runId: record.runId };
    if (record.phase === "not_stopped" || record.phase === "unfound")
      return stopEarlier(context, ports, known);
    context.log.info(
      `Going on with run ${known.runId}, which an earlier process of this task started`,
    );
    return known;
  }
  const found = await findRun(ports.client, record, { ...ports, log: context.log });
  if (found.kind === "found") {
    context.log.info(`Found run ${found.run.id}, which an earlier process of this task started`);
    return settle(context, { client: ports.client, record }, found.run);
  }
  const plan: StartPlan =
    record.retryingRunId === null
      ? { kind: "trigger", steps: await planSteps(context, fields) }
      : { kind: "rerun", failedRunId: record.retryingRunId };
  return postUntilKnown(context, ports, { fields, record, plan, isAskedBefore: true });
}

/** Never two runs of one job side by side: the one an earlier try could not see stop is stopped first. */
async function stopEarlier(
  context: TaskContext,
  { client, timing, patienceS }: StartPorts,
  record: KnownRun,
): Promise<undefined> {
  const { runId } = record;
  context.log.info(`Run ${runId}, which an earlier try started, was not seen to stop: cancelling`);
  const options = { withinS: patienceS, log: context.log, timing };
  const cancel = record.phase === "unfound" ? cancelMissing : cancelAndVerify;
  const stop = await cancel(client, runId, options);
  if (stop.kind === "ended") {
    context.log.info(`Run ${runId} ended as ${stop.status}: starting a new one`);
    // It may have ended by itself before the cancel.
    await saveRunRecord(context.client, { ...record, phase: stop.status });
    return undefined;
  }
  if (stop.isMissing) {
    context.log.warning(`Run ${runId} cannot be found any more: starting a new one`);
    await saveRunRecord(context.client, { ...record, phase: "gone" });
    return undefined;
  }
  throw new AirloomError(
    "trigger.failed",
    `Cannot start another run of dbt job ${record.jobId}: ${renderNotStopped(record, stop.why)}`,
  );
}

async function settle(
  context: TaskContext,
  given: { readonly client: DbtCloudClient; readonly record: RunRecord },
  run: DbtRun,
): Promise<KnownRun> {
  const runUrl = given.client.getRunUrl(run);
  const known = { ...given.record, runId: run.id, runUrl, phase: "running" } as const;
  await saveRunRecord(context.client, known);
  return known;
}

function newRecord(
  { client, timing }: StartPorts,
  given: { readonly fields: JobFields; readonly jobId: number },
): RunRecord {
  const requestedAt = timing.now();
  return {
    marker: `airloom:${randomUUID()}`,
    connectionId: given.fields.connectionId,
    accountId: client.accountId,
    jobId: given.jobId,
    requestedAt,
    deadlineAt: new Date(requestedAt.getTime() + given.fields.timeoutS * 1_000),
    retryingRunId: null,
    runId: null,
    runUrl: null,
    phase: "intended",
  };
}

async function resolveJobId(client: DbtCloudClient, fields: JobFields): Promise<number> {
  return fields.job.kind === "id" ? fields.job.id : (await client.getJobByName(fields.job)).id;
}

async function findOpenRun(client: DbtCloudClient, jobId: number): Promise<DbtRun | undefined> {
  const [run] = await client.listRuns({
    jobId,
    statuses: [RUN_STATUS.queued, RUN_STATUS.starting, RUN_STATUS.running],
    orderBy: "-created_at",
    limit: 1,
  });
  return run;
}

async function planStart(
  context: TaskContext,
  client: DbtCloudClient,
  given: {
    readonly fields: JobFields;
    readonly jobId: number;
    readonly earlier: RunRecord | undefined;
  },
): Promise<StartPlan> {
  const { fields, jobId, earlier } = given;
  const wish = await loadRerunWish(context.client);
  const isRetryOfOurs = fields.retryFromFailure && earlier?.phase === "error";
  if (isRetryOfOurs || (wish?.kind === "from_failure" && earlier === undefined)) {
    const [latest] = await client.listRuns({ jobId, orderBy: "-created_at", limit: 1 });
    const isOurs = earlier === undefined || latest?.id === earlier.runId;
    // A failure that is not this task's own, such as yesterday's, is not resumed by a retry.
    if (latest?.status === "error" && isOurs) {
      warnOfOverrides(context, fields);
      return { kind: "rerun", failedRunId: latest.id };
    }
    context.log.info("The latest run of the job is no failure of this task: starting a new run");
  }
  return { kind: "trigger", steps: await planSteps(context, fields) };
}

async function planSteps(
  context: TaskContext,
  fields: JobFields,
): Promise<readonly string[] | null> {
  const wish = await loadRerunWish(context.client);
  if (wish?.kind !== "select") return fields.stepsOverride;
  return [`dbt build --select ${wish.select}`];
}

function warnOfOverrides(context: TaskContext, fields: JobFields): void {
  const hasOverrides =
    fields.stepsOverride !== null ||
    fields.schemaOverride !== null ||
    Object.keys(fields.additionalRunConfig).length > 0;
  if (!hasOverrides) return;
  context.log.warning(
    "stepsOverride, schemaOverride and additionalRunConfig are not used: the failed run is resumed as it was",
  );
}

interface Asking {
  readonly fields: JobFields;
  readonly record: RunRecord;
  readonly plan: StartPlan;
  /** An earlier try may have asked for the same run. */
  readonly isAskedBefore: boolean;
}

async function postUntilKnown(
  context: TaskContext,
  ports: StartPorts,
  asking: Asking,
): Promise<KnownRun> {
  const { client, timing, patienceS } = ports;
  const firstMs = timing.now().getTime();
  for (let posts = 1; ; posts += 1) {
    // Durable before the request leaves: who comes after us looks for a run from then on.
    const record: RunRecord = { ...asking.record, requestedAt: timing.now(), phase: "intended" };
    await saveRunRecord(context.client, record);
    const posted = await tryPost(context, client, { ...asking, record });
    if (posted.kind === "started") return settle(context, { client, record }, posted.run);
    if (posted.kind === "refused") {
      // An earlier request of this intent may have been carried out: then there still is something to look for.
      const isOnly = posts === 1 && !asking.isAskedBefore;
      if (isOnly) await saveRunRecord(context.client, { ...record, phase: "refused" });
      throw posted.error;
    }
    context.log.warning(
      `${posted.error.message}: looking whether the run was started all the same, for up to ${patienceS} s`,
    );
    const found = await findRun(client, record, { ...ports, log: context.log });
    if (found.kind === "found") {
      context.log.info(`It was: run ${found.run.id}`);
      return settle(context, { client, record }, found.run);
    }
    if (posts > 1 && timing.now().getTime() - firstMs >= patienceS * 1_000) throw posted.error;
    context.log.info("It was not: asking again");
    if (found.keepsKeys) await timing.sleep(planBackoffMs(posts, Math.random()) / 1_000);
  }
}

type Posted =
  | { readonly kind: "started"; readonly run: DbtRun }
  | { readonly kind: "refused"; readonly error: DbtCloudError }
  /** It may or may not have been carried out. */
  | { readonly kind: "unknown"; readonly error: DbtCloudError };

async function tryPost(
  context: TaskContext,
  client: DbtCloudClient,
  asking: Asking,
): Promise<Posted> {
  try {
    return { kind: "started", run: await post(context, client, asking) };
  } catch (error) {
    if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
    return { kind: isAmbiguous(error) ? "unknown" : "refused", error };
  }
}

async function post(
  context: TaskContext,
  client: DbtCloudClient,
  { fields, record, plan }: Asking,
): Promise<DbtRun> {
  if (plan.kind === "rerun") {
    context.log.info(`Resuming run ${plan.failedRunId} of job ${record.jobId} where it failed`);
    return client.rerunJob(record.jobId, record.marker);
  }
  const run = await client.triggerRun(
    record.jobId,
    {
      steps_override: plan.steps,
      schema_override: fields.schemaOverride,
      ...fields.additionalRunConfig,
      cause: renderCause(context, fields, record.marker),
    },
    record.marker,
  );
  context.log.info(`Started run ${run.id} of job ${record.jobId}`);
  return run;
}

/** The cause with the marker at its end, whole however long the reason is. */
function renderCause(context: TaskContext, fields: JobFields, marker: string): string {
  const tail = ` [${marker}]`;
  const room = MAX_CAUSE_LENGTH - tail.length;
  const reason =
    fields.triggerReason ??
    readText(fields.additionalRunConfig["cause"]) ??
    renderReason(context, room);
  if (reason.length > room) {
    context.log.warning(`The trigger reason is cut: cause may be ${MAX_CAUSE_LENGTH} letters long`);
  }
  return `${reason.slice(0, room)}${tail}`;
}

/** Names the task instance, from which the job service's pages lead back to it; a very long run id is left out. */
function renderReason({ dagId, runId, taskId, mapIndex }: TaskContext, room: number): string {
  const index = mapIndex < 0 ? "" : ` [${mapIndex}]`;
  const words = `Triggered via Airloom by task '${taskId}'${index} in the ${dagId} DAG`;
  const full = `${words}, run ${runId}.`;
  return full.length > room ? `${words}.` : full;
}
