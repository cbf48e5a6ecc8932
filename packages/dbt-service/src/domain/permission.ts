/** dbt Cloud's names for bundles of rights that this service knows. */
export const PERMISSION_SETS = [
  "account_admin",
  "account_viewer",
  "admin",
  "analyst",
  "database_admin",
  "developer",
  "git_admin",
  "job_admin",
  "job_creator",
  "job_runner",
  "job_viewer",
  "member",
  "metadata_only",
  "notification_manager",
  "owner",
  "project_creator",
  "readonly",
  "security_admin",
  "semantic_layer_only",
  "stakeholder",
  "team_admin",
  "webhooks_only",
] as const;

/** A bundle of rights a service token or a person holds. */
export type PermissionSet = (typeof PERMISSION_SETS)[number];
