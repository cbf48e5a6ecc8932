import { RUN_STATES, RUN_TYPES, TRIGGERED_BY } from "@airloom/core";
import { z } from "zod";
import { DagVersion } from "./dag.ts";
import {
  collectionOf,
  JsonRecord,
  PAGE_BODY,
  PAGE_QUERY,
  PathId,
  QueryText,
  queryList,
  TIME_RANGES,
  Timestamp,
  TimestampInput,
  Unsupported,
} from "./fields.ts";
import { RUN_TROUBLE } from "./run-trouble.ts";

export const DagRunPath = z.object({ dag_id: PathId, dag_run_id: PathId });

export const DagRun = z.object({
  dag_run_id: z.string(),
  dag_id: z.string(),
  dag_display_name: z.string(),
  logical_date: Timestamp.nullable(),
  queued_at: Timestamp.nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  duration: z.number().nullable(),
  data_interval_start: Timestamp.nullable(),
  data_interval_end: Timestamp.nullable(),
  run_after: Timestamp,
  last_scheduling_decision: Timestamp.nullable(),
  run_type: z.enum(RUN_TYPES),
  state: z.enum(RUN_STATES),
  triggered_by: z.enum(TRIGGERED_BY).nullable(),
  triggering_user_name: z.string().nullable(),
  conf: JsonRecord.nullable(),
  note: z.string().nullable(),
  dag_versions: z.array(DagVersion),
  bundle_version: z.string().nullable(),
  partition_key: z.string().nullable(),
  ...RUN_TROUBLE,
});
export const DagRunCollection = collectionOf("dag_runs", DagRun);

export const DagRunListQuery = z.object({
  ...PAGE_QUERY,
  ...TIME_RANGES,
  run_type: queryList(z.enum(RUN_TYPES)),
  state: queryList(z.enum(RUN_STATES)),
  run_id_pattern: QueryText.optional(),
});

export const DagRunsBatchBody = z.strictObject({
  ...PAGE_BODY,
  ...TIME_RANGES,
  dag_ids: z.array(PathId).max(1_000).nullish(),
  states: z.array(z.enum(RUN_STATES).nullable()).max(10).nullish(),
  conf_contains: Unsupported,
});

/** A note a person leaves on a run. */
const Note = z.string().max(1_000);

export const TriggerBody = z.strictObject({
  dag_run_id: z.string().min(1).max(250).nullish(),
  logical_date: TimestampInput.nullish(),
  run_after: TimestampInput.nullish(),
  conf: JsonRecord.nullish(),
  note: Note.nullish(),
  data_interval_start: Unsupported,
  data_interval_end: Unsupported,
  partition_key: Unsupported,
});

export const DagRunPatchBody = z.strictObject({
  state: z.enum(["queued", "success", "failed"]).nullish(),
  note: Note.nullish(),
});

export const DagRunClearBody = z.strictObject({
  dry_run: z.boolean().default(true),
  only_failed: z.boolean().default(false),
  run_on_latest_version: z.boolean().default(false),
});
