import {
  findRunStatus,
  humanizeStatus,
  type JsonRecord,
  RUN_STATUS,
  readNumber,
  readText,
  readTexts,
  type WireRun,
  type WireRunStep,
  type WireTrigger,
} from "@airloom/dbt-cloud/contract";
import type { Retryability } from "../run-commands.ts";
import type { RunRow, StepRow } from "../store/run-row.ts";
import { humanizeDuration, renderDuration, renderRunTime } from "./wire-time.ts";

const COLOURS: Readonly<Record<number, string>> = {
  1: "#98a2b3",
  2: "#98a2b3",
  3: "#2e90fa",
  10: "#12b76a",
  20: "#f04438",
  30: "#667085",
};

/** What a run is shown with beside its row. */
export interface RunExtras {
  readonly publicUrl: string;
  readonly now: Date;
  readonly blockedBy: readonly number[];
  readonly retryability: Retryability;
  readonly job: JsonRecord | null;
  readonly environment: JsonRecord | null;
  readonly repository: JsonRecord | null;
  readonly hasTrigger: boolean;
  readonly hasAudit: boolean;
  readonly steps: readonly WireRunStep[];
}

/** A run as dbt Cloud writes it. */
export function renderRun(run: RunRow, extras: RunExtras): WireRun {
  const status = findRunStatus(run.status) ?? "queued";
  const isComplete = run.status >= 10;
  return {
    id: run.id,
    trigger_id: run.id,
    account_id: run.accountId,
    environment_id: run.environmentId,
    project_id: run.projectId,
    job_definition_id: run.jobId,
    job_id: run.jobId,
    status: run.status,
    status_humanized: humanizeStatus(status),
    status_message: run.statusMessage,
    in_progress: !isComplete,
    is_complete: isComplete,
    is_success: status === "success",
    is_error: status === "error",
    is_cancelled: status === "cancelled",
    is_running: status === "running",
    dbt_version: run.dbtVersion ?? readText(run.job["dbt_version"]) ?? "latest",
    git_branch: run.gitBranch,
    git_sha: run.gitSha,
    ...renderTimes(run, extras.now),
    owner_thread_id: run.owner,
    executed_by_thread_id: run.owner,
    deferring_run_id: null,
    retrying_run_id: run.retryingRunId,
    artifacts_saved: run.artifactsSaved,
    artifact_s3_path: run.artifactsSaved ? `prod/runs/${run.id}/artifacts/target` : null,
    has_docs_generated: run.hasDocsGenerated,
    has_sources_generated: run.hasSourcesGenerated,
    notifications_sent: false,
    blocked_by: extras.blockedBy,
    scribe_enabled: true,
    can_retry: extras.retryability.kind === "yes",
    retry_not_supported_reason:
      extras.retryability.kind === "yes" ? null : extras.retryability.reason,
    href: `${extras.publicUrl}/#/accounts/${run.accountId}/projects/${run.projectId}/runs/${run.id}/`,
    deprecation: null,
    used_repo_cache: false,
    audit: extras.hasAudit ? renderAudit(run) : null,
    trigger: extras.hasTrigger ? renderTrigger(run) : null,
    job: extras.job,
    environment: extras.environment,
    repository: extras.repository,
    run_steps: extras.steps,
  };
}

function renderTimes(
  run: RunRow,
  now: Date,
): Pick<
  WireRun,
  | "created_at"
  | "updated_at"
  | "dequeued_at"
  | "started_at"
  | "finished_at"
  | "last_checked_at"
  | "last_heartbeat_at"
  | "should_start_at"
  | "duration"
  | "queued_duration"
  | "run_duration"
  | "duration_humanized"
  | "queued_duration_humanized"
  | "run_duration_humanized"
  | "created_at_humanized"
  | "finished_at_humanized"
> {
  const end = run.finishedAt ?? now;
  const totalMs = end.getTime() - run.createdAt.getTime();
  const runMs = run.startedAt === null ? 0 : end.getTime() - run.startedAt.getTime();
  const queuedMs = (run.startedAt ?? end).getTime() - run.createdAt.getTime();
  return {
    created_at: renderRunTime(run.createdAt) ?? "",
    updated_at: renderRunTime(run.updatedAt) ?? "",
    dequeued_at: renderRunTime(run.dequeuedAt),
    started_at: renderRunTime(run.startedAt),
    finished_at: renderRunTime(run.finishedAt),
    last_checked_at: renderRunTime(run.updatedAt),
    last_heartbeat_at: renderRunTime(run.updatedAt),
    should_start_at: renderRunTime(run.createdAt),
    duration: renderDuration(totalMs),
    queued_duration: renderDuration(queuedMs),
    run_duration: renderDuration(runMs),
    duration_humanized: humanizeDuration(totalMs),
    queued_duration_humanized: humanizeDuration(queuedMs),
    run_duration_humanized: humanizeDuration(runMs),
    created_at_humanized: `${humanizeDuration(now.getTime() - run.createdAt.getTime())} ago`,
    finished_at_humanized:
      run.finishedAt === null
        ? "In the future"
        : `${humanizeDuration(now.getTime() - run.finishedAt.getTime())} ago`,
  };
}

/** `run.trigger`: why and how the run was started. */
export function renderTrigger(run: RunRow): WireTrigger {
  const { overrides } = run;
  const steps = readTexts(overrides["steps_override"]);
  return {
    id: run.id,
    cause: run.cause,
    cause_category: run.causeCategory,
    job_definition_id: run.jobId,
    git_branch: readText(overrides["git_branch"]),
    git_sha: readText(overrides["git_sha"]),
    azure_pull_request_id: readNumber(overrides["azure_pull_request_id"]),
    github_pull_request_id: readNumber(overrides["github_pull_request_id"]),
    gitlab_merge_request_id: readNumber(overrides["gitlab_merge_request_id"]),
    non_native_pull_request_id: readNumber(overrides["non_native_pull_request_id"]),
    schema_override: readText(overrides["schema_override"]),
    dbt_version_override: readText(overrides["dbt_version_override"]),
    threads_override: readNumber(overrides["threads_override"]),
    target_name_override: readText(overrides["target_name_override"]),
    generate_docs_override:
      typeof overrides["generate_docs_override"] === "boolean"
        ? overrides["generate_docs_override"]
        : null,
    timeout_seconds_override: readNumber(overrides["timeout_seconds_override"]),
    steps_override: steps.length === 0 ? null : steps,
    created_at: renderRunTime(run.createdAt) ?? "",
  };
}

function renderAudit(run: RunRow): JsonRecord {
  const actor = (name: string): JsonRecord => ({ actor: { id: null, type: "user", name } });
  return {
    trigger: actor(run.triggeredBy),
    cancellation: run.cancelledBy === null ? null : actor(run.cancelledBy),
  };
}

/** A step as dbt Cloud writes it. */
export function renderStep(
  step: StepRow,
  options: {
    readonly run: Pick<RunRow, "accountId" | "status">;
    readonly logs: string;
    readonly hasDebugLogs: boolean;
    readonly now: Date;
  },
): WireRunStep {
  // What was never begun when its run ended never will be. dbt Cloud has no code of its own for that.
  const isSkipped = step.status === 1 && options.run.status >= 10;
  const code = isSkipped ? RUN_STATUS.cancelled : step.status;
  const status = findRunStatus(code) ?? "queued";
  const ms =
    step.startedAt === null
      ? 0
      : (step.finishedAt ?? options.now).getTime() - step.startedAt.getTime();
  return {
    id: step.id,
    run_id: step.runId,
    account_id: options.run.accountId,
    index: step.index,
    status: code,
    status_humanized: isSkipped ? "Skipped" : humanizeStatus(status),
    status_color: COLOURS[code] ?? "#98a2b3",
    name: step.name,
    logs: options.logs,
    debug_logs: options.hasDebugLogs ? options.logs : "",
    truncated_debug_logs: options.logs.split("\n").slice(-1_000).join("\n"),
    log_path: null,
    debug_log_path: null,
    log_location: "db",
    log_archive_type: "db_flushed",
    started_at: renderRunTime(step.startedAt),
    finished_at: renderRunTime(step.finishedAt),
    duration: renderDuration(ms),
    duration_humanized: humanizeDuration(ms),
    created_at: renderRunTime(step.createdAt) ?? "",
    updated_at: renderRunTime(step.updatedAt) ?? "",
    run_step_command:
      step.command === null ? null : { run_step_id: step.id, dbt_command: step.command },
    run_step_invocation:
      step.command === null ? null : { run_step_id: step.id, run_id: step.runId },
  };
}
