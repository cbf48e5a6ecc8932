import type { UiCell, UiGrid, UiNode, UiRun } from "@airloom/api";
import { MAIN_DAG } from "./flights-dag-list.ts";
import { NODES } from "./flights-nodes.ts";
import { BAD_RUNS, DBT_TASK, iso, LAST_RUN, RUNS } from "./flights-runs.ts";

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
