import type { DagRun } from "@airloom/api";
import type { Handlers } from "./fixture-server.ts";
import { DAGS } from "./flights-dag-list.ts";
import { GRID } from "./flights-grid.ts";
import { DAG_ID, LAST_RUN, NO_TROUBLE, RUNS } from "./flights-runs.ts";

/** The Dag's version that every run of the fixture has. */
export const VERSION = {
  id: "0197c7a0-0000-7000-8000-000000000001",
  version_number: 14,
  dag_id: DAG_ID,
  dag_display_name: DAG_ID,
  bundle_name: "dags",
  bundle_version: null,
  bundle_url: null,
  created_at: "2026-11-22T07:00:00Z",
};

/** The newest run. */
export const RUN: DagRun = {
  dag_run_id: LAST_RUN,
  dag_id: DAG_ID,
  dag_display_name: DAG_ID,
  logical_date: RUNS.at(-1)?.logical_date ?? null,
  queued_at: RUNS.at(-1)?.queued_at ?? null,
  start_date: RUNS.at(-1)?.start_date ?? null,
  end_date: RUNS.at(-1)?.end_date ?? null,
  duration: 391,
  data_interval_start: "2026-11-22T07:00:00Z",
  data_interval_end: "2026-11-22T08:00:00Z",
  run_after: "2026-11-22T08:00:00Z",
  last_scheduling_decision: null,
  run_type: "scheduled",
  state: "failed",
  triggered_by: "timetable",
  triggering_user_name: null,
  conf: { carrier: "AA" },
  note: null,
  dag_versions: [VERSION],
  bundle_version: null,
  partition_key: null,
  ...NO_TROUBLE,
};

/** What the API answers of Dags and runs. */
export const DAG_HANDLERS = {
  getDagDetails: ({ dag_id }) => dagDetails(dag_id),
  listTasks: () => ({ tasks: [], total_entries: 0 }),
  listDagVersions: () => ({ dag_versions: [VERSION], total_entries: 1 }),
  getUiBrokenFile: () => ({
    filename: "dags/crew_pairing.ts",
    timestamp: "2026-11-22T08:41:00Z",
    content: `${"// …\n".repeat(40)}const pairs = crew.task("pairs", pair)({ minRows: "1000" });\n`,
  }),
  getDagSource: () => ({
    content:
      'import { Dag } from "airloom";\n\n// Loads flights hourly\nexport const dag = new Dag("flights", { schedule: "@hourly" });\n',
    dag_id: DAG_ID,
    version_number: 14,
    dag_display_name: DAG_ID,
  }),
  listDagRuns: () => ({
    dag_runs: RUNS.toReversed().map((run) => ({
      ...RUN,
      ...run,
      dag_id: DAG_ID,
      dag_versions: [VERSION],
    })),
    total_entries: RUNS.length,
  }),
  getDagRun: () => RUN,
  triggerDagRun: ({ body }) => ({ ...RUN, state: "queued", conf: body.conf ?? {} }),
} satisfies Handlers;

/** A Dag as its details page asks for it. */
export function dagDetails(dagId: string) {
  const dag = DAGS.find((candidate) => candidate.dag_id === dagId) ?? GRID.dag;
  return {
    dag_id: dagId,
    dag_display_name: dagId,
    is_paused: dag.is_paused,
    is_stale: false,
    has_import_errors: false,
    last_parsed_time: GRID.dag.last_parsed_time,
    last_parse_duration: 0.3,
    last_expired: null,
    bundle_name: "dags",
    bundle_version: null,
    relative_fileloc: "flights.ts",
    fileloc: "dags/flights.ts",
    file_token: "token",
    description: dag.description,
    timetable_summary: dag.timetable_summary,
    timetable_description: dag.timetable_description,
    timetable_partitioned: false,
    tags: dag.tags.map((name) => ({ name, dag_id: dagId, dag_display_name: dagId })),
    max_active_tasks: 16,
    max_active_runs: 4,
    max_consecutive_failed_dag_runs: 0,
    has_task_concurrency_limits: false,
    next_dagrun_logical_date: null,
    next_dagrun_data_interval_start: null,
    next_dagrun_data_interval_end: null,
    next_dagrun_run_after: dag.next_dagrun_run_after,
    allowed_run_types: null,
    owners: dag.owners,
    catchup: false,
    dag_run_timeout: null,
    asset_expression: null,
    doc_md: null,
    start_date: "2026-01-01T00:00:00Z",
    end_date: null,
    is_paused_upon_creation: null,
    params: { carrier: "AA" },
    render_template_as_native_obj: false,
    template_search_path: null,
    timezone: "Europe/Berlin",
    last_parsed: GRID.dag.last_parsed_time,
    default_args: null,
    owner_links: null,
    is_favorite: false,
    active_runs_count: 0,
    latest_dag_version: VERSION,
    concurrency: 16,
  };
}
