import type { Handlers } from "./fixture-server.ts";
import { ADMIN_HANDLERS } from "./flights-admin.ts";
import { DAG_HANDLERS, dagDetails, RUN } from "./flights-dag.ts";
import { DAGS } from "./flights-dag-list.ts";
import { GRID } from "./flights-grid.ts";
import { HOME } from "./flights-home.ts";
import { RUNS } from "./flights-runs.ts";
import { TASK_HANDLERS } from "./flights-task.ts";

/** A whole installation, as it stands at `NOW`; it remembers which Dags are paused, and notes. */
export function openFlights(): Handlers {
  const paused = new Set(DAGS.filter((dag) => dag.is_paused).map((dag) => dag.dag_id));
  const notes = new Map<string, string | null>();
  return {
    ...DAG_HANDLERS,
    ...TASK_HANDLERS,
    getDagRun: ({ dag_run_id }) => ({
      ...RUN,
      ...RUNS.find((run) => run.dag_run_id === dag_run_id),
      note: notes.get("") ?? null,
    }),
    patchDagRun: ({ body }) => {
      if (body.note !== undefined) notes.set("", body.note);
      return RUN;
    },
    getTaskInstance: (request) => ({
      ...TASK_HANDLERS.getTaskInstance(request),
      note: notes.get(request.task_id) ?? null,
    }),
    patchTaskInstance: (request) => {
      if (request.body.note !== undefined) notes.set(request.task_id, request.body.note);
      return TASK_HANDLERS.patchTaskInstance(request);
    },
    ...ADMIN_HANDLERS,
    ...UI_HANDLERS,
    listUiDags: (request) => {
      const collection = UI_HANDLERS.listUiDags(request);
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

const UI_HANDLERS = {
  getUiConfig: () => ({
    version: "1.0.0",
    project: "flights-platform",
    environment: "development",
    timezone: "UTC",
    command: "npx airloom",
    default_credentials_hint: "admin / admin",
    dbt_service_url: "http://127.0.0.1:8081",
    user: { username: "admin", role: "admin" },
    notices: ["Tasks and dbt steps run as the same user as Airloom itself"],
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
} satisfies Handlers;
