import type { RunStatusCode } from "./status.ts";

/** What stands at the head of every answer. */
export interface WireStatus {
  readonly code: number;
  readonly is_success: boolean;
  readonly user_message: string;
  readonly developer_message: string | null;
}

/** An answer with one object. */
export interface WireEnvelope<T> {
  readonly status: WireStatus;
  readonly data: T;
}

/** An answer with a page of objects. */
export interface WirePage<T> {
  readonly status: WireStatus;
  readonly data: readonly T[];
  readonly extra: {
    readonly filters: Readonly<Record<string, unknown>> & {
      readonly limit: number;
      readonly offset: number;
    };
    readonly order_by: string | null;
    readonly pagination: { readonly count: number; readonly total_count: number };
  };
}

/** Body of `POST …/jobs/{id}/run/`. */
export interface WireTriggerRequest {
  readonly cause: string;
  readonly steps_override?: readonly string[] | null;
  readonly schema_override?: string | null;
  readonly [extension: string]: unknown;
}

/** `run.trigger`: why and how a run was started. */
export interface WireTrigger {
  readonly id: number;
  readonly cause: string;
  readonly cause_category: string;
  readonly job_definition_id: number;
  readonly git_branch: string | null;
  readonly git_sha: string | null;
  readonly azure_pull_request_id: number | null;
  readonly github_pull_request_id: number | null;
  readonly gitlab_merge_request_id: number | null;
  readonly non_native_pull_request_id: number | null;
  readonly schema_override: string | null;
  readonly dbt_version_override: string | null;
  readonly threads_override: number | null;
  readonly target_name_override: string | null;
  readonly generate_docs_override: boolean | null;
  readonly timeout_seconds_override: number | null;
  readonly steps_override: readonly string[] | null;
  readonly created_at: string;
}

/** One step of a run. */
export interface WireRunStep {
  readonly id: number;
  readonly run_id: number;
  readonly account_id: number;
  /** Counts from 1. */
  readonly index: number;
  readonly status: RunStatusCode;
  readonly status_humanized: string;
  readonly status_color: string;
  readonly name: string;
  /** Grows at its end alone while the step runs. */
  readonly logs: string;
  readonly debug_logs: string;
  readonly truncated_debug_logs: string;
  readonly log_path: string | null;
  readonly debug_log_path: string | null;
  readonly log_location: string;
  readonly log_archive_type: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly duration: string;
  readonly duration_humanized: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly run_step_command: {
    readonly run_step_id: number;
    readonly dbt_command: string;
  } | null;
  readonly run_step_invocation: { readonly run_step_id: number; readonly run_id: number } | null;
}

/** Why a run cannot be retried. */
export type WireRetryNotSupportedReason =
  | "RETRY_UNSUPPORTED_CMD"
  | "RETRY_UNSUPPORTED_VERSION"
  | "RETRY_NOT_LATEST_RUN"
  | "RETRY_NOT_FAILED_RUN"
  | "RETRY_NO_RUN_RESULTS";

/** A run. `job`, `trigger` and `environment` are null and `run_steps` empty unless they were asked for. */
export interface WireRun {
  readonly id: number;
  readonly trigger_id: number;
  readonly account_id: number;
  readonly environment_id: number;
  readonly project_id: number;
  readonly job_definition_id: number;
  readonly job_id: number;
  readonly status: RunStatusCode;
  readonly status_humanized: string;
  readonly status_message: string | null;
  readonly in_progress: boolean;
  readonly is_complete: boolean;
  readonly is_success: boolean;
  readonly is_error: boolean;
  readonly is_cancelled: boolean;
  readonly is_running: boolean;
  readonly dbt_version: string;
  readonly git_branch: string | null;
  readonly git_sha: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly dequeued_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly last_checked_at: string | null;
  readonly last_heartbeat_at: string | null;
  readonly should_start_at: string | null;
  readonly owner_thread_id: string | null;
  readonly executed_by_thread_id: string | null;
  readonly deferring_run_id: number | null;
  readonly retrying_run_id: number | null;
  readonly artifacts_saved: boolean;
  readonly artifact_s3_path: string | null;
  readonly has_docs_generated: boolean;
  readonly has_sources_generated: boolean;
  readonly notifications_sent: boolean;
  readonly blocked_by: readonly number[];
  readonly scribe_enabled: boolean;
  readonly can_retry: boolean;
  readonly retry_not_supported_reason: WireRetryNotSupportedReason | null;
  readonly href: string;
  readonly duration: string;
  readonly queued_duration: string;
  readonly run_duration: string;
  readonly duration_humanized: string;
  readonly queued_duration_humanized: string;
  readonly run_duration_humanized: string;
  readonly created_at_humanized: string;
  readonly finished_at_humanized: string;
  readonly deprecation: { readonly count: number } | null;
  readonly used_repo_cache: boolean;
  readonly audit: unknown;
  readonly trigger: WireTrigger | null;
  readonly job: unknown;
  readonly environment: unknown;
  readonly repository: unknown;
  readonly run_steps: readonly WireRunStep[];
}

/** One row of our own `GET /api/private/runs/{id}/nodes/`. */
export interface WireRunNode {
  readonly unique_id: string;
  readonly name: string;
  readonly resource_type: string;
  readonly status: string;
  readonly step_index: number;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly execution_time: number | null;
  readonly thread_id: string | null;
  readonly message: string | null;
  readonly failures: number | null;
  readonly compiled_code: string | null;
  readonly relation_name: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** The line of `compiled_code` at which the database stopped. */
  readonly compiled_line: number | null;
  readonly depends_on: readonly string[];
}
