import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  AirloomError,
  defineOperator,
  type JsonObject,
  type Operator,
  refuseUnknownOptions,
  type TaskContext,
  type Templated,
} from "@airloom/sdk";
import { openClient } from "../connection.ts";
import { type JsonRecord, readNumber, readText } from "../contract/json-read.ts";
import { RUN_STATUS } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { readOptionalId } from "./job-fields.ts";
import { RENAMED } from "./renamed-options.ts";

type NoInputs = Readonly<Record<never, never>>;

/** Which connection and account an operator asks. */
export interface DbtCloudTarget {
  /** @default "dbt_cloud_default" */
  readonly connectionId?: Templated<string>;
  /** @default the Account ID of the connection */
  readonly accountId?: Templated<number | string>;
}

async function openTarget(context: TaskContext, fields: JsonRecord): Promise<DbtCloudClient> {
  const connectionId = readText(fields["connectionId"]) ?? "dbt_cloud_default";
  return openClient(await context.client.getConnectionOrThrow(connectionId), {
    accountId: readOptionalId(fields, "accountId"),
    signal: context.signal,
  });
}

function targetFields(options: DbtCloudTarget): {
  readonly connectionId: Templated<string>;
  readonly accountId: Templated<number | string | null>;
} {
  return {
    connectionId: options.connectionId ?? "dbt_cloud_default",
    accountId: options.accountId ?? null,
  };
}

function checkNames(of: string, options: object, ...own: readonly string[]): void {
  const names = ["connectionId", "accountId", ...own];
  refuseUnknownOptions(options, Object.fromEntries(names.map((name) => [name, true])), {
    of,
    from: import.meta.url,
    renamed: RENAMED,
  });
}

type TargetFields = {
  readonly connectionId: string;
  readonly accountId: number | string | null;
};

/** Saves an artifact of a dbt run as a file and answers the file's name. */
export function getDbtCloudJobRunArtifact(
  options: DbtCloudTarget & {
    readonly runId: Templated<number | string>;
    readonly path: Templated<string>;
    /** Counts from 1. @default the last step that has it */
    readonly step?: number;
    /** @default `<run id>_<path>` with dashes for slashes */
    readonly outputFileName?: Templated<string>;
  },
): Operator<NoInputs, string> {
  checkNames("getDbtCloudJobRunArtifact()", options, "runId", "path", "step", "outputFileName");
  return defineOperator<
    TargetFields & {
      readonly runId: number | string;
      readonly path: string;
      readonly step: number | null;
      readonly outputFileName: string | null;
    },
    string
  >({
    name: "get_dbt_cloud_job_run_artifact",
    fields: {
      ...targetFields(options),
      runId: options.runId,
      path: options.path,
      step: options.step ?? null,
      outputFileName: options.outputFileName ?? null,
    },
    execute: async (context, { fields }) => {
      const runId = requireId(fields, "runId");
      const client = await openTarget(context, fields);
      const text = await client.findArtifact(
        runId,
        fields.path,
        readNumber(fields.step) ?? undefined,
      );
      if (text === undefined) {
        throw new AirloomError(
          "input.invalid",
          `dbt run ${runId} has no artifact "${fields.path}"`,
        );
      }
      const file = fields.outputFileName ?? `${runId}_${fields.path}`.replaceAll("/", "-");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
  });
}

/** Answers the ids of the jobs of an account. */
export function listDbtCloudJobs(
  options: DbtCloudTarget & {
    readonly projectId?: Templated<number | string>;
    readonly environmentId?: Templated<number | string>;
    readonly orderBy?: Templated<string>;
  } = {},
): Operator<NoInputs, readonly number[]> {
  checkNames("listDbtCloudJobs()", options, "projectId", "environmentId", "orderBy");
  return defineOperator<
    TargetFields & {
      readonly projectId: number | string | null;
      readonly environmentId: number | string | null;
      readonly orderBy: string | null;
    },
    readonly number[]
  >({
    name: "list_dbt_cloud_jobs",
    fields: {
      ...targetFields(options),
      projectId: options.projectId ?? null,
      environmentId: options.environmentId ?? null,
      orderBy: options.orderBy ?? null,
    },
    execute: async (context, { fields }) => {
      const client = await openTarget(context, fields);
      const projectId = readOptionalId(fields, "projectId");
      const environmentId = readOptionalId(fields, "environmentId");
      const jobs = await client.listJobs({
        ...(projectId === null ? {} : { projectId }),
        ...(environmentId === null ? {} : { environmentId }),
        ...(fields.orderBy === null ? {} : { orderBy: fields.orderBy }),
      });
      context.log.info(
        `Jobs in dbt Cloud account ${client.accountId}: ${jobs.map((job) => job.id).join(", ")}`,
      );
      return jobs.map((job) => job.id);
    },
  });
}

/** Answers dbt runs, newest first unless told otherwise; the server does the filtering. */
export function listDbtCloudJobRuns(
  options: DbtCloudTarget & {
    readonly jobId?: Templated<number | string>;
    /** Codes such as 10 for success and 20 for error. */
    readonly statusFilter?: readonly number[];
    /** @default "-created_at" */
    readonly orderBy?: Templated<string>;
    /** @default 100 */
    readonly limit?: number;
  } = {},
): Operator<NoInputs, readonly JsonObject[]> {
  checkNames("listDbtCloudJobRuns()", options, "jobId", "statusFilter", "orderBy", "limit");
  return defineOperator<
    TargetFields & {
      readonly jobId: number | string | null;
      readonly statusFilter: readonly number[] | null;
      readonly orderBy: string;
      readonly limit: number;
    },
    readonly JsonObject[]
  >({
    name: "list_dbt_cloud_job_runs",
    fields: {
      ...targetFields(options),
      jobId: options.jobId ?? null,
      statusFilter: options.statusFilter ?? null,
      orderBy: options.orderBy ?? "-created_at",
      limit: options.limit ?? 100,
    },
    execute: async (context, { fields }) => {
      const client = await openTarget(context, fields);
      const jobId = readOptionalId(fields, "jobId");
      const runs = await client.listRuns({
        orderBy: fields.orderBy,
        limit: readNumber(fields.limit) ?? 100,
        ...(jobId === null ? {} : { jobId }),
        ...(Array.isArray(fields.statusFilter) ? { statuses: fields.statusFilter } : {}),
      });
      return runs.map((run) => showRun(client, run));
    },
  });
}

function showRun(client: DbtCloudClient, run: DbtRun): JsonObject {
  return {
    id: run.id,
    jobId: run.jobId,
    projectId: run.projectId,
    status: RUN_STATUS[run.status],
    statusHumanized: run.status,
    statusMessage: run.statusMessage,
    createdAt: run.createdAt?.toISOString() ?? null,
    href: client.getRunUrl(run),
  };
}

function requireId(fields: JsonRecord, name: string): number {
  const id = readOptionalId(fields, name);
  if (id === null) throw new AirloomError("input.invalid", `Cannot go on without ${name}`);
  return id;
}
