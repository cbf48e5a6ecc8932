import { NODE_STATES, TASK_STATES } from "@airloom/core";
import { z } from "zod";
import { Count, Int, Timestamp } from "./fields.ts";
import { UiDag } from "./ui-dag.ts";
import { UiCodeFrame } from "./ui-home.ts";
import { UiNode } from "./ui-node.ts";
import { UiRun } from "./ui-run.ts";

export const UiGridQuery = z.object({
  limit: z
    .preprocess(
      (text) => (typeof text === "string" && /^\d{1,6}$/u.test(text) ? Number(text) : text),
      z.int().min(1).max(365),
    )
    .default(25),
  /** Only runs before this `run_after`: pages into the past. */
  before: Timestamp.optional(),
});

export const UiCell = z.object({
  /** State of the task, or of the dbt node. */
  state: z.enum([...TASK_STATES, ...NODE_STATES]),
  try_number: Count,
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  /** Of a group or a mapped task: how many of each state it stands for. */
  counts: z.partialRecord(z.enum(TASK_STATES), Count).nullable(),
});

export const UiRow = z.object({
  /** `group:<group_id>`, `task:<task_id>` or `node:<task_id>:<unique_id>`. */
  row_id: z.string(),
  kind: z.enum(["group", "task", "node"]),
  parent_id: z.string().nullable(),
  depth: Count,
  label: z.string(),
  task_id: z.string().nullable(),
  /** Of a task its operator, of a dbt node its resource type. */
  type: z.string().nullable(),
  unique_id: z.string().nullable(),
  /** One for each run, in the order of `runs`; null where the run has no such task or node. */
  cells: z.array(UiCell.nullable()),
});

const UiDbtTask = z.object({
  task_id: z.string(),
  map_index: Int,
  dag_run_id: z.string(),
  try_number: Count,
  nodes: z.array(UiNode.omit({ compiled_sql: true })),
  edges: z.array(z.object({ source: z.string(), target: z.string() })),
});

export const UiTypeError = z.object({
  /** Relative to the project. */
  file: z.string(),
  line: Int.nullable(),
  column: Int.nullable(),
  /** The compiler's, such as `TS2322`. */
  code: z.string(),
  message: z.string(),
  code_frame: z.string().nullable(),
});

export const UiGrid = z.object({
  dag: UiDag.omit({ runs: true, dbt_nodes: true }).extend({
    doc_md: z.string().nullable(),
    file: z.string(),
    last_parsed_time: Timestamp,
    max_active_runs: Int,
    active_runs_count: Count,
    /** Median of the successful runs shown, in seconds. */
    usual_duration: z.number().nullable(),
    /** Why its file cannot be read now, while the last good version stays in force. */
    import_error: UiCodeFrame.nullable(),
    /** The first of them. */
    type_errors: z.array(UiTypeError),
  }),
  /** Oldest first: the order of the columns. */
  runs: z.array(UiRun),
  total_runs: Count,
  /** Depth first: the order on the page. */
  rows: z.array(UiRow),
  graph: z.object({
    nodes: z.array(
      z.object({
        /** The row's id. */
        id: z.string(),
        kind: z.enum(["group", "task"]),
        label: z.string(),
        parent_id: z.string().nullable(),
        operator: z.string().nullable(),
        trigger_rule: z.string().nullable(),
        has_dbt_nodes: z.boolean(),
      }),
    ),
    /** `label`: the TypeScript type that is passed, or the branch that is taken. */
    edges: z.array(
      z.object({ source: z.string(), target: z.string(), label: z.string().nullable() }),
    ),
  }),
  /** The dbt tasks of the newest run that has nodes. */
  dbt: z.array(UiDbtTask),
});
