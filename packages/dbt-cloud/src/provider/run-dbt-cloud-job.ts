import {
  AirloomError,
  defer,
  defineOperator,
  defineTrigger,
  type JsonObject,
  type Operator,
  type Resumption,
  type TaskContext,
  type Templated,
} from "@airloom/sdk";
import { openClient } from "../connection.ts";
import "./default-arguments.ts";
import { readNumber, readRecord, readText } from "../contract/json-read.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import { cancelAndVerify } from "./cancel-run.ts";
import { type FollowEnd, type FollowInput, followRun } from "./follow-run.ts";
import { JOB_FIELD_DEFAULTS, type JobFields, parseJobFields } from "./job-fields.ts";
import { loadRunRecord, type RunRecord, saveRunRecord } from "./run-record.ts";
import { lookUp, startRun } from "./start-run.ts";
import { pause } from "./wait.ts";

/** XCom under which the run's page is pushed, and the link to it. */
export const MONITOR_LINK = { name: "Monitor Job Run", xcomKey: "job_run_url" } as const;
const KILL_VERIFY_S = 8;

/** What `runDbtCloudJob` is told. Ids may be written as text. */
export interface RunDbtCloudJobOptions {
  /** @default "dbt_cloud_default" */
  readonly connectionId?: Templated<string>;
  /** The job; or its three names instead. */
  readonly jobId?: Templated<number | string>;
  readonly projectName?: Templated<string>;
  readonly environmentName?: Templated<string>;
  readonly jobName?: Templated<string>;
  /** @default the Account ID of the connection */
  readonly accountId?: Templated<number | string>;
  /** @default names the task and its Dag */
  readonly triggerReason?: Templated<string>;
  readonly stepsOverride?: Templated<readonly string[]>;
  readonly schemaOverride?: Templated<string>;
  /** @default true */
  readonly waitForTermination?: boolean;
  /** Seconds from the start of the run; then it is cancelled and the task fails. @default 604800, seven days */
  readonly timeout?: number;
  /** Longest time between two looks, in seconds; short runs are looked at more often. @default 60 */
  readonly checkInterval?: number;
  /** More keys for dbt Cloud's trigger request, such as `threads_override` or `git_branch`. */
  readonly additionalRunConfig?: Templated<JsonObject>;
  /** Takes over a run of the job that is under way instead of starting one. @default false */
  readonly reuseExistingRun?: boolean;
  /** A retry of this task resumes its own failed run instead of starting afresh. @default false */
  readonly retryFromFailure?: boolean;
  /** Waits in the triggerer, holding no process. @default true */
  readonly deferrable?: boolean;
}

/** Waits in the triggerer for a run that `runDbtCloudJob` started, showing its log and its nodes. */
export const runJobTrigger = defineTrigger<FollowInput>("dbt_cloud.run_job", (input, context) =>
  followRun(input, context),
);

/**
 * Runs a dbt Cloud job and waits for it, showing its log and every dbt node under the task.
 *
 * One attempt has one dbt run, whatever breaks in between; a run that outlives its timeout, or whose task is stopped, is
 * cancelled.
 *
 * @example
 * ```ts
 * const transform = dag.task("transform", runDbtCloudJob({ jobId: 65767, timeout: 3600 }));
 * ```
 */
export function runDbtCloudJob(
  options: RunDbtCloudJobOptions,
): Operator<Readonly<Record<never, never>>, number> {
  return defineOperator<JobFieldValues, number>({
    name: "run_dbt_cloud_job",
    fields: { ...JOB_FIELD_DEFAULTS, ...withoutUndefined(options) },
    links: [MONITOR_LINK],
    defaults: { connectionId: "dbtCloudConnId", accountId: "accountId" },
    execute: (context, { fields }) => execute(context, parseJobFields(fields)),
    resume: (context, { resumption }) => resume(context, resumption),
    onKill: cancelOnKill,
  });
}

type JobFieldValues = { readonly [Name in keyof typeof JOB_FIELD_DEFAULTS]: Widened<Name> };
type Widened<Name extends keyof typeof JOB_FIELD_DEFAULTS> =
  Name extends keyof RunDbtCloudJobOptions
    ? Exclude<RunDbtCloudJobOptions[Name], undefined | ((...args: never[]) => unknown)> | null
    : never;

function withoutUndefined(options: RunDbtCloudJobOptions): RunDbtCloudJobOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function execute(context: TaskContext, fields: JobFields): Promise<number> {
  const client = await openTaskClient(context, fields.connectionId, fields.accountId);
  const { run, record } = await startRun(context, client, fields);
  await context.client.setXCom({ key: "job_run_id", value: run.id });
  await context.client.setXCom({ key: MONITOR_LINK.xcomKey, value: client.getRunUrl(run) });
  if (!fields.waitForTermination) {
    if (fields.deferrable) context.log.info("Not waiting for the run: deferrable has no effect");
    await saveRunRecord(context.client, { ...record, phase: "success" });
    return run.id;
  }
  const input: FollowInput = {
    connectionId: fields.connectionId,
    accountId: client.accountId,
    runId: run.id,
    checkIntervalS: fields.checkIntervalS,
    deadlineAt: record.deadlineAt.toISOString(),
    isOwner: true,
  };
  if (fields.deferrable) defer(runJobTrigger.with(input));
  const end = await followRun(input, {
    signal: context.signal,
    log: context.log,
    client: context.client,
    now: () => new Date(),
    sleep: (seconds) => pause(seconds, context.signal),
  });
  return finish(context, end);
}

async function openTaskClient(
  context: TaskContext,
  connectionId: string,
  accountId: number | null,
): Promise<DbtCloudClient> {
  return openClient(await context.client.getConnectionOrThrow(connectionId), {
    accountId,
    signal: context.signal,
    onRetry: (error, waitMs) =>
      context.log.warning(`${error.message}: trying again in ${waitMs} ms`),
  });
}

async function resume(context: TaskContext, resumption: Resumption): Promise<number> {
  switch (resumption.kind) {
    case "event":
      return finish(context, readEnd(resumption.payload));
    case "timeout":
      await cancelOnKill(context);
      throw new AirloomError("timeout", "The dbt run was not over when the wait for it timed out");
    case "error":
      // The run itself may be well: the next try finds it again through its record.
      throw new AirloomError("trigger.failed", `Cannot watch the dbt run: ${resumption.message}`);
  }
}

function readEnd(payload: unknown): FollowEnd {
  const event = readRecord(payload);
  const status = (["success", "error", "cancelled", "timeout", "lost"] as const).find(
    (known) => known === event["status"],
  );
  const runId = readNumber(event["runId"]);
  if (status === undefined || runId === null) {
    throw new Error(`The trigger of the dbt run answered ${JSON.stringify(payload)}`);
  }
  return { status, runId, message: readText(event["message"]) ?? "" };
}

async function finish(context: TaskContext, end: FollowEnd): Promise<number> {
  const record = await loadRunRecord(context.client);
  // A run that was lost sight of stays on record: the next try looks for it before it starts another.
  if (record !== undefined && end.status !== "lost") {
    const phase = end.status === "timeout" ? "cancelled" : end.status;
    await saveRunRecord(context.client, { ...record, phase });
  }
  if (end.status === "success") {
    context.log.info(end.message);
    return end.runId;
  }
  throw new AirloomError(end.status === "timeout" ? "timeout" : "trigger.failed", end.message);
}

/** Cancels the run of a task that is told to stop, whether its process or its trigger waited for it. */
async function cancelOnKill(context: TaskContext): Promise<void> {
  const record = await loadRunRecord(context.client);
  if (record === undefined || (record.phase !== "intended" && record.phase !== "running")) return;
  // The task's own signal is aborted by now: what is left to do has its own short time.
  const signal = AbortSignal.timeout(KILL_VERIFY_S * 2_000);
  const client = openClient(await context.client.getConnectionOrThrow(record.connectionId), {
    accountId: record.accountId,
    signal,
    maxAttempts: 2,
  });
  const runId = record.runId ?? (await findRunId(client, record, signal));
  if (runId === null) return;
  const ended = await cancelAndVerify(client, runId, {
    withinS: KILL_VERIFY_S,
    log: context.log,
    now: () => new Date(),
    sleep: (seconds) => pause(seconds, signal),
  });
  if (ended === undefined) {
    context.log.warning(`dbt run ${runId} was asked to stop but could not be seen to`);
    return;
  }
  context.log.info(`dbt run ${runId} ended as ${ended.status}`);
  await saveRunRecord(context.client, { ...record, runId, phase: "cancelled" });
}

async function findRunId(
  client: DbtCloudClient,
  record: RunRecord,
  signal: AbortSignal,
): Promise<number | null> {
  return (await lookUp({ signal }, client, record, [0, 1]))?.id ?? null;
}
