import { COMPONENTS, NODE_STATES, RUN_STATES, RUN_TYPES, TASK_STATES } from "@airloom/core";
import { z } from "zod";
import { UI_DAG_SEGMENTS } from "../states.ts";
import { CurrentUser } from "./access.ts";
import {
  Count,
  collectionOf,
  Int,
  PAGE_QUERY,
  PathId,
  QueryBoolean,
  QueryCount,
  QueryInt,
  QueryText,
  queryList,
  Timestamp,
} from "./fields.ts";
import { TaskInstance, TaskInstancePath } from "./task-instance.ts";

/** What a page must know before anything else; `user` is null before signing in. */
export const UiConfig = z.object({
  version: z.string(),
  project: z.string(),
  environment: z.string(),
  timezone: z.string(),
  default_credentials_hint: z.string().nullable(),
  /** Where the dbt job service answers; null when there is none, or before signing in. */
  dbt_service_url: z.string().nullable(),
  user: CurrentUser.nullable(),
});

/** A run as lists and grids show it. */
export const UiRun = z.object({
  dag_run_id: z.string(),
  state: z.enum(RUN_STATES),
  run_type: z.enum(RUN_TYPES),
  run_after: Timestamp,
  logical_date: Timestamp.nullable(),
  queued_at: Timestamp.nullable(),
  start_date: Timestamp.nullable(),
  end_date: Timestamp.nullable(),
  /** Seconds; of an unfinished run null. */
  duration: z.number().nullable(),
  note: z.string().nullable(),
  version_number: Count,
  triggering_user_name: z.string().nullable(),
});

export const UiCodeFrame = z.object({
  import_error_id: Count,
  filename: z.string(),
  message: z.string(),
  line: Int.nullable(),
  column: Int.nullable(),
  code_frame: z.string().nullable(),
  timestamp: Timestamp,
});

const UiComponent = z.object({
  name: z.enum([...COMPONENTS, "metadatabase", "workers"]),
  status: z.enum(["healthy", "unhealthy", "unknown"]),
  latest_heartbeat: Timestamp.nullable(),
  /** The number that goes bad first, where it is known. */
  load: z.object({ label: z.string(), value: Count }).nullable(),
});

const UiFailure = z.object({
  kind: z.literal("failure"),
  /** What the failures have in common: Dag, task, dbt node and first line of the message. */
  dag_id: z.string(),
  task_id: z.string(),
  node: z.object({ unique_id: z.string(), name: z.string() }).nullable(),
  message: z.string(),
  place: z.string().nullable(),
  runs: Count,
  tries: Count,
  since: Timestamp.nullable(),
  latest: z.object({
    dag_run_id: z.string(),
    map_index: Int,
    try_number: Count,
    end_date: Timestamp.nullable(),
  }),
  action: z.enum(["rerun_failed_nodes", "clear"]),
});

const UiImportProblem = UiCodeFrame.extend({
  kind: z.literal("import_error"),
  action: z.literal("open_file"),
});

const UiLateRun = z.object({
  kind: z.literal("late_run"),
  dag_id: z.string(),
  dag_run_id: z.string(),
  run_after: Timestamp,
  reason: z.string().nullable(),
  action: z.literal("open_run"),
});

export const UiHome = z.object({
  at: Timestamp,
  components: z.array(UiComponent),
  /** Of the last 24 hours; `late` are queued runs whose time has passed by more than a minute. */
  totals: z.object({
    success: Count,
    failed: Count,
    running: Count,
    queued: Count,
    late: Count,
  }),
  runs_per_hour: z.array(
    z.object({ hour: Timestamp, success: Count, failed: Count, running: Count, queued: Count }),
  ),
  problems: z.array(z.discriminatedUnion("kind", [UiFailure, UiImportProblem, UiLateRun])),
  running: z.array(
    UiRun.extend({
      dag_id: z.string(),
      tasks_done: Count,
      tasks_total: Count,
      usual_duration: z.number().nullable(),
    }),
  ),
  next_runs: z.array(
    z.object({ dag_id: z.string(), dag_display_name: z.string(), run_after: Timestamp }),
  ),
});

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
  depends_on: z.array(z.string()),
  index: Count,
});

const UiDbtTask = z.object({
  task_id: z.string(),
  map_index: Int,
  dag_run_id: z.string(),
  try_number: Count,
  nodes: z.array(UiNode.omit({ compiled_sql: true })),
  edges: z.array(z.object({ source: z.string(), target: z.string() })),
});

export const UiGrid = z.object({
  dag: UiDag.omit({ runs: true, dbt_nodes: true }).extend({
    doc_md: z.string().nullable(),
    timezone: z.string(),
    file: z.string(),
    last_parsed_time: Timestamp,
    max_active_runs: Int,
    active_runs_count: Count,
    /** Median of the successful runs shown, in seconds. */
    usual_duration: z.number().nullable(),
    /** Why its file cannot be read now, while the last good version stays in force. */
    import_error: UiCodeFrame.nullable(),
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

export const UiExplanation = z.object({
  state: z.enum(TASK_STATES),
  /** In order of weight; empty when nothing holds the task back. */
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
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

export const UiConnectionField = z.object({
  /** A field of the connection, or `extra.<key>` for a key of its extra JSON. */
  name: z.string(),
  label: z.string(),
  kind: z.enum(["text", "secret", "number", "boolean", "select"]),
  required: z.boolean(),
  placeholder: z.string().nullable(),
  help: z.string().nullable(),
  /** Choices of a `select`. */
  options: z.array(z.string()),
});

export const UiConnectionType = z.object({
  conn_type: z.string(),
  label: z.string(),
  fields: z.array(UiConnectionField),
});
export const UiConnectionTypeCollection = collectionOf("connection_types", UiConnectionType);

export const UiNodePath = TaskInstancePath;

export const UiEventsQuery = z.object({
  dag_id: PathId.optional(),
  /** True leaves out log events, which are many. */
  exclude_logs: QueryBoolean.default(false),
});

const TASK_EVENT = {
  dag_id: z.string(),
  dag_run_id: z.string(),
  task_id: z.string(),
  map_index: Int,
};

/** What `/ui/events` sends: names and states only; details are read from the API. */
export const UiEvent = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("task_instance"),
    ...TASK_EVENT,
    state: z.enum(TASK_STATES),
    try_number: Count,
    start_date: Timestamp.nullable(),
    end_date: Timestamp.nullable(),
  }),
  z.object({
    kind: z.literal("run"),
    dag_id: z.string(),
    dag_run_id: z.string(),
    state: z.enum(RUN_STATES),
  }),
  z.object({ kind: z.literal("dag"), dag_id: z.string() }),
  z.object({ kind: z.literal("nodes"), ...TASK_EVENT }),
  z.object({ kind: z.literal("log"), ...TASK_EVENT, try_number: Count }),
  z.object({ kind: z.literal("import_errors") }),
]);
