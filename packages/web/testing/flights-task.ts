import type { LogLine, RequestOf, TaskInstance, TaskTry, UiLog } from "@airloom/api";
import { stripAnsi } from "../src/ui/parse-ansi.ts";
import type { Handlers } from "./fixture-server.ts";
import { RUN, VERSION } from "./flights-dag.ts";
import { GRID } from "./flights-grid.ts";
import { NODES } from "./flights-nodes.ts";
import { DAG_ID, DBT_TASK, LAST_RUN } from "./flights-runs.ts";

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

const LOG: readonly LogLine[] = LOG_TEXT.map((line, index) => {
  const [level = "info"] = line.split(" ");
  return {
    timestamp: new Date(Date.parse("2026-11-22T08:06:15Z") + index * 1_100).toISOString(),
    event: line.slice(level.length + 1),
    level: level === "error" || level === "warning" || level === "debug" ? level : "info",
    logger: "task",
  };
});

const LEVELS = ["debug", "info", "warning", "error"] as const;

/** What the server would say of a log that is held whole; requests off the wire are texts. */
export function viewOf(
  log: readonly LogLine[],
  { search, level, error, line, row, limit }: RequestOf<"viewLog">,
): UiLog {
  const all = log.map((one, index) => ({ ...one, number: index + 1 }));
  const held = all.filter(({ event }) =>
    stripAnsi(event)
      .toLowerCase()
      .includes((search ?? "").toLowerCase()),
  );
  const least = LEVELS.indexOf(level ?? "debug");
  const rows = held.filter((one) => LEVELS.indexOf(one.level) >= least);
  const from = Number(line ?? 0);
  const errors = rows.filter((one) => one.level === "error");
  const target =
    error === "first"
      ? errors[0]
      : error === "next"
        ? errors.find(({ number }) => number > from)
        : error === "previous"
          ? errors.findLast(({ number }) => number < from)
          : line === undefined
            ? undefined
            : (rows.find(({ number }) => number >= from) ?? rows.at(-1));
  const at = target === undefined ? -1 : rows.indexOf(target);
  const size = Number(limit ?? 200);
  const end = Math.max(0, rows.length - size);
  const first =
    row !== undefined
      ? Number(row)
      : at < 0
        ? end
        : Math.max(0, Math.min(end, at - Math.floor(size / 2)));
  const count = (name: LogLine["level"]) => held.filter((one) => one.level === name).length;
  return {
    total_lines: all.length,
    matching_lines: rows.length,
    levels: {
      debug: count("debug"),
      info: count("info"),
      warning: count("warning"),
      error: count("error"),
    },
    first_error: all.find((one) => one.level === "error")?.number ?? null,
    target: target === undefined ? null : { line: target.number, row: at },
    first_row: first,
    lines: rows.slice(first, first + size),
    is_over: true,
  };
}

/** What the API answers of task instances and what they leave behind. */
export const TASK_HANDLERS = {
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
  viewLog: (request) => viewOf(LOG, request),
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
  patchTaskInstance: ({ task_id }) => ({
    task_instances: [taskInstance(task_id)],
    total_entries: 1,
  }),
  dryRunTaskInstance: ({ task_id }) => ({
    task_instances: [taskInstance(task_id)],
    total_entries: 1,
  }),
} satisfies Handlers;

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
