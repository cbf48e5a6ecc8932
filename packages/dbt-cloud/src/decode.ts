import {
  isRecord,
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
  readTexts,
} from "./contract/json-read.ts";
import { readInstant } from "./contract/run-results.ts";
import { findRunStatus, type RunStatus } from "./contract/status.ts";
import { DbtCloudError } from "./http/dbt-cloud-error.ts";

/** One step of a dbt run. */
export interface DbtRunStep {
  readonly id: number;
  /** Counts from 1. */
  readonly index: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly logs: string;
}

/** A dbt run as far as waiting for it needs. */
export interface DbtRun {
  readonly id: number;
  readonly accountId: number;
  readonly projectId: number | null;
  readonly jobId: number | null;
  readonly status: RunStatus;
  readonly statusMessage: string | null;
  readonly href: string | null;
  /** Why it was started; null unless it was asked for. */
  readonly cause: string | null;
  readonly retryingRunId: number | null;
  readonly createdAt: Date | null;
  readonly steps: readonly DbtRunStep[];
}

/** A job as far as naming and starting it needs. */
export interface DbtJob {
  readonly id: number;
  readonly name: string;
  readonly projectId: number | null;
  readonly environmentId: number | null;
  readonly executeSteps: readonly string[];
}

/** The `data` of an answer as an object. Throws when there is none: what was asked may have been done all the same. */
export function readData(body: unknown, what: string): JsonRecord {
  const data = readRecord(body)["data"];
  if (isRecord(data)) return data;
  throw new DbtCloudError("unknown_outcome", `${what} answered no data`);
}

/** A run out of an answer. */
export function decodeRun(data: JsonRecord): DbtRun {
  const id = readNumber(data["id"]);
  if (id === null)
    throw new DbtCloudError("unknown_outcome", "dbt Cloud answered a run without id");
  return {
    id,
    accountId: readNumber(data["account_id"]) ?? 0,
    projectId: readNumber(data["project_id"]),
    jobId: readNumber(data["job_definition_id"]) ?? readNumber(data["job_id"]),
    status: decodeStatus(data),
    statusMessage: readText(data["status_message"]),
    href: readText(data["href"]),
    cause: readText(readRecord(data["trigger"])["cause"]),
    retryingRunId: readNumber(data["retrying_run_id"]),
    createdAt: readInstant(data["created_at"]),
    steps: readArray(data["run_steps"]).map((step) => decodeStep(readRecord(step))),
  };
}

// Falls back on the flags, as other clients do. A status nobody has seen before is no end of a run.
function decodeStatus(data: JsonRecord): RunStatus {
  const known = findRunStatus(data["status"]);
  if (known !== undefined) return known;
  if (data["is_success"] === true) return "success";
  if (data["is_cancelled"] === true) return "cancelled";
  if (data["is_error"] === true) return "error";
  if (readNumber(data["status"]) !== null)
    return data["is_complete"] === true ? "error" : "running";
  throw new DbtCloudError(
    "unknown_outcome",
    `dbt Cloud answered the unknown run status ${JSON.stringify(data["status"])}`,
  );
}

function decodeStep(data: JsonRecord): DbtRunStep {
  return {
    id: readNumber(data["id"]) ?? 0,
    index: readNumber(data["index"]) ?? 0,
    name: readText(data["name"]) ?? "",
    status: findRunStatus(data["status"]) ?? "running",
    logs: readText(data["logs"]) ?? "",
  };
}

/** A job out of an answer. */
export function decodeJob(data: JsonRecord): DbtJob {
  return {
    id: readNumber(data["id"]) ?? 0,
    name: readText(data["name"]) ?? "",
    projectId: readNumber(data["project_id"]),
    environmentId: readNumber(data["environment_id"]),
    executeSteps: readTexts(data["execute_steps"]),
  };
}
