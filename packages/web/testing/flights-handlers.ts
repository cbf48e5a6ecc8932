import type { DagRun, LogLine, TaskInstance, TaskTry } from "@airloom/api";
import type { Handlers } from "./fixture-server.ts";
import { DAG_ID, DAGS, DBT_TASK, GRID, HOME, LAST_RUN, NODES, NOW, RUNS } from "./flights.ts";

const VERSION = {
  id: "0197c7a0-0000-7000-8000-000000000001",
  version_number: 14,
  dag_id: DAG_ID,
  dag_display_name: DAG_ID,
  bundle_name: "dags",
  bundle_version: null,
  bundle_url: null,
  created_at: "2026-11-22T07:00:00Z",
};

const RUN: DagRun = {
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
};

const FAILURE = {
  message: "int_flight_delays: column f.arr_delay_min does not exist",
  place: "dags/flights.ts:31:5",
  stack: "DbtCloudJobRunError: run 70412 failed\n    at poll (dags/flights.ts:31:5)",
  kind: "error",
};

function taskInstance(taskId: string): TaskInstance {
  const row = GRID.rows.find((candidate) => candidate.row_id === `task:${taskId}`);
  const state = row?.cells.at(-1)?.state;
  const isDbt = taskId === DBT_TASK;
  return {
    id: `0197c7a0-0000-7000-8000-00000000000${taskId.length % 10}`,
    task_id: taskId,
    task_display_name: taskId,
    dag_id: DAG_ID,
    dag_display_name: DAG_ID,
    dag_run_id: LAST_RUN,
    dag_version: VERSION,
    map_index: -1,
    try_number: isDbt ? 2 : 1,
    max_tries: isDbt ? 2 : 1,
    state:
      state === "failed" ? "failed" : state === "upstream_failed" ? "upstream_failed" : "success",
    start_date: state === "upstream_failed" ? null : "2026-11-22T08:06:15.000Z",
    end_date: state === "upstream_failed" ? null : "2026-11-22T08:06:30.200Z",
    duration: 15.2,
    hostname: "w-2",
    unixname: null,
    pool: "default_pool",
    pool_slots: 1,
    queue: "default",
    priority_weight: 1,
    operator: isDbt ? "run_dbt_cloud_job" : "task",
    operator_name: isDbt ? "run_dbt_cloud_job" : "task",
    queued_when: "2026-11-22T08:06:14Z",
    scheduled_when: "2026-11-22T08:06:14Z",
    pid: null,
    executor: null,
    executor_config: "{}",
    logical_date: RUN.logical_date,
    run_after: RUN.run_after,
    note: null,
    rendered_map_index: null,
    rendered_fields: isDbt
      ? { jobId: 31, triggerReason: "Dag run 08:00", stepsOverride: ["dbt build"] }
      : {},
    trigger: null,
    triggerer_job: null,
    failure: isDbt ? FAILURE : null,
    next_try_at: null,
  };
}

function tryOf(instance: TaskInstance, number: number): TaskTry {
  const {
    id: _id,
    logical_date: _date,
    run_after: _after,
    note: _note,
    rendered_map_index: _index,
    rendered_fields: _fields,
    trigger: _trigger,
    triggerer_job: _job,
    next_try_at: _next,
    ...attempt
  } = instance;
  return { ...attempt, try_number: number };
}

const LOG_TEXT = [
  "info Waiting for job run 70412",
  "info 1 of 12 START seed analytics.carriers",
  "info 2 of 12 START view analytics.stg_airports",
  "info 3 of 12 START table analytics.stg_flights",
  "info 1 of 12 OK analytics.carriers [\u001b[32mINSERT 18\u001b[0m in 0.42s]",
  "info 3 of 12 OK analytics.stg_flights [\u001b[32mSELECT\u001b[0m in 2.84s]",
  "warning 8 of 12 WARN 14 relationships_stg_flights_origin",
  "debug SQL status: OK in 0.3 seconds",
  "error 9 of 12 ERROR creating sql table model analytics.int_flight_delays [\u001b[31mERROR\u001b[0m in 1.12s]",
  "error Database Error in model int_flight_delays (models/intermediate/int_flight_delays.sql)",
  "error   column f.arr_delay_min does not exist",
  "info 10 of 12 SKIP test not_null_int_flight_delays_id",
  "info Done. PASS=7 WARN=1 ERROR=1 SKIP=3 TOTAL=12",
];

export const LOG: readonly LogLine[] = LOG_TEXT.map((line, index) => {
  const [level = "info"] = line.split(" ");
  return {
    timestamp: new Date(Date.parse("2026-11-22T08:06:15Z") + index * 1_100).toISOString(),
    event: line.slice(level.length + 1),
    level: level === "error" || level === "warning" || level === "debug" ? level : "info",
    logger: "task",
  };
});

const CONNECTION = {
  connection_id: "dbt_cloud_default",
  conn_type: "dbt_cloud",
  description: "Production account, flights project",
  host: "cloud.getdbt.com",
  login: "70141",
  schema: null,
  port: null,
  password: null,
  has_password: true,
  extra: null,
  origin: "database" as const,
  updated_at: "2026-11-20T10:00:00Z",
  team_name: null,
};

/** A whole installation, as it stands at `NOW`; it remembers which Dags are paused. */
export function openFlights(): Handlers {
  const paused = new Set(DAGS.filter((dag) => dag.is_paused).map((dag) => dag.dag_id));
  return {
    ...FLIGHTS,
    listUiDags: (request) => {
      const collection = FLIGHTS.listUiDags(request);
      const dags = collection.dags.map((dag) => ({ ...dag, is_paused: paused.has(dag.dag_id) }));
      return { ...collection, dags };
    },
    patchDag: ({ dag_id, body }) => {
      if (body.is_paused) paused.add(dag_id);
      else paused.delete(dag_id);
      return { ...dagDetails(dag_id), is_paused: body.is_paused };
    },
  };
}

const FLIGHTS = {
  getUiConfig: () => ({
    version: "1.0.0",
    project: "flights-platform",
    environment: "development",
    timezone: "UTC",
    default_credentials_hint: "admin / admin",
    dbt_service_url: "http://127.0.0.1:8081",
    user: { username: "admin", role: "admin" },
  }),
  login: () => ({ username: "admin", role: "admin" }),
  getUiHome: () => HOME,
  listUiDags: ({ search = "", segment = "all", exclude_tags = [] }) => {
    const left = DAGS.filter((dag) => dag.dag_id.includes(search)).filter(
      (dag) => !dag.tags.some((tag) => [exclude_tags].flat().includes(tag)),
    );
    const dags = left.filter((dag) => segment !== "paused" || dag.is_paused);
    return {
      dags,
      total_entries: dags.length,
      segments: { all: left.length, failing: 1, running: 1, waiting: 0, paused: 1 },
      all_tags: ["backfill", "dbt", "elt", "flights", "ingest", "ml", "ops"],
      all_owners: ["analytics", "data-platform", "ml"],
    };
  },
  getUiGrid: ({ limit = 25 }) => ({
    ...GRID,
    runs: GRID.runs.slice(-Number(limit)),
    rows: GRID.rows.map((row) => ({ ...row, cells: row.cells.slice(-Number(limit)) })),
  }),
  getDagDetails: ({ dag_id }) => dagDetails(dag_id),
  listTasks: () => ({ tasks: [], total_entries: 0 }),
  listDagVersions: () => ({ dag_versions: [VERSION], total_entries: 1 }),
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
  listTaskInstances: () => ({
    task_instances: ["extract", "load", DBT_TASK, "ml_training"].map(taskInstance),
    total_entries: 4,
  }),
  getTaskInstance: ({ task_id }) => taskInstance(task_id),
  listTries: ({ task_id }) => {
    const instance = taskInstance(task_id);
    const tries = Array.from({ length: instance.try_number }, (_, index) =>
      tryOf(instance, index + 1),
    );
    return { task_instances: tries, total_entries: tries.length };
  },
  listUiNodes: ({ task_id }) => ({
    task_id,
    map_index: -1,
    dag_run_id: LAST_RUN,
    try_number: 2,
    nodes: task_id === DBT_TASK ? [...NODES] : [],
  }),
  explainTaskInstance: ({ task_id }) => ({
    state: task_id === "ml_training" ? "upstream_failed" : "success",
    reasons:
      task_id === "ml_training"
        ? [{ code: "trigger_rule", message: `Rule all_success: ${DBT_TASK} failed` }]
        : [],
  }),
  listLinks: ({ task_id }) => ({
    extra_links:
      task_id === DBT_TASK
        ? { "Monitor Job Run": "http://127.0.0.1:8081/#/accounts/1/projects/1/runs/70412/" }
        : {},
    total_entries: task_id === DBT_TASK ? 1 : 0,
  }),
  getLog: ({ token }) => ({
    content: token === undefined ? [...LOG] : [],
    continuation_token: String(LOG.length),
  }),
  listXComs: ({ task_id }) => ({ xcom_entries: [xcomInfo(task_id)], total_entries: 1 }),
  getXCom: ({ task_id }) => ({
    ...xcomInfo(task_id),
    value: { rows: 412_906, files: ["a.csv", "b.csv"] },
  }),
  clearTaskInstances: ({ body }) => {
    const instances = (body.task_ids ?? []).flat().filter((id) => typeof id === "string");
    const all = body.include_downstream === true ? [...instances, "ml_training"] : instances;
    return { task_instances: all.map(taskInstance), total_entries: all.length };
  },
  rerunNodes: ({ body }) => ({
    dry_run: body.dry_run ?? true,
    task_instances: [DBT_TASK, "ml_training"].map(taskInstance),
    nodes: NODES.filter((node) => node.state === "error" || node.state === "skipped").map(
      ({ unique_id, name, state }) => ({ unique_id, name, state }),
    ),
    total_entries: 2,
  }),
  dryRunTaskInstance: ({ task_id }) => ({
    task_instances: [taskInstance(task_id)],
    total_entries: 1,
  }),
  listImportErrors: () => ({
    import_errors: [
      {
        import_error_id: 7,
        timestamp: "2026-11-22T07:50:00Z",
        filename: "dags/crew_pairing.ts",
        bundle_name: "dags",
        stack_trace: "dags/crew_pairing.ts:41:18 Type 'string' is not assignable to type 'number'",
      },
    ],
    total_entries: 1,
  }),
  listConnections: () => ({
    connections: [
      CONNECTION,
      { ...CONNECTION, connection_id: "fuel_api", conn_type: "http", has_password: false },
    ],
    total_entries: 2,
  }),
  createConnection: ({ body }) => ({ ...CONNECTION, connection_id: body.connection_id }),
  patchConnection: () => CONNECTION,
  testConnection: () => ({
    status: true,
    message: "Token accepted",
    facts: [
      { label: "Account", value: "Northwind Air, 70141" },
      { label: "Projects", value: "flights, crew, fuel" },
    ],
  }),
  listConnectionTypes: () => ({
    connection_types: [
      {
        conn_type: "dbt_cloud",
        label: "dbt Cloud",
        fields: [
          field("login", "Account ID", "text", "The number after /accounts/ in the address"),
          field(
            "password",
            "API Token",
            "secret",
            "Service token with Job Admin, or a personal one",
          ),
          field("host", "Tenant", "text", "A host such as ab123.us1.dbt.com"),
          field("extra.proxies", "Proxies", "text", null),
        ],
      },
      {
        conn_type: "http",
        label: "HTTP",
        fields: [field("host", "Host", "text", null), field("port", "Port", "number", null)],
      },
    ],
    total_entries: 2,
  }),
  listVariables: () => ({
    variables: [variable("api_token", "***", true), variable("carriers", '["AA", "DL"]', false)],
    total_entries: 2,
  }),
  listPools: () => ({
    pools: [
      {
        name: "default_pool",
        slots: 128,
        description: "Default pool",
        include_deferred: false,
        occupied_slots: 6,
        running_slots: 6,
        queued_slots: 0,
        scheduled_slots: 2,
        open_slots: 122,
        deferred_slots: 14,
        team_name: null,
      },
    ],
    total_entries: 1,
  }),
  listEventLogs: () => ({
    event_logs: [
      {
        event_log_id: 1,
        when: NOW.toISOString(),
        dag_id: DAG_ID,
        task_id: null,
        run_id: LAST_RUN,
        map_index: null,
        try_number: null,
        event: "run.trigger",
        logical_date: null,
        owner: "admin",
        extra: null,
        dag_display_name: DAG_ID,
        task_display_name: null,
      },
    ],
    total_entries: 1,
  }),
} satisfies Handlers;

function field(
  name: string,
  label: string,
  kind: "text" | "secret" | "number",
  help: string | null,
) {
  return { name, label, kind, help, required: false, placeholder: null, options: [] };
}

function variable(key: string, value: string, isSecret: boolean) {
  return {
    key,
    value,
    description: null,
    is_encrypted: true,
    is_secret: isSecret,
    updated_at: "2026-11-20T10:00:00Z",
    team_name: null,
  };
}

function xcomInfo(taskId: string) {
  return {
    key: "return_value",
    timestamp: "2026-11-22T08:06:30Z",
    logical_date: RUN.logical_date,
    map_index: -1,
    task_id: taskId,
    dag_id: DAG_ID,
    run_id: LAST_RUN,
    dag_display_name: DAG_ID,
    task_display_name: taskId,
    run_after: RUN.run_after,
  };
}

function dagDetails(dagId: string) {
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
