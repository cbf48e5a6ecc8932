import type { FilterFields } from "./read-filter.ts";

const INTEGER = { kind: "integer" } as const;
const TEXT = { kind: "text" } as const;
const FLAG = { kind: "flag" } as const;
const INSTANT = { kind: "instant" } as const;

const ROW = {
  id: INTEGER,
  pk: { kind: "integer", field: "id" },
  account_id: INTEGER,
  created_at: INSTANT,
  updated_at: INSTANT,
} as const satisfies FilterFields;

const NAMED = { ...ROW, name: TEXT } as const satisfies FilterFields;
const IN_PROJECT = { ...NAMED, project_id: INTEGER } as const satisfies FilterFields;

/** What each list can be narrowed by. */
export const FILTER_FIELDS = {
  account: { id: INTEGER, pk: { kind: "integer", field: "id" } },
  run: {
    ...ROW,
    job_definition_id: INTEGER,
    job_id: { kind: "integer", field: "job_definition_id" },
    project_id: INTEGER,
    environment_id: INTEGER,
    deferring_run_id: INTEGER,
    retrying_run_id: INTEGER,
    status: { kind: "integer", values: [1, 2, 3, 10, 20, 30] },
    started_at: INSTANT,
    finished_at: INSTANT,
    dbt_version: TEXT,
    git_branch: TEXT,
    git_sha: TEXT,
    has_docs_generated: FLAG,
    has_sources_generated: FLAG,
  },
  job: {
    ...IN_PROJECT,
    environment_id: INTEGER,
    job_type: TEXT,
    dbt_version: TEXT,
    is_system: FLAG,
    is_fusion_ready: FLAG,
    triggers_schedule: FLAG,
  },
  project: { ...NAMED, type: { kind: "integer", field: "type_number" } },
  environment: {
    ...IN_PROJECT,
    type: TEXT,
    deployment_type: TEXT,
    dbt_version: TEXT,
    credentials_id: INTEGER,
    connection_id: INTEGER,
  },
  repository: { ...IN_PROJECT, remote_url: TEXT },
  connection: { ...NAMED, adapter_version: TEXT },
  credentials: { ...IN_PROJECT, type: TEXT, adapter_version: TEXT },
  extended_attributes: IN_PROJECT,
  notification: {
    ...NAMED,
    type: { kind: "integer", field: "type_number" },
    user_id: INTEGER,
    external_email: TEXT,
    slack_channel_id: TEXT,
  },
} as const satisfies Readonly<Record<string, FilterFields>>;

const KNOWN = new Set(Object.values(FILTER_FIELDS).flatMap((fields) => Object.keys(fields)));

/** True for a name that filters some list: where it does not filter this one, that has to be said. */
export function isFilterName(name: string): boolean {
  return name.includes("__") || KNOWN.has(name);
}
