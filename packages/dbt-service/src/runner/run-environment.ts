import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import type { RunRow } from "../store/run-row.ts";

/** One stored environment variable of a project. */
export interface ProjectVariable {
  readonly name: string;
  readonly type: string;
  readonly environmentId: number | null;
  readonly jobId: number | null;
  readonly value: string;
}

/** The variables of a run: those of its job over those of its environment over those of the project. */
export function resolveVariables(
  variables: readonly ProjectVariable[],
  run: { readonly environmentId: number; readonly jobId: number },
): Readonly<Record<string, string>> {
  const ofProject = variables.filter((variable) => variable.type === "project");
  const ofEnvironment = variables.filter(
    (variable) => variable.type === "environment" && variable.environmentId === run.environmentId,
  );
  const ofJob = variables.filter(
    (variable) => variable.type === "job" && variable.jobId === run.jobId,
  );
  return Object.fromEntries(
    [...ofProject, ...ofEnvironment, ...ofJob].map((variable) => [variable.name, variable.value]),
  );
}

/** What dbt Cloud tells a command about its run. */
export function renderCloudVariables(
  run: RunRow,
  environment: JsonRecord | undefined,
): Readonly<Record<string, string>> {
  const pullRequest =
    readNumber(run.overrides["github_pull_request_id"]) ??
    readNumber(run.overrides["gitlab_merge_request_id"]) ??
    readNumber(run.overrides["azure_pull_request_id"]) ??
    readNumber(run.overrides["non_native_pull_request_id"]);
  const type = findEnvironmentType(environment);
  return {
    DBT_CLOUD_ACCOUNT_ID: String(run.accountId),
    DBT_CLOUD_PROJECT_ID: String(run.projectId),
    DBT_CLOUD_ENVIRONMENT_ID: String(run.environmentId),
    DBT_CLOUD_ENVIRONMENT_NAME: readText(environment?.["name"]) ?? "",
    DBT_CLOUD_ENVIRONMENT_TYPE: type,
    DBT_CLOUD_INVOCATION_CONTEXT: pullRequest === null ? type || "prod" : "ci",
    DBT_CLOUD_JOB_ID: String(run.jobId),
    DBT_CLOUD_RUN_ID: String(run.id),
    DBT_CLOUD_RUN_REASON: run.causeCategory === "scheduled" ? "Scheduled" : run.cause,
    DBT_CLOUD_RUN_REASON_CATEGORY: findReasonCategory(run),
    ...(pullRequest === null ? {} : { DBT_CLOUD_PR_ID: String(pullRequest) }),
    ...(run.gitSha === null ? {} : { DBT_CLOUD_GIT_SHA: run.gitSha }),
  };
}

function findEnvironmentType(environment: JsonRecord | undefined): string {
  if (environment?.["type"] === "development") return "dev";
  if (environment?.["deployment_type"] === "production") return "prod";
  return environment?.["deployment_type"] === "staging" ? "staging" : "";
}

function findReasonCategory(run: RunRow): string {
  if (run.causeCategory === "scheduled") return "scheduled";
  if (readNumber(run.overrides["github_pull_request_id"]) !== null) return "github_pull_request";
  if (readNumber(run.overrides["gitlab_merge_request_id"]) !== null) return "gitlab_merge_request";
  return readNumber(run.overrides["azure_pull_request_id"]) !== null
    ? "azure_pull_request"
    : "other";
}
