import type { ResponseOf, UiDag, UiProblem } from "@airloom/api";
import { DAGS } from "./flights-dag-list.ts";
import { idOf } from "./flights-nodes.ts";
import { DAG_ID, DBT_TASK, iso, LAST_RUN, NOW, runAt } from "./flights-runs.ts";

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
