import { RUN_STATES, RUN_TYPES } from "@airloom/core";
import { z } from "zod";
import {
  Count,
  collectionOf,
  Int,
  instantRange,
  Json,
  JsonRecord,
  PAGE_QUERY,
  PathId,
  QueryBoolean,
  QueryText,
  queryList,
  Timestamp,
} from "./fields.ts";

export const DagPath = z.object({ dag_id: PathId });

export const DagTag = z.object({
  name: z.string(),
  dag_id: z.string(),
  dag_display_name: z.string(),
});

export const DagVersion = z.object({
  id: z.uuid(),
  version_number: Count,
  dag_id: z.string(),
  dag_display_name: z.string(),
  bundle_name: z.string().nullable(),
  bundle_version: z.string().nullable(),
  bundle_url: z.string().nullable(),
  created_at: Timestamp,
});
export const DagVersionCollection = collectionOf("dag_versions", DagVersion);

export const Dag = z.object({
  dag_id: z.string(),
  dag_display_name: z.string(),
  is_paused: z.boolean(),
  is_stale: z.boolean(),
  has_import_errors: z.boolean(),
  last_parsed_time: Timestamp.nullable(),
  last_parse_duration: z.number().nullable(),
  last_expired: Timestamp.nullable(),
  bundle_name: z.string().nullable(),
  bundle_version: z.string().nullable(),
  relative_fileloc: z.string().nullable(),
  fileloc: z.string(),
  file_token: z.string(),
  description: z.string().nullable(),
  timetable_summary: z.string().nullable(),
  timetable_description: z.string().nullable(),
  timetable_partitioned: z.boolean(),
  tags: z.array(DagTag),
  max_active_tasks: Int,
  max_active_runs: Int.nullable(),
  max_consecutive_failed_dag_runs: Int,
  has_task_concurrency_limits: z.boolean(),
  next_dagrun_logical_date: Timestamp.nullable(),
  next_dagrun_data_interval_start: Timestamp.nullable(),
  next_dagrun_data_interval_end: Timestamp.nullable(),
  next_dagrun_run_after: Timestamp.nullable(),
  allowed_run_types: z.array(z.enum(RUN_TYPES)).nullable(),
  owners: z.array(z.string()),
});
export const DagCollection = collectionOf("dags", Dag);

export const DagDetails = Dag.extend({
  catchup: z.boolean(),
  dag_run_timeout: z.string().nullable(),
  asset_expression: JsonRecord.nullable(),
  doc_md: z.string().nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  is_paused_upon_creation: z.boolean().nullable(),
  params: JsonRecord.nullable(),
  render_template_as_native_obj: z.boolean(),
  template_search_path: z.array(z.string()).nullable(),
  timezone: z.string().nullable(),
  last_parsed: Timestamp.nullable(),
  default_args: JsonRecord.nullable(),
  owner_links: z.record(z.string(), z.string()).nullable(),
  is_favorite: z.boolean(),
  active_runs_count: Count,
  latest_dag_version: DagVersion.nullable(),
  concurrency: Int,
});

export const DagListQuery = z.object({
  ...PAGE_QUERY,
  tags: queryList(QueryText),
  tags_match_mode: z.enum(["any", "all"]).optional(),
  owners: queryList(QueryText),
  dag_id_pattern: QueryText.optional(),
  dag_display_name_pattern: QueryText.optional(),
  exclude_stale: QueryBoolean.default(true),
  paused: QueryBoolean.optional(),
  has_import_errors: QueryBoolean.optional(),
  last_dag_run_state: z.enum(RUN_STATES).optional(),
  dag_run_state: queryList(z.enum(RUN_STATES)),
  ...instantRange("dag_run_start_date"),
  ...instantRange("dag_run_end_date"),
});

export const DagPatchBody = z.strictObject({ is_paused: z.boolean() });

export const DagTagCollection = z.object({ tags: z.array(z.string()), total_entries: Count });
export const DagTagQuery = z.object({ ...PAGE_QUERY, tag_name_pattern: QueryText.optional() });

export const DagSource = z.object({
  content: z.string().nullable(),
  dag_id: z.string(),
  version_number: Count.nullable(),
  dag_display_name: z.string(),
});

export const DagStatsCollection = collectionOf(
  "dags",
  z.object({
    dag_id: z.string(),
    dag_display_name: z.string(),
    stats: z.array(z.object({ state: z.enum(RUN_STATES), count: Count })),
  }),
);

/** Airflow's way to write a duration. */
export const TimeDelta = z.object({
  __type: z.literal("TimeDelta"),
  days: Int,
  seconds: Int,
  microseconds: Int,
});

export const Task = z.object({
  task_id: z.string().nullable(),
  task_display_name: z.string().nullable(),
  owner: z.string().nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  trigger_rule: z.string().nullable(),
  depends_on_past: z.boolean(),
  wait_for_downstream: z.boolean(),
  retries: z.number().nullable(),
  queue: z.string().nullable(),
  pool: z.string().nullable(),
  pool_slots: z.number().nullable(),
  execution_timeout: TimeDelta.nullable(),
  retry_delay: TimeDelta.nullable(),
  retry_exponential_backoff: z.number(),
  priority_weight: z.number().nullable(),
  weight_rule: z.string().nullable(),
  ui_color: z.string().nullable(),
  ui_fgcolor: z.string().nullable(),
  template_fields: z.array(z.string()).nullable(),
  downstream_task_ids: z.array(z.string()).nullable(),
  doc_md: z.string().nullable(),
  operator_name: z.string().nullable(),
  params: JsonRecord.nullable(),
  class_ref: z.record(z.string(), Json).nullable(),
  is_mapped: z.boolean().nullable(),
  extra_links: z.array(z.string()),
});
export const TaskCollection = collectionOf("tasks", Task);

export const ImportError = z.object({
  import_error_id: Count,
  timestamp: Timestamp,
  filename: z.string(),
  bundle_name: z.string().nullable(),
  stack_trace: z.string(),
});
export const ImportErrorCollection = collectionOf("import_errors", ImportError);
