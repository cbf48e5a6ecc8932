import type { JsonRecord, RunStatusCode } from "@airloom/dbt-cloud/contract";

/** One step a run will take: its number, name, and the dbt command behind it. */
export interface PlannedStep {
  readonly name: string;
  /** `clone` and `profile` prepare; `dbt` runs a command. */
  readonly kind: "clone" | "profile" | "dbt";
  readonly command: string | null;
  /** A checkbox step may fail without failing the run. */
  readonly isOptional: boolean;
  /** Set on the step that resumes a failed one: where the results to resume from lie. */
  readonly resume: { readonly runId: number; readonly stepIndex: number } | null;
}

/** A dbt run as stored. */
export interface RunRow {
  readonly id: number;
  readonly accountId: number;
  readonly projectId: number;
  readonly environmentId: number;
  readonly jobId: number;
  readonly status: RunStatusCode;
  readonly statusMessage: string | null;
  readonly cause: string;
  readonly causeCategory: string;
  readonly overrides: JsonRecord;
  readonly job: JsonRecord;
  readonly plan: readonly PlannedStep[];
  readonly retryingRunId: number | null;
  readonly triggeredBy: string;
  readonly cancelledBy: string | null;
  readonly owner: string | null;
  readonly cancelRequestedAt: Date | null;
  readonly gitSha: string | null;
  readonly gitBranch: string | null;
  readonly dbtVersion: string | null;
  readonly artifactsSaved: boolean;
  readonly hasDocsGenerated: boolean;
  readonly hasSourcesGenerated: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly dequeuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A step of a dbt run as stored, without its log. */
export interface StepRow {
  readonly id: number;
  readonly runId: number;
  readonly index: number;
  readonly name: string;
  readonly command: string | null;
  readonly status: RunStatusCode;
  readonly kills: number;
  readonly processGroup: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Columns of a run under the names of `RunRow`. */
export const RUN_COLUMNS = `id, account_id as "accountId", project_id as "projectId",
  environment_id as "environmentId", job_id as "jobId", status, status_message as "statusMessage",
  cause, cause_category as "causeCategory", overrides, job, plan, retrying_run_id as "retryingRunId",
  triggered_by as "triggeredBy", cancelled_by as "cancelledBy", owner,
  cancel_requested_at as "cancelRequestedAt", git_sha as "gitSha", git_branch as "gitBranch",
  dbt_version as "dbtVersion", artifacts_saved as "artifactsSaved",
  has_docs_generated as "hasDocsGenerated", has_sources_generated as "hasSourcesGenerated",
  created_at as "createdAt", updated_at as "updatedAt", dequeued_at as "dequeuedAt",
  started_at as "startedAt", finished_at as "finishedAt"`;

/** Columns of a step under the names of `StepRow`. */
export const STEP_COLUMNS = `id, run_id as "runId", index, name, command, status, kills,
  process_group as "processGroup", started_at as "startedAt", finished_at as "finishedAt",
  created_at as "createdAt", updated_at as "updatedAt"`;
