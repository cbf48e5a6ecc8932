import {
  AirloomError,
  defer,
  defineOperator,
  defineTrigger,
  type JsonObject,
  type Operator,
  type Resumption,
  refuseUnknownOptions,
  type TaskContext,
  type Templated,
} from "@airloom/sdk";
import { openClient, parseConnection } from "../connection.ts";
import { readNumber, readRecord, readText } from "../contract/json-read.ts";
import { type OpenTiming, openWallTiming } from "../http/timing.ts";
import "./default-arguments.ts";
import { FOLLOW_STATUSES, type FollowEnd, type FollowInput, followRun } from "./follow-run.ts";
import { JOB_FIELD_DEFAULTS, type JobFields, parseJobFields } from "./job-fields.ts";
import { cancelOnKill } from "./kill-run.ts";
import { renderNotStopped } from "./not-stopped.ts";
import { RENAMED } from "./renamed-options.ts";
import { type KnownRun, loadRunRecord, saveRunRecord } from "./run-record.ts";
import { type StartPorts, startRun } from "./start-run.ts";

/** XCom under which the run's page is pushed, and the link to it. */
export const MONITOR_LINK = { name: "Monitor Job Run", xcomKey: "job_run_url" } as const;

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
  /**
   * Seconds for which an outage of dbt Cloud is waited out: starting the run, finding it after a lost answer, watching,
   * cancelling, reading its results. A shorter one never fails the task.
   *
   * @default the Patience of the connection, or else 600, ten minutes
   */
  readonly patience?: number;
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
export function runDbtCloudJob(options: RunDbtCloudJobOptions): RunDbtCloudJob {
  return runDbtCloudJobIn(openWallTiming, options);
}

type RunDbtCloudJob = Operator<Readonly<Record<never, never>>, number>;

/** The same, in a time that tests turn by hand. */
export function runDbtCloudJobIn(
  openTiming: OpenTiming,
  options: RunDbtCloudJobOptions,
): RunDbtCloudJob {
  refuseUnknownOptions(options, JOB_FIELD_DEFAULTS, {
    of: "runDbtCloudJob()",
    from: import.meta.url,
    renamed: RENAMED,
  });
  return defineOperator<JobFieldValues, number>({
    name: "run_dbt_cloud_job",
    fields: { ...JOB_FIELD_DEFAULTS, ...withoutUndefined(options) },
    links: [MONITOR_LINK],
    defaults: { connectionId: "dbtCloudConnId", accountId: "accountId" },
    execute: (context, { fields }) => execute({ context, openTiming }, parseJobFields(fields)),
    resume: (context, { fields, resumption }) =>
      resume({ context, openTiming }, parseJobFields(fields), resumption),
    onKill: (context) => cancelOnKill(context, openTiming),
  });
}

/** A task at work, and the time it works in. */
interface Work {
  readonly context: TaskContext;
  readonly openTiming: OpenTiming;
}

type JobFieldValues = { readonly [Name in keyof typeof JOB_FIELD_DEFAULTS]: Widened<Name> };
type Widened<Name extends keyof typeof JOB_FIELD_DEFAULTS> =
  Name extends keyof RunDbtCloudJobOptions
    ? Exclude<RunDbtCloudJobOptions[Name], undefined | ((...args: never[]) => unknown)> | null
    : never;

function withoutUndefined(options: RunDbtCloudJobOptions): RunDbtCloudJobOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function execute(work: Work, fields: JobFields): Promise<number> {
  const { context } = work;
  const ports = await openPorts(work, fields);
  const run = await startRun(context, ports, fields);
  await context.client.setXCom({ key: "job_run_id", value: run.runId });
  if (run.runUrl !== null) {
    await context.client.setXCom({ key: MONITOR_LINK.xcomKey, value: run.runUrl });
  }
  if (!fields.waitForTermination) {
    if (fields.deferrable) context.log.info("Not waiting for the run: deferrable has no effect");
    await saveRunRecord(context.client, { ...run, phase: "success" });
    return run.runId;
  }
  const input = buildInput(run, fields, ports.patienceS);
  if (fields.deferrable) defer(runJobTrigger.with(input));
  return follow(work, input);
}

async function openPorts(work: Work, fields: JobFields): Promise<StartPorts> {
  const { context, openTiming } = work;
  const connection = await context.client.getConnectionOrThrow(fields.connectionId);
  const patienceS = fields.patienceS ?? parseConnection(connection).patienceS;
  const timing = openTiming(context.signal);
  const client = openClient(connection, {
    accountId: fields.accountId,
    signal: context.signal,
    patienceS,
    timing,
    onRetry: (error) =>
      context.log.warning(`${error.message}: asking again for up to ${patienceS} s`),
  });
  return { client, timing, patienceS };
}

function buildInput(run: KnownRun, fields: JobFields, patienceS: number): FollowInput {
  return {
    connectionId: run.connectionId,
    accountId: run.accountId,
    runId: run.runId,
    jobId: run.jobId,
    runUrl: run.runUrl,
    checkIntervalS: fields.checkIntervalS,
    patienceS,
    deadlineAt: run.deadlineAt.toISOString(),
    isOwner: true,
  };
}

async function follow({ context, openTiming }: Work, input: FollowInput): Promise<number> {
  const { signal, log, client } = context;
  return finish(context, await followRun(input, { ...openTiming(signal), signal, log, client }));
}

async function resume(work: Work, fields: JobFields, resumption: Resumption): Promise<number> {
  const { context } = work;
  switch (resumption.kind) {
    case "event":
      return finish(context, readEnd(resumption.payload));
    case "timeout":
      await cancelOnKill(context, work.openTiming);
      throw new AirloomError("timeout", await explainLate(context));
    case "error":
      return watchHere(work, fields, resumption.message);
  }
}

async function explainLate(context: TaskContext): Promise<string> {
  const late = "The dbt run was not over when the wait for it timed out";
  const record = await loadRunRecord(context.client);
  if (record === undefined || record.runId === null || record.phase !== "not_stopped") return late;
  return `${late}; ${renderNotStopped({ ...record, runId: record.runId }, "")}`;
}

/** A trigger that broke leaves a run behind that may be well: it is not left alone for that. */
async function watchHere(work: Work, fields: JobFields, why: string): Promise<number> {
  const { context } = work;
  const record = await loadRunRecord(context.client);
  if (record === undefined || record.runId === null) {
    throw new AirloomError("trigger.failed", `Cannot watch the dbt run: ${why}`);
  }
  context.log.warning(
    `The triggerer cannot watch dbt run ${record.runId}: watching it here. ${why}`,
  );
  const { patienceS } = await openPorts(work, fields);
  return follow(work, buildInput({ ...record, runId: record.runId }, fields, patienceS));
}

function readEnd(payload: unknown): FollowEnd {
  const event = readRecord(payload);
  const status = FOLLOW_STATUSES.find((known) => known === event["status"]);
  const runId = readNumber(event["runId"]);
  if (status === undefined || runId === null) {
    throw new Error(`The trigger of the dbt run answered ${JSON.stringify(payload)}`);
  }
  return { status, runId, message: readText(event["message"]) ?? "" };
}

async function finish(context: TaskContext, end: FollowEnd): Promise<number> {
  const record = await loadRunRecord(context.client);
  if (record !== undefined) {
    const phase = end.status === "timeout" ? "cancelled" : end.status;
    await saveRunRecord(context.client, { ...record, phase });
  }
  if (end.status === "success") {
    context.log.info(end.message);
    return end.runId;
  }
  throw new AirloomError(end.status === "timeout" ? "timeout" : "trigger.failed", end.message);
}
