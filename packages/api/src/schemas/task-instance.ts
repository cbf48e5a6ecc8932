import { TASK_STATES, type TaskState } from "@airloom/core";
import { z } from "zod";
import { DagVersion } from "./dag.ts";
import { DagRunPath } from "./dag-run.ts";
import {
  Count,
  collectionOf,
  Int,
  Json,
  JsonRecord,
  MaskQuery,
  PAGE_BODY,
  PAGE_QUERY,
  PathId,
  QueryCount,
  QueryInt,
  QueryText,
  queryList,
  TIME_RANGES,
  Timestamp,
  TimestampInput,
  Unsupported,
} from "./fields.ts";

/** What the wire calls a task's state: Airflow's null is our `none`. */
const WIRE_STATES = TASK_STATES.filter((state): state is Exclude<TaskState, "none"> => {
  return state !== "none";
});

export const WireTaskState = z.enum(WIRE_STATES);

/** In a query Airflow writes the state "none" in any of these ways. */
const QueryTaskState = z.preprocess(
  (text) => (text === "no_status" || text === "null" || text === "None" ? "none" : text),
  z.enum(TASK_STATES),
);

export const TaskInstancePath = DagRunPath.extend({ task_id: PathId });
export const MappedTaskInstancePath = TaskInstancePath.extend({ map_index: QueryInt });
export const MapIndexQuery = z.object({ map_index: QueryInt.default(-1) });

const Trigger = z.object({
  id: Count,
  classpath: z.string(),
  kwargs: z.string(),
  created_date: Timestamp,
  queue: z.string().nullable(),
  triggerer_id: Count.nullable(),
});

const Attempt = z.object({
  task_id: z.string(),
  task_display_name: z.string(),
  dag_id: z.string(),
  dag_display_name: z.string(),
  dag_run_id: z.string(),
  dag_version: DagVersion.nullable(),
  map_index: Int,
  try_number: Count,
  max_tries: Int,
  state: WireTaskState.nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  duration: z.number().nullable(),
  hostname: z.string().nullable(),
  unixname: z.string().nullable(),
  pool: z.string(),
  pool_slots: Int,
  queue: z.string().nullable(),
  priority_weight: Int.nullable(),
  operator: z.string().nullable(),
  operator_name: z.string().nullable(),
  queued_when: Timestamp.nullable(),
  scheduled_when: Timestamp.nullable(),
  pid: Int.nullable(),
  executor: z.string().nullable(),
  executor_config: z.string(),
});

/** Why an attempt failed; Airflow has no such field, its clients ignore it. */
export const Failure = z.object({
  message: z.string(),
  place: z.string().nullable(),
  stack: z.string().nullable(),
  kind: z.string(),
});

export const TaskInstance = Attempt.extend({
  id: z.string(),
  logical_date: Timestamp.nullable(),
  run_after: Timestamp,
  note: z.string().nullable(),
  rendered_map_index: z.string().nullable(),
  rendered_fields: JsonRecord,
  trigger: Trigger.nullable(),
  triggerer_job: z.null(),
  failure: Failure.nullable(),
  next_try_at: Timestamp.nullable(),
});
export const TaskInstanceCollection = collectionOf("task_instances", TaskInstance);

export const TaskTry = Attempt.extend({ failure: Failure.nullable() });
export const TaskTryCollection = collectionOf("task_instances", TaskTry);

export const TaskInstanceListQuery = z.object({
  ...PAGE_QUERY,
  ...TIME_RANGES,
  task_id: QueryText.optional(),
  state: queryList(QueryTaskState),
  pool: queryList(QueryText),
  queue: queryList(QueryText),
  map_index: queryList(QueryInt),
});

export const TaskInstancesBatchBody = z.strictObject({
  ...PAGE_BODY,
  ...TIME_RANGES,
  dag_ids: z.array(PathId).max(1_000).nullish(),
  dag_run_ids: z.array(PathId).max(1_000).nullish(),
  task_ids: z.array(PathId).max(1_000).nullish(),
  state: z.array(WireTaskState.nullable()).max(20).nullish(),
  pool: z.array(z.string()).max(100).nullish(),
  queue: z.array(z.string()).max(100).nullish(),
  executor: Unsupported,
});

export const TaskInstancePatchBody = z.strictObject({
  new_state: z.enum(["success", "failed", "skipped"]).nullish(),
  note: z.string().max(1_000).nullish(),
  include_upstream: z.boolean().default(false),
  include_downstream: z.boolean().default(false),
  include_past: z.boolean().default(false),
  include_future: z.boolean().default(false),
});
export const MarkQuery = MaskQuery.extend({ map_index: QueryInt.optional() });

export const ClearBody = z.strictObject({
  dry_run: z.boolean().default(true),
  start_date: TimestampInput.nullish(),
  end_date: TimestampInput.nullish(),
  only_failed: z.boolean().default(true),
  only_running: z.boolean().default(false),
  reset_dag_runs: z.boolean().default(true),
  task_ids: z
    .array(z.union([PathId, z.tuple([PathId, Int])]))
    .max(10_000)
    .nullish(),
  dag_run_id: PathId.nullish(),
  include_upstream: z.boolean().default(false),
  include_downstream: z.boolean().default(false),
  include_future: z.boolean().default(false),
  include_past: z.boolean().default(false),
  run_on_latest_version: z.boolean().default(false),
  prevent_running_task: z.boolean().default(false),
});

/** Airflow's answer: the name of each link and where it leads, null while the task has not pushed it. */
export const LinkCollection = z.object({
  extra_links: z.record(z.string(), z.string().nullable()),
  total_entries: Count,
});

export const DependencyCollection = z.object({
  dependencies: z.array(z.object({ name: z.string(), reason: z.string() })),
});

export const TryPath = TaskInstancePath.extend({ task_try_number: QueryCount });
export const LogPath = TaskInstancePath.extend({ try_number: QueryCount });

export const LogQuery = MapIndexQuery.extend({
  full_content: z.stringbool().default(false),
  token: z.string().max(2_000).optional(),
  limit: z
    .preprocess(
      (text) => (typeof text === "string" && /^\d{1,6}$/u.test(text) ? Number(text) : text),
      z.int().min(1).max(10_000),
    )
    .default(2_000),
});

export const LogLine = z.object({
  timestamp: Timestamp,
  event: z.string(),
  level: z.enum(["debug", "info", "warning", "error"]),
  logger: z.string(),
});

export const Log = z.object({
  content: z.array(LogLine),
  continuation_token: z.string().nullable(),
});

export const XComListQuery = MapIndexQuery.extend({
  ...PAGE_QUERY,
  xcom_key: QueryText.optional(),
  xcom_key_pattern: QueryText.optional(),
});
export const XComPath = TaskInstancePath.extend({ xcom_key: z.string().min(1).max(512) });
export const XComQuery = MapIndexQuery.extend({ stringify: z.stringbool().default(false) });

export const XComInfo = z.object({
  key: z.string(),
  timestamp: Timestamp,
  logical_date: Timestamp.nullable(),
  map_index: Int,
  task_id: z.string(),
  dag_id: z.string(),
  run_id: z.string(),
  dag_display_name: z.string(),
  task_display_name: z.string(),
  run_after: Timestamp,
});
export const XComCollection = collectionOf("xcom_entries", XComInfo);
export const XCom = XComInfo.extend({ value: Json });
