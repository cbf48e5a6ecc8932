import { randomUUID } from "node:crypto";
import type { TaskContext } from "@airloom/sdk";
import { readText } from "../contract/json-read.ts";
import { RUN_STATUS } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError, isAmbiguous } from "../http/dbt-cloud-error.ts";
import type { JobFields } from "./job-fields.ts";
import { loadRerunWish, loadRunRecord, type RunRecord, saveRunRecord } from "./run-record.ts";
import { pause } from "./wait.ts";

const MAX_CAUSE_LENGTH = 255;
const MAX_POSTS = 3;
/** A run shows up in lists a moment after it was started. */
const LOOK_UP_AFTER_S = [0.25, 1, 2, 4, 8] as const;

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
  client: DbtCloudClient,
  fields: JobFields,
): Promise<{ readonly run: DbtRun; readonly record: RunRecord }> {
  try {
    return await start(context, client, fields);
  } catch (error) {
    throw error instanceof DbtCloudError ? explain(error, client, fields) : error;
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
  client: DbtCloudClient,
  fields: JobFields,
): Promise<{ readonly run: DbtRun; readonly record: RunRecord }> {
  const earlier = await loadRunRecord(context.client);
  if (earlier !== undefined && (earlier.phase === "intended" || earlier.phase === "running")) {
    return resumeRecord(context, client, { fields, record: earlier });
  }
  const jobId = await resolveJobId(client, fields);
  const adopted = fields.reuseExistingRun ? await findOpenRun(client, jobId) : undefined;
  if (adopted !== undefined) {
    context.log.info(`Taking over run ${adopted.id}, which is under way for job ${jobId}`);
    return settle(context, newRecord(client, { fields, jobId }), adopted);
  }
  const plan = await planStart(context, client, { fields, jobId, earlier });
  const record = {
    ...newRecord(client, { fields, jobId }),
    retryingRunId: plan.kind === "rerun" ? plan.failedRunId : null,
  };
  await saveRunRecord(context.client, record);
  return settle(context, record, await postUntilKnown(context, client, { fields, record, plan }));
}

async function resumeRecord(
  context: TaskContext,
  client: DbtCloudClient,
  given: { readonly fields: JobFields; readonly record: RunRecord },
): Promise<{ readonly run: DbtRun; readonly record: RunRecord }> {
  const { fields, record } = given;
  if (record.runId !== null) {
    context.log.info(
      `Going on with run ${record.runId}, which an earlier process of this task started`,
    );
    return { run: await client.getRun(record.runId), record };
  }
  const found = await lookUp(context, client, record);
  if (found !== undefined) {
    context.log.info(`Found run ${found.id}, which an earlier process of this task started`);
    return settle(context, record, found);
  }
  const plan: StartPlan =
    record.retryingRunId === null
      ? { kind: "trigger", steps: await planSteps(context, fields) }
      : { kind: "rerun", failedRunId: record.retryingRunId };
  return settle(context, record, await postUntilKnown(context, client, { fields, record, plan }));
}

async function settle(
  context: TaskContext,
  record: RunRecord,
  run: DbtRun,
): Promise<{ readonly run: DbtRun; readonly record: RunRecord }> {
  const known: RunRecord = { ...record, runId: run.id, phase: "running" };
  await saveRunRecord(context.client, known);
  return { run, record: known };
}

function newRecord(
  client: DbtCloudClient,
  given: { readonly fields: JobFields; readonly jobId: number },
): RunRecord {
  const requestedAt = new Date();
  return {
    marker: `airloom:${randomUUID()}`,
    connectionId: given.fields.connectionId,
    accountId: client.accountId,
    jobId: given.jobId,
    requestedAt,
    deadlineAt: new Date(requestedAt.getTime() + given.fields.timeoutS * 1_000),
    retryingRunId: null,
    runId: null,
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

async function postUntilKnown(
  context: TaskContext,
  client: DbtCloudClient,
  given: { readonly fields: JobFields; readonly record: RunRecord; readonly plan: StartPlan },
): Promise<DbtRun> {
  for (let posts = 1; ; posts += 1) {
    try {
      return await post(context, client, given);
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      context.log.warning(
        `${error instanceof Error ? error.message : String(error)}: looking whether the run was started all the same`,
      );
      const found = await lookUp(context, client, given.record);
      if (found !== undefined) {
        context.log.info(`It was: run ${found.id}`);
        return found;
      }
      if (posts >= MAX_POSTS) throw error;
      context.log.info("It was not: asking again");
    }
  }
}

async function post(
  context: TaskContext,
  client: DbtCloudClient,
  given: { readonly fields: JobFields; readonly record: RunRecord; readonly plan: StartPlan },
): Promise<DbtRun> {
  const { fields, record, plan } = given;
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

/** Looks for the run of an intent whose answer was lost. */
export async function lookUp(
  context: Pick<TaskContext, "signal">,
  client: DbtCloudClient,
  record: RunRecord,
  delaysS: readonly number[] = LOOK_UP_AFTER_S,
): Promise<DbtRun | undefined> {
  for (const delayS of delaysS) {
    await pause(delayS, context.signal);
    const runs = await client.listRuns({
      jobId: record.jobId,
      orderBy: "-created_at",
      includeRelated: ["trigger"],
      limit: 100,
    });
    const found = runs.find((run) => isOf(run, record));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOf(run: DbtRun, record: RunRecord): boolean {
  if (record.retryingRunId !== null && run.retryingRunId === record.retryingRunId) return true;
  return run.cause?.includes(record.marker) ?? false;
}
