import type { ResponseOf, UiCell, UiDag, UiGrid, UiNode, UiProblem, UiRun } from "@airloom/api";

/** The instant at which every fixture is true. */
export const NOW = new Date("2026-11-22T08:12:40Z");
export const DAG_ID = "dbt_cloud_provider_eltml";
export const DBT_TASK = "trigger_dbt_cloud_job_run";

const RUN_COUNT = 24;
const BAD_RUNS: ReadonlySet<number> = new Set([12, 22, 23]);

function iso(minutesAgo: number, seconds = 0): string {
  return new Date(NOW.getTime() - minutesAgo * 60_000 + seconds * 1_000).toISOString();
}

/** A run in which nothing went wrong. */
export const NO_TROUBLE = {
  failed_task_count: 0,
  upstream_failed_task_count: 0,
  failed_node_count: 0,
  warned_node_count: 0,
} as const;

function runAt(index: number, state: UiRun["state"], seconds: number): UiRun {
  const start = iso(12 + (RUN_COUNT - 1 - index) * 60);
  const due = `${start.slice(0, 13)}:00:00.000Z`;
  const end =
    state === "running" ? null : new Date(Date.parse(start) + seconds * 1_000).toISOString();
  return {
    dag_run_id: `scheduled__${start.slice(0, 13)}:00:00+00:00`,
    state,
    run_type: "scheduled",
    run_after: due,
    logical_date: due,
    queued_at: start,
    start_date: start,
    end_date: end,
    duration: end === null ? null : seconds,
    note: null,
    version_number: 14,
    triggering_user_name: null,
    ...NO_TROUBLE,
  };
}

/** A run whose last tasks succeeded although others failed. */
const TROUBLED_RUN = 20;

export const RUNS: readonly UiRun[] = Array.from({ length: RUN_COUNT }, (_, index) => ({
  ...runAt(
    index,
    BAD_RUNS.has(index) ? "failed" : "success",
    BAD_RUNS.has(index) ? 391 : 80 + ((index * 37) % 60),
  ),
  ...(index === TROUBLED_RUN ? { failed_task_count: 2, failed_node_count: 1 } : {}),
}));
export const LAST_RUN = RUNS.at(-1)?.dag_run_id ?? "";

const NODE_FACTS = [
  ["carriers", "seed", "success", 0, 0.42, "INSERT 18", []],
  ["stg_airports", "model", "success", 0.01, 0.61, "SELECT 7698", []],
  ["stg_flights", "model", "success", 0.02, 2.84, "SELECT 412906", []],
  ["not_null_stg_flights_flight_id", "test", "pass", 2.9, 0.21, null, ["stg_flights"]],
  ["unique_stg_flights_flight_id", "test", "pass", 2.9, 0.33, null, ["stg_flights"]],
  [
    "relationships_stg_flights_origin",
    "test",
    "warn",
    2.9,
    0.29,
    "Got 14 results, configured to warn if != 0",
    ["stg_flights", "stg_airports"],
  ],
  ["snap_airports", "snapshot", "success", 0.65, 0.74, "UPSERT 7698", ["stg_airports"]],
  ["dim_airports", "model", "success", 1.45, 0.52, "SELECT 7698", ["snap_airports"]],
  [
    "int_flight_delays",
    "model",
    "error",
    3.28,
    1.12,
    'Binder Error in model int_flight_delays (models/intermediate/int_flight_delays.sql)\n  Referenced column "arr_delay_min" not found in FROM clause!\n  LINE 14: f.arr_delay_min - f.dep_delay_min as delay_gained',
    ["stg_flights", "carriers"],
  ],
  [
    "not_null_int_flight_delays_id",
    "test",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["int_flight_delays"],
  ],
  [
    "fct_daily_delays",
    "model",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["int_flight_delays"],
  ],
  [
    "unique_fct_daily_delays_key",
    "test",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["fct_daily_delays"],
  ],
] as const;

const SQL = `create table flights.analytics.int_flight_delays as (

  -- delays gained or lost in the air
  with flights as (
    select *
    from flights.analytics.stg_flights
    where not cancelled
  )

  select
    f.flight_id, f.carrier, f.flight_date,
    f.dep_delay_min,
    'minutes' as unit,
    f.arr_delay_min - f.dep_delay_min as delay_gained,
    c.carrier_name
  from flights f
  join flights.analytics.carriers c using (carrier)
)`;

function idOf(name: string): string {
  const type = NODE_FACTS.find(([candidate]) => candidate === name)?.[1] ?? "model";
  return `${type}.flights.${name}`;
}

const DBT_START = Date.parse(iso(6, 10));

export const NODES: readonly UiNode[] = NODE_FACTS.map(
  ([name, type, state, start, took, message, after], index) => ({
    unique_id: idOf(name),
    name,
    resource_type: type,
    state,
    start_date: start === null ? null : new Date(DBT_START + start * 1_000).toISOString(),
    end_date: start === null ? null : new Date(DBT_START + (start + took) * 1_000).toISOString(),
    execution_time: took,
    message,
    failures: state === "warn" ? 14 : state === "pass" ? 0 : null,
    compiled_sql: type === "seed" ? null : SQL,
    relation_name: type === "test" ? null : `"flights"."analytics"."${name}"`,
    file: type === "seed" ? `seeds/${name}.csv` : `models/${name}.sql`,
    line: state === "error" ? 14 : null,
    compiled_line: state === "error" ? 14 : null,
    depends_on: after.map(idOf),
    index,
  }),
);

function cell(state: UiCell["state"], run: UiRun): UiCell {
  return { state, try_number: 1, start_date: run.start_date, end_date: run.end_date, counts: null };
}

const TASKS = ["extract", "load", DBT_TASK, "ml_training"] as const;

function taskState(task: (typeof TASKS)[number], index: number): UiCell["state"] {
  if (!BAD_RUNS.has(index)) return "success";
  if (index === 12)
    return task === "load" ? "failed" : task === "extract" ? "success" : "upstream_failed";
  if (task === DBT_TASK) return "failed";
  return task === "ml_training" ? "upstream_failed" : "success";
}

function nodeState(node: UiNode, index: number): UiCell["state"] {
  if (index >= 22) return node.state;
  if (node.resource_type === "test") return node.state === "warn" && index > 17 ? "warn" : "pass";
  return node.resource_type === "seed" && index % 6 !== 0 ? "no-op" : "success";
}

function rows(): UiGrid["rows"] {
  return TASKS.flatMap((task) => [
    {
      row_id: `task:${task}`,
      kind: "task" as const,
      parent_id: null,
      depth: 0,
      label: task,
      task_id: task,
      type: task === DBT_TASK ? "run_dbt_cloud_job" : "task",
      unique_id: null,
      cells: RUNS.map((run, index) => cell(taskState(task, index), run)),
    },
    ...(task === DBT_TASK ? NODES.map(nodeRow) : []),
  ]);
}

function nodeRow(node: UiNode): UiGrid["rows"][number] {
  return {
    row_id: `node:${DBT_TASK}:${node.unique_id}`,
    kind: "node",
    parent_id: `task:${DBT_TASK}`,
    depth: 1,
    label: node.name,
    task_id: DBT_TASK,
    type: node.resource_type,
    unique_id: node.unique_id,
    cells: RUNS.map((run, index) => (index === 12 ? null : cell(nodeState(node, index), run))),
  };
}

function dagOf(id: string, change: Partial<UiDag> = {}): UiDag {
  return {
    dag_id: id,
    dag_display_name: id,
    description: null,
    tags: ["ingest"],
    owners: ["data-platform"],
    is_paused: false,
    is_stale: false,
    has_import_errors: false,
    type_error_count: 0,
    timezone: "UTC",
    timetable_summary: "0 * * * *",
    timetable_description: "At minute 0",
    next_dagrun_run_after: iso(-48),
    version_number: 3,
    runs: RUNS.filter((run) => run.state === "success"),
    dbt_nodes: null,
    ...change,
  };
}

const MAIN_DAG = dagOf(DAG_ID, {
  description: "Loads flights, builds the marts and trains the delay model",
  tags: ["elt", "dbt", "flights"],
  timezone: "Europe/Berlin",
  version_number: 15,
  runs: [...RUNS],
  dbt_nodes: { error: 1, warn: 1, pass: 2, success: 5, skipped: 3 },
});

export const DAGS: readonly UiDag[] = [
  MAIN_DAG,
  dagOf("flights_backfill_2024", {
    tags: ["backfill", "dbt"],
    owners: ["analytics"],
    timetable_summary: null,
    timetable_description: "Never, external triggers only",
    next_dagrun_run_after: null,
    runs: [...RUNS.slice(0, 4), runAt(23, "running", 0)],
    dbt_nodes: { running: 1, success: 31 },
  }),
  dagOf("airport_weather_ingest", {
    type_error_count: 3,
    timetable_summary: "*/15 * * * *",
    next_dagrun_run_after: iso(-3),
  }),
  dagOf("carrier_delay_features", {
    tags: ["ml"],
    owners: ["ml"],
    timetable_summary: "30 5 * * *",
  }),
  dagOf("crew_pairing", {
    has_import_errors: true,
    is_stale: true,
    timetable_summary: "0 6 * * 1",
  }),
  dagOf("maintenance_forecast", {
    is_paused: true,
    tags: ["ml"],
    timetable_summary: "0 4 * * *",
    next_dagrun_run_after: null,
  }),
  dagOf("warehouse_vacuum", { tags: ["ops"], timetable_summary: "@once", runs: [] }),
];

const IMPORT_ERROR = {
  import_error_id: 7,
  dag_ids: ["crew_pairing"],
  filename: "dags/crew_pairing.ts",
  message: "Type 'string' is not assignable to type 'number'",
  line: 41,
  column: 18,
  code_frame:
    '  40 | const rows = extract();\n> 41 | load({ minRows: "1000", rows });\n     |                 ^',
  timestamp: iso(22),
};

export const GRID: UiGrid = {
  dag: {
    ...MAIN_DAG,
    doc_md: "# Flights\nLoads flights hourly.",
    file: "dags/flights.ts",
    last_parsed_time: iso(6),
    max_active_runs: 4,
    active_runs_count: 0,
    usual_duration: 90,
    import_error: null,
    type_errors: [],
  },
  runs: [...RUNS],
  total_runs: 412,
  rows: rows(),
  graph: {
    nodes: TASKS.map((task) => ({
      id: `task:${task}`,
      kind: "task" as const,
      label: task,
      parent_id: null,
      operator: task === DBT_TASK ? "run_dbt_cloud_job" : "task",
      trigger_rule: "all_success",
      has_dbt_nodes: task === DBT_TASK,
    })),
    edges: [
      { source: "task:extract", target: "task:load", label: "FlightFile[]" },
      { source: "task:load", target: `task:${DBT_TASK}`, label: "{ rows: number }" },
      { source: `task:${DBT_TASK}`, target: "task:ml_training", label: "DbtRun" },
    ],
  },
  dbt: [
    {
      task_id: DBT_TASK,
      map_index: -1,
      dag_run_id: LAST_RUN,
      try_number: 2,
      nodes: NODES.map((node) => ({ ...node, compiled_sql: undefined })),
      edges: NODES.flatMap((node) =>
        node.depends_on.map((source) => ({ source, target: node.unique_id })),
      ),
    },
  ],
};

const FAILURE = {
  kind: "failure",
  node: null,
  place: null,
  failures: 2,
  things: 1,
  dags: 1,
  runs: 2,
  green_runs: 0,
  tries: 4,
  others: [],
} as const;

const PROBLEMS: UiProblem[] = [
  {
    ...FAILURE,
    others: [],
    dag_id: DAG_ID,
    task_id: DBT_TASK,
    node: { unique_id: idOf("int_flight_delays"), name: "int_flight_delays" },
    message: "column f.arr_delay_min does not exist",
    since: iso(71),
    latest: { dag_run_id: LAST_RUN, map_index: -1, try_number: 2, end_date: iso(6) },
    action: "rerun_failed_nodes",
  },
  {
    ...FAILURE,
    dag_id: "fuel_price_load",
    task_id: "fetch",
    message: "503 Service Unavailable from fuel_api",
    place: "dags/fuel.ts:20:9",
    failures: 4,
    things: 3,
    dags: 2,
    green_runs: 1,
    others: ["fuel_price_load.fetch_diesel", "fuel_tax_load.fetch"],
    since: iso(52),
    latest: { dag_run_id: LAST_RUN, map_index: -1, try_number: 1, end_date: iso(50) },
    action: "open_run",
  },
  { kind: "import_error", ...IMPORT_ERROR, action: "open_file" },
  {
    kind: "late_run",
    dag_id: "warehouse_vacuum",
    dag_run_id: "scheduled__2026-11-22T08:00:00+00:00",
    run_after: iso(12),
    reason: "pool maintenance is full, 2 of 2 slots taken",
    action: "open_run",
  },
  {
    kind: "missed_schedule",
    dag_id: "airport_weather_ingest",
    run_after: iso(27),
    timezone: "Europe/Berlin",
    reason: "no run was made: the Dag has 1 of 1 active runs",
    action: "open_dag",
  },
];

function homeDagOf(dag: UiDag) {
  const { dag_id, dag_display_name, timezone, timetable_summary, timetable_description } = dag;
  return { dag_id, dag_display_name, timezone, timetable_summary, timetable_description };
}

const HEALTHY = { status: "healthy" as const, latest_heartbeat: iso(0, -1) };

export const HOME: ResponseOf<"getUiHome"> = {
  at: NOW.toISOString(),
  components: [
    { name: "scheduler", ...HEALTHY, load: { label: "runs active", value: 4 } },
    { name: "workers", ...HEALTHY, load: { label: "tasks running", value: 6 } },
    { name: "triggerer", ...HEALTHY, load: { label: "tasks deferred", value: 14 } },
    { name: "dag_processor", ...HEALTHY, load: { label: "import errors", value: 1 } },
    { name: "metadatabase", ...HEALTHY, load: null },
    { name: "dbt_service", status: "unknown", latest_heartbeat: null, load: null },
  ],
  dag_count: DAGS.length,
  totals: {
    success: 1_215,
    success_with_failures: 3,
    failed: 9,
    running: 22,
    queued: 1,
    late: 1,
    failing_dags: 2,
  },
  runs_per_hour: Array.from({ length: 24 }, (_, index) => ({
    hour: iso(12 + (23 - index) * 60).replace(/:\d\d:\d\d\.\d+Z/u, ":00:00Z"),
    success: index === 23 ? 10 : 50 + ((index * 7) % 5),
    success_with_failures: index === 20 ? 3 : 0,
    failed: [3, 8, 13, 18].includes(index) ? 2 : index === 23 ? 2 : 0,
    running: index === 23 ? 4 : 0,
    queued: 0,
  })),
  problems: { items: PROBLEMS, total: PROBLEMS.length + 1, ungrouped_failures: 0 },
  running: {
    items: ["flights_backfill_2024", "gate_assignment_stream"].map((dag_id, index) => ({
      ...runAt(23, "running", 0),
      failed_task_count: index,
      dag_id,
      tasks_done: 3 - index,
      tasks_total: 4,
      usual_duration: 170,
    })),
    total: 22,
  },
  next_runs: {
    items: DAGS.flatMap((dag) =>
      dag.next_dagrun_run_after === null
        ? []
        : [{ ...homeDagOf(dag), run_after: dag.next_dagrun_run_after }],
    ),
    total: DAGS.filter((dag) => dag.next_dagrun_run_after !== null).length,
  },
  paused: {
    items: DAGS.filter((dag) => dag.is_paused).map((dag) => ({
      ...homeDagOf(dag),
      has_schedule: true,
    })),
    total: 1,
  },
};
