import type { FilterColumns } from "./filter.ts";

const NUMBERS = ["environment_id", "credentials_id", "connection_id", "user_id"];
const TEXTS = [
  "job_type",
  "dbt_version",
  "deployment_type",
  "adapter_version",
  "external_email",
  "slack_channel_id",
  "type",
];

/** What the fields of configured things are in SQL; what a kind does not have is null. */
export const RESOURCE_COLUMNS: FilterColumns = {
  id: "id",
  account_id: "account_id",
  project_id: "project_id",
  name: "name",
  created_at: "created_at",
  updated_at: "updated_at",
  ...Object.fromEntries(NUMBERS.map((key) => [key, readBodyNumber(key)])),
  ...Object.fromEntries(TEXTS.map((key) => [key, `body ->> '${key}'`])),
  type_number: readBodyNumber("type"),
  // As it is shown: an address with a password in it is sealed.
  remote_url: "coalesce(body ->> 'remote_url_shown', body ->> 'remote_url')",
  triggers_schedule: "coalesce(body #>> '{triggers,schedule}' = 'true', false)",
  // Neither is anything here: every job is a person's, and the engine is not Fusion.
  is_system: "false",
  is_fusion_ready: "false",
};

// Older rows may hold anything under a key.
function readBodyNumber(key: string): string {
  return `case when body ->> '${key}' ~ '^[0-9]{1,18}$' then (body ->> '${key}')::bigint end`;
}
