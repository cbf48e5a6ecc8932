import { CATEGORIES } from "../domain/environment-category.ts";
import { FILTER_FIELDS } from "./filter-fields.ts";
import type { QueryShape } from "./list-query.ts";
import type { FilterFields } from "./read-filter.ts";
import {
  either,
  type Fields,
  flag,
  id,
  instant,
  integer,
  list,
  map,
  object,
  oneOf,
  oneOfNumbers,
  type Shape,
  secret,
  text,
} from "./shape.ts";

/** What an operation reads of a request. Nothing else in it reaches the operation. */
export interface Takes {
  readonly query?: QueryShape;
  readonly body?: Shape;
}

const NAME = text({ max: 500 });
const STATE = oneOfNumbers(1, 2);
const THREADS = integer(1, 1_000);
const STEPS = list(text({ min: 1 }));
const VERSION = text({
  pattern:
    /^(?:|latest|versionless|compatible|extended|fallback|latest-fusion|fusion-(?:stable|extended|nightly|fallback)|[12]\.\d{1,2}(?:\.\d{1,2})?(?:-latest|-pre|(?:rc|b|a)\d+)?)$/u,
  like: "a dbt version such as 1.11.0, 1.11.0-latest or latest",
});

function listOf(
  fields: FilterFields,
  change: Partial<NonNullable<QueryShape["list"]>> = {},
): Takes {
  const orders = ["id", "name", "created_at", "updated_at"];
  return { query: { list: { fields, orders, defaultState: "active", ...change } } };
}

const SCHEDULE = object({
  cron: text(),
  date: object({
    type: oneOf("every_day", "days_of_week", "custom_cron", "interval_cron"),
    days: list(integer(0, 6)),
    cron: text(),
  }),
  time: object({
    type: oneOf("every_hour", "at_exact_hours"),
    interval: integer(1, 24),
    hours: list(integer(0, 23)),
  }),
});

const JOB: Fields = {
  account_id: id(),
  project_id: id(),
  environment_id: id(),
  name: NAME,
  description: text(),
  dbt_version: VERSION,
  execute_steps: STEPS,
  execution: object({ timeout_seconds: integer(0) }),
  generate_docs: flag(),
  run_generate_sources: flag(),
  generate_sources: flag(),
  run_lint: flag(),
  errors_on_lint_failure: flag(),
  run_compare_changes: flag(),
  compare_changes_flags: text(),
  deferring_job_definition_id: id(),
  deferring_environment_id: id(),
  triggers: object({
    github_webhook: flag(),
    git_provider_webhook: flag(),
    schedule: flag(),
    on_merge: flag(),
    custom_branch_only: flag(),
  }),
  triggers_on_draft_pr: flag(),
  settings: object({ threads: THREADS, target_name: text() }),
  schedule: SCHEDULE,
  job_type: oneOf("ci", "scheduled", "other", "merge", "exposure_sync", "adaptive", "hybrid"),
  job_completion_trigger_condition: object({
    condition: object({
      job_id: id(),
      project_id: id(),
      statuses: list(oneOfNumbers(10, 20, 30)),
    }),
  }),
  lifecycle_webhooks: flag(),
  lifecycle_webhooks_url: text(),
  cost_optimization_features: list(
    oneOf("state_aware_orchestration", "efficient_testing", "dbt_state"),
  ),
  force_node_selection: flag(),
  state: STATE,
};

const TRIGGER: Fields = {
  cause: text(),
  git_sha: text(),
  git_branch: text(),
  schema_override: text({ max: 127 }),
  dbt_version_override: VERSION,
  target_name_override: text(),
  azure_pull_request_id: id(),
  // The documentation's name for it; the specification and all clients have the one above.
  azure_devops_pull_request_id: id(),
  github_pull_request_id: id(),
  gitlab_merge_request_id: id(),
  non_native_pull_request_id: id(),
  threads_override: THREADS,
  timeout_seconds_override: integer(0),
  generate_docs_override: flag(),
  steps_override: STEPS,
};

const GRANT = object({
  permission_set: text(),
  project_id: id(),
  all_projects: flag(),
  writable_environment_categories: list(oneOf(...CATEGORIES)),
});

const VARIABLE: Fields = {
  account_id: id(),
  name: text(),
  type: oneOf("project", "environment", "job", "user"),
  environment_id: id(),
  job_definition_id: id(),
  raw_value: secret(),
};
// Values by name of environment; null takes one away.
const VALUES = map(secret());

/** Fields a client may set of each kind of thing that has nothing special about it. */
export const RESOURCE_FIELDS = {
  project: {
    account_id: id(),
    name: NAME,
    description: text(),
    connection_id: id(),
    repository_id: id(),
    semantic_layer_config_id: id(),
    dbt_project_subdirectory: text(),
    docs_job_id: id(),
    freshness_job_id: id(),
    type: oneOfNumbers(0, 1),
    state: STATE,
  },
  environment: {
    account_id: id(),
    project_id: id(),
    name: NAME,
    type: oneOf("development", "deployment"),
    deployment_type: oneOf("production", "staging"),
    dbt_version: VERSION,
    credentials_id: id(),
    connection_id: id(),
    extended_attributes_id: id(),
    primary_profile_id: id(),
    use_custom_branch: flag(),
    custom_branch: text(),
    supports_docs: flag(),
    enable_model_query_history: flag(),
    enable_dbt_state: flag(),
    repository_id: id(),
    dbt_project_subdirectory: text(),
    state: STATE,
  },
  repository: {
    account_id: id(),
    project_id: id(),
    name: NAME,
    full_name: NAME,
    remote_url: text(),
    remote_backend: text(),
    git_clone_strategy: text(),
    deploy_key_id: id(),
    repository_credentials_id: id(),
    github_installation_id: id(),
    github_webhook_id: id(),
    private_link_endpoint_id: either(id(), text()),
    git_provider_id: id(),
    github_repo: text(),
    web_url: text(),
    pull_request_url_template: text(),
    deploy_key: map(),
    git_provider: map(),
    gitlab: map(),
    state: STATE,
  },
  connection: {
    account_id: id(),
    project_id: id(),
    name: NAME,
    type: text(),
    adapter_version: text(),
    config: map(),
    details: map(),
    is_ssh_tunnel_enabled: flag(),
    private_link_endpoint_id: either(id(), text()),
    oauth_configuration_id: id(),
    state: STATE,
  },
  credentials: {
    account_id: id(),
    project_id: id(),
    name: NAME,
    type: text(),
    adapter_version: text(),
    adapter_id: id(),
    threads: THREADS,
    auth_type: text(),
    username: text(),
    user: text(),
    database: text(),
    role: text(),
    warehouse: text(),
    password: secret(),
    private_key: secret(),
    private_key_passphrase: secret(),
    _refresh_token: secret(),
    default_schema: text(),
    schema: text(),
    target_name: text(),
    credential_details: map(),
    state: STATE,
  },
  extended_attributes: {
    account_id: id(),
    project_id: id(),
    name: NAME,
    extended_attributes: map(),
    state: STATE,
  },
  notification: {
    account_id: id(),
    name: NAME,
    user_id: id(),
    type: oneOfNumbers(1, 2, 3, 4, 5),
    external_email: text(),
    slack_channel_id: text(),
    slack_channel_name: text(),
    on_success: list(id()),
    on_failure: list(id()),
    on_cancel: list(id()),
    on_warning: list(id()),
    state: STATE,
  },
} as const satisfies Readonly<Record<string, Fields>>;

/** What each operation reads, by what it does; those that read nothing are not named. */
export const REQUESTS = {
  listAccounts: listOf(FILTER_FIELDS.account, { orders: ["id"] }),
  listUsers: listOf({}, { orders: ["id"] }),
  saveAccount: {
    body: object({ name: NAME, run_slots: integer(1, 1_000), queue_limit: integer(1, 100_000) }),
  },
  listJobs: listOf(FILTER_FIELDS.job),
  createJob: { body: object(JOB, ["project_id", "environment_id", "name"]) },
  saveJob: { body: object(JOB) },
  triggerRun: { body: object(TRIGGER) },
  listRuns: listOf(FILTER_FIELDS.run, {
    orders: ["id", "created_at", "finished_at"],
    defaultState: "all",
  }),
  listNodes: {
    query: {
      list: { fields: {}, orders: ["id", "severity"], defaultState: "all", maxLimit: 1_000 },
      params: {
        unique_id: text({ pattern: /^\w/u, like: "a unique id such as model.shop.orders" }),
      },
    },
  },
  listArtifacts: { query: { params: { step: integer(1) } } },
  listVariablesOfJob: { query: { params: { job_definition_id: id() } } },
  createVariable: { body: object({ ...VARIABLE, env_var: object(VARIABLE) }) },
  saveVariable: { body: object(VARIABLE) },
  createVariables: { body: object({ env_var: either(VALUES, list(VALUES)) }, ["env_var"]) },
  saveVariables: { body: object({ env_vars: VALUES }, ["env_vars"]) },
  deleteVariables: { body: object({ name: text(), env_var: object({ name: text() }) }) },
  listTokens: listOf({}, { orders: ["id"] }),
  createToken: {
    body: object({ name: NAME, permission_grants: list(GRANT), expires_at: instant() }, ["name"]),
  },
  saveToken: { body: object({ name: NAME, permission_grants: list(GRANT), state: STATE }) },
  listGrants: listOf({}, { orders: ["id"] }),
  saveGrants: { body: list(GRANT) },
} as const satisfies Readonly<Record<string, Takes>>;

/** A list of things of one kind. */
export function listOfKind(kind: keyof typeof RESOURCE_FIELDS): Takes {
  return listOf(FILTER_FIELDS[kind]);
}

/** A thing of one kind, new or changed. */
export function bodyOfKind(kind: keyof typeof RESOURCE_FIELDS): Takes {
  return { body: object(RESOURCE_FIELDS[kind]) };
}
