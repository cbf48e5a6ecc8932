import { type JsonRecord, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { findAdapter, showConfig } from "../domain/adapter.ts";
import {
  DEFAULT_QUEUE_LIMIT,
  ENVIRONMENT_DEFAULTS,
  PROJECT_DEFAULTS,
} from "../domain/resource-defaults.ts";
import { findNextRun, humanizeCron } from "../domain/schedule.ts";
import { hideSecrets } from "../secret-box.ts";
import type { Resource } from "../store/resource-store.ts";
import { renderTime } from "./wire-time.ts";

/** What every configured thing is shown with. */
export function renderResource(resource: Resource): JsonRecord {
  const { remote_url_shown: address = null, ...shown } = hideSecrets(resource.body);
  return {
    ...shown,
    ...(address === null ? {} : { remote_url: address }),
    id: resource.id,
    account_id: resource.accountId,
    name: resource.name,
    state: resource.state,
    created_at: renderTime(resource.createdAt),
    updated_at: renderTime(resource.updatedAt),
  };
}

/** An account as dbt Cloud writes it. */
export function renderAccount(account: Resource): JsonRecord {
  return {
    plan: "enterprise",
    run_slots: 1,
    developer_seats: 0,
    it_seats: 0,
    explorer_seats: 0,
    analyst_seats: 0,
    read_only_seats: 0,
    locked: false,
    lock_reason: null,
    lock_cause: null,
    unlocked_at: null,
    pending_cancel: false,
    billing_email_address: null,
    pod_memory_request_mebibytes: 600,
    develop_pod_memory_request_mebibytes: 0,
    run_duration_limit_seconds: 86_400,
    queue_limit: DEFAULT_QUEUE_LIMIT,
    enterprise_login_slug: null,
    business_critical: false,
    starter_repo_url: null,
    git_auth_level: null,
    identifier: `act_${account.id}`,
    trial_end_date: null,
    static_subdomain: null,
    vanity_subdomain: null,
    run_locked_until: null,
    docs_job_id: null,
    freshness_job_id: null,
    docs_job: null,
    freshness_job: null,
    groups: [],
    ...withoutAccountId(renderResource(account)),
  };
}

function withoutAccountId(body: JsonRecord): JsonRecord {
  const { account_id: _accountId, ...rest } = body;
  return rest;
}

/** A project as dbt Cloud writes it; OpenLineage reads its connection without asking for it. */
export function renderProject(
  project: Resource,
  related: { readonly connection: Resource | undefined; readonly repository: Resource | undefined },
): JsonRecord {
  return {
    ...PROJECT_DEFAULTS,
    docs_job: null,
    freshness_job: null,
    ...renderResource(project),
    connection:
      related.connection === undefined
        ? {
            id: null,
            name: project.name,
            type: "duckdb",
            details: {},
            account_id: project.accountId,
          }
        : renderConnection(related.connection),
    repository: related.repository === undefined ? null : renderResource(related.repository),
    environments: null,
    group_permissions: [],
    default_version: null,
    skipped_setup: false,
  };
}

/** A connection, in the new form (`config`) and the old one (`type`, `details`) at once. */
export function renderConnection(connection: Resource): JsonRecord {
  const shown = renderResource(connection);
  const config = showConfig(shown);
  return {
    type: findAdapter(shown),
    details: config,
    project_id: connection.projectId,
    ...shown,
    config,
  };
}

/** An environment as dbt Cloud writes it. Version 3 shows `jobs` and custom variables as null, never as lists. */
export function renderEnvironment(environment: Resource, project: JsonRecord | null): JsonRecord {
  const shown = renderResource(environment);
  return {
    ...ENVIRONMENT_DEFAULTS,
    created_by_id: null,
    is_deferrable: true,
    ...shown,
    project_id: environment.projectId,
    raw_dbt_version: shown["dbt_version"] ?? "latest",
    project,
    jobs: null,
    custom_environment_variables: null,
    credentials: null,
    connection: null,
    repository: null,
  };
}

/** A job as dbt Cloud writes it. */
export function renderJob(job: Resource, now: Date): JsonRecord {
  const shown = renderResource(job);
  const cron = readText(readRecord(shown["schedule"])["cron"]) ?? "0 * * * *";
  const isScheduled = readRecord(shown["triggers"])["schedule"] === true;
  const next = isScheduled ? findNextRun(cron, now) : undefined;
  return {
    ...shown,
    project_id: job.projectId,
    raw_dbt_version: shown["dbt_version"] ?? null,
    generate_sources: shown["run_generate_sources"] ?? false,
    is_deferrable: false,
    run_failure_count: 0,
    deactivated: false,
    is_system: false,
    cron_humanized: humanizeCron(cron),
    next_run: next === undefined ? null : renderTime(next),
    next_run_humanized: next === undefined ? null : humanizeWait(next.getTime() - now.getTime()),
    account: null,
    project: null,
    environment: null,
  };
}

function humanizeWait(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 60 ? `in ${minutes} minutes` : `in ${Math.round(minutes / 60)} hours`;
}
