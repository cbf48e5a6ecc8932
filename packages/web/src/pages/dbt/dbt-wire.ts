/** What the pages read of dbt Cloud's objects, in dbt Cloud's own words. Clients may rely on more; these pages do not. */
export interface DbtAccount {
  readonly id: number;
  readonly name: string;
}

/** Where a run or a step stands. */
export type DbtStatus = 1 | 2 | 3 | 10 | 20 | 30;

/** Who looks at these pages, and where they are. */
export interface DbtSession {
  readonly username: string;
  /** What this person may do somewhere, such as `token:write`. */
  readonly operations: readonly string[];
  readonly version: string | null;
  readonly platform_url: string | null;
}

export interface DbtProject {
  readonly id: number;
  readonly name: string;
}

/** A bundle of rights in one project, or (null) in all of them. */
export interface DbtGrant {
  readonly permission_set: string;
  readonly project_id: number | null;
}

export interface DbtToken {
  readonly id: number;
  readonly name: string;
  readonly permission_grants: readonly DbtGrant[];
  readonly last_used: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
}

/** A token in the one answer that holds its text. */
export interface DbtNewToken extends DbtToken {
  readonly token_string: string;
}

export interface DbtJob {
  readonly id: number;
  readonly account_id: number;
  readonly project_id: number;
  readonly environment_id: number;
  readonly name: string;
  readonly description?: string | null;
  readonly execute_steps: readonly string[];
  readonly dbt_version?: string | null;
  readonly triggers?: { readonly schedule?: boolean };
  readonly settings?: { readonly threads?: number; readonly target_name?: string };
  readonly generate_docs?: boolean;
  readonly cron_humanized?: string;
  readonly next_run?: string | null;
}

export interface DbtStep {
  readonly id: number;
  readonly index: number;
  readonly status: DbtStatus;
  /** The status in words; the only place where a step says that it was skipped. */
  readonly status_humanized: string;
  readonly name: string;
  readonly logs: string;
  readonly debug_logs: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface DbtRun {
  readonly id: number;
  readonly account_id: number;
  readonly project_id: number;
  readonly job_definition_id: number;
  readonly status: DbtStatus;
  readonly status_message: string | null;
  readonly is_complete: boolean;
  readonly dbt_version: string;
  readonly git_branch: string | null;
  readonly git_sha: string | null;
  readonly created_at: string;
  readonly dequeued_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly can_retry: boolean;
  readonly retry_not_supported_reason: string | null;
  readonly trigger: { readonly cause: string; readonly cause_category: string } | null;
  readonly job: { readonly name?: string } | null;
  readonly environment: { readonly name?: string } | null;
  readonly run_steps: readonly DbtStep[];
}

/** One node of a run, of our own address beside dbt Cloud's. */
export interface DbtNode {
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
  readonly compiled_line: number | null;
  readonly depends_on: readonly string[];
}

/** A page of a list. */
export interface DbtPage<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** An instant as dbt Cloud writes it (`2026-11-22 08:06:15.000000+00:00`), as ISO text. */
export function isoOf(text: string | null): string | null {
  return text === null ? null : new Date(text.replace(" ", "T")).toISOString();
}
