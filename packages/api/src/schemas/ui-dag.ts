import { NODE_STATES } from "@airloom/core";
import { z } from "zod";
import { UI_DAG_SEGMENTS } from "../states.ts";
import { Count, collectionOf, PAGE_QUERY, QueryText, queryList, Timestamp } from "./fields.ts";
import { UiRun } from "./ui-run.ts";

export const UiDagListQuery = z.object({
  ...PAGE_QUERY,
  search: QueryText.optional(),
  tags: queryList(QueryText),
  exclude_tags: queryList(QueryText),
  owners: queryList(QueryText),
  segment: z.enum(UI_DAG_SEGMENTS).default("all"),
});

export const UiDag = z.object({
  dag_id: z.string(),
  dag_display_name: z.string(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  owners: z.array(z.string()),
  is_paused: z.boolean(),
  is_stale: z.boolean(),
  has_import_errors: z.boolean(),
  /** What the compiler finds wrong with its file and what that imports; it runs all the same. */
  type_error_count: Count,
  /** The zone its schedule is meant in. */
  timezone: z.string(),
  timetable_summary: z.string().nullable(),
  timetable_description: z.string(),
  next_dagrun_run_after: Timestamp.nullable(),
  version_number: Count,
  /** The last 24, oldest first. */
  runs: z.array(UiRun),
  /** dbt nodes of the newest run that has any, by state; null for a Dag without dbt. */
  dbt_nodes: z.partialRecord(z.enum(NODE_STATES), Count).nullable(),
});

export const UiDagCollection = collectionOf("dags", UiDag).extend({
  /** How many Dags each segment holds under the same other filters. */
  segments: z.record(z.enum(UI_DAG_SEGMENTS), Count),
  /** Every tag and owner in use, to filter by. */
  all_tags: z.array(z.string()),
  all_owners: z.array(z.string()),
});
