import type { UiDag } from "@airloom/api";
import { DAG_ID, iso, RUNS, runAt } from "./flights-runs.ts";

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

export const MAIN_DAG = dagOf(DAG_ID, {
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
