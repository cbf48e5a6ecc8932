import type { JsonRecord } from "@airloom/dbt-cloud/contract";

/** How many runs of an account may wait; dbt Cloud allows 50, but nobody shares this service. */
export const DEFAULT_QUEUE_LIMIT = 10_000;

/** What a project is where nobody said otherwise. */
export const PROJECT_DEFAULTS = {
  description: "",
  connection_id: null,
  repository_id: null,
  semantic_layer_config_id: null,
  dbt_project_subdirectory: null,
  docs_job_id: null,
  freshness_job_id: null,
  type: 0,
} as const satisfies JsonRecord;

/** What an environment is where nobody said otherwise. */
export const ENVIRONMENT_DEFAULTS = {
  type: "deployment",
  deployment_type: null,
  dbt_version: "latest",
  credentials_id: null,
  connection_id: null,
  extended_attributes_id: null,
  primary_profile_id: null,
  use_custom_branch: false,
  custom_branch: null,
  supports_docs: false,
  enable_model_query_history: false,
  enable_dbt_state: false,
  repository_id: null,
  dbt_project_subdirectory: null,
} as const satisfies JsonRecord;
