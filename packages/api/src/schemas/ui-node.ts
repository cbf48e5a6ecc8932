import { NODE_STATES } from "@airloom/core";
import { z } from "zod";
import { Count, Int, QueryCount, QueryInt, Timestamp } from "./fields.ts";
import { TaskInstance, TaskInstancePath } from "./task-instance.ts";

/** One dbt node of an attempt, with what went wrong. */
export const UiNode = z.object({
  unique_id: z.string(),
  name: z.string(),
  resource_type: z.string(),
  state: z.enum(NODE_STATES),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  execution_time: z.number().nullable(),
  message: z.string().nullable(),
  failures: Int.nullable(),
  compiled_sql: z.string().nullable(),
  relation_name: z.string().nullable(),
  file: z.string().nullable(),
  line: Int.nullable(),
  /** The line of `compiled_sql` at which the database stopped; `line` is that of `file`. */
  compiled_line: Int.nullable(),
  depends_on: z.array(z.string()),
  index: Count,
});

export const UiNodePath = TaskInstancePath;

export const UiNodesQuery = z.object({
  map_index: QueryInt.default(-1),
  try_number: QueryCount.optional(),
});

export const UiNodes = z.object({
  task_id: z.string(),
  map_index: Int,
  dag_run_id: z.string(),
  try_number: Count,
  nodes: z.array(UiNode),
});

export const RerunNodesBody = z
  .strictObject({
    /** dbt selection, such as `int_flight_delays+`. */
    select: z.string().min(1).max(10_000).optional(),
    /** Runs what failed and what was skipped because of it. */
    from_failure: z.boolean().optional(),
    map_index: Int.optional(),
    include_downstream: z.boolean().default(true),
    run_on_latest_version: z.boolean().default(false),
    dry_run: z.boolean().default(true),
  })
  .refine((body) => (body.select === undefined) !== (body.from_failure !== true), {
    message: "expected either select or from_failure: true",
  });

export const RerunNodes = z.object({
  dry_run: z.boolean(),
  task_instances: z.array(TaskInstance),
  /** The nodes that run again, as far as the last attempt knows them. */
  nodes: z.array(z.object({ unique_id: z.string(), name: z.string(), state: z.enum(NODE_STATES) })),
  total_entries: Count,
});
