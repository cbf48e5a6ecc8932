import { AirloomError, type JsonObject } from "@airloom/sdk";
import {
  isRecord,
  type JsonRecord,
  readArray,
  readNumber,
  readText,
} from "../contract/json-read.ts";
import type { JobNames } from "../dbt-cloud-client.ts";

/** The fields of `runDbtCloudJob` once rendered and read: numbers may have come as text. */
export interface JobFields {
  readonly connectionId: string;
  readonly accountId: number | null;
  readonly job:
    | { readonly kind: "id"; readonly id: number }
    | ({ readonly kind: "names" } & JobNames);
  readonly triggerReason: string | null;
  readonly stepsOverride: readonly string[] | null;
  readonly schemaOverride: string | null;
  readonly waitForTermination: boolean;
  readonly timeoutS: number;
  readonly checkIntervalS: number;
  /** Null where the connection says it. */
  readonly patienceS: number | null;
  readonly additionalRunConfig: JsonRecord;
  readonly reuseExistingRun: boolean;
  readonly retryFromFailure: boolean;
  readonly deferrable: boolean;
}

/** Reads the rendered fields. Throws where they make no sense, in words of the author's file. */
export function parseJobFields(fields: JsonRecord): JobFields {
  return {
    connectionId: readText(fields["connectionId"]) ?? "dbt_cloud_default",
    accountId: readOptionalId(fields, "accountId"),
    job: parseJob(fields),
    triggerReason: readText(fields["triggerReason"]),
    stepsOverride: parseSteps(fields["stepsOverride"]),
    schemaOverride: readText(fields["schemaOverride"]),
    waitForTermination: fields["waitForTermination"] !== false,
    timeoutS: readPositive(fields, "timeout"),
    checkIntervalS: readPositive(fields, "checkInterval"),
    patienceS: readPatience(fields),
    additionalRunConfig: isRecord(fields["additionalRunConfig"])
      ? fields["additionalRunConfig"]
      : {},
    reuseExistingRun: fields["reuseExistingRun"] === true,
    retryFromFailure: fields["retryFromFailure"] === true,
    deferrable: fields["deferrable"] !== false,
  };
}

function parseJob(fields: JsonRecord): JobFields["job"] {
  const id = readOptionalId(fields, "jobId");
  if (id !== null) return { kind: "id", id };
  const projectName = readText(fields["projectName"]) ?? "";
  const environmentName = readText(fields["environmentName"]) ?? "";
  const jobName = readText(fields["jobName"]) ?? "";
  if (projectName === "" || environmentName === "" || jobName === "") {
    throw new AirloomError(
      "input.invalid",
      "Cannot tell which dbt Cloud job to run: give jobId, or projectName, environmentName and jobName together",
    );
  }
  return { kind: "names", projectName, environmentName, jobName };
}

/** An id that may be written as text; null when it is left out. */
export function readOptionalId(fields: JsonRecord, name: string): number | null {
  const given = fields[name];
  if (given === null || given === undefined || given === "") return null;
  const id = readNumber(given);
  if (id === null || !Number.isSafeInteger(id) || id <= 0) {
    throw new AirloomError(
      "input.invalid",
      `Cannot use ${name} ${JSON.stringify(given)}: expected a number such as 65767`,
    );
  }
  return id;
}

function parseSteps(given: unknown): readonly string[] | null {
  if (given === null || given === undefined) return null;
  const steps = typeof given === "string" ? [given] : readArray(given);
  const commands = steps.filter((step) => typeof step === "string");
  if (commands.length !== steps.length) {
    throw new AirloomError(
      "input.invalid",
      'Cannot use stepsOverride: every member must be a command such as "dbt build"',
    );
  }
  return commands.length === 0 ? null : commands;
}

function readPositive(fields: JsonRecord, name: string): number {
  const number = readNumber(fields[name]);
  if (number === null || number < 0) {
    throw new AirloomError(
      "input.invalid",
      `Cannot use ${name} ${JSON.stringify(fields[name])}: expected seconds, zero or more`,
    );
  }
  return number;
}

/** How long outages are waited out, in seconds; null when it is left to the connection. */
export function readPatience(fields: JsonRecord): number | null {
  const given = fields["patience"];
  return given === null || given === undefined || given === ""
    ? null
    : readPositive(fields, "patience");
}

/** What the operator writes into its fields where the author wrote nothing. */
export const JOB_FIELD_DEFAULTS = {
  connectionId: null,
  jobId: null,
  projectName: null,
  environmentName: null,
  jobName: null,
  accountId: null,
  triggerReason: null,
  stepsOverride: null,
  schemaOverride: null,
  waitForTermination: true,
  timeout: 7 * 24 * 60 * 60,
  checkInterval: 60,
  patience: null,
  additionalRunConfig: null,
  reuseExistingRun: false,
  retryFromFailure: false,
  deferrable: true,
} as const satisfies JsonObject;
