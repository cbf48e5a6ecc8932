import type { QueryOf, UiGrid } from "@airloom/api";
import type { DagRun, Page, StoredDag, TaskInstance, TaskNode } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { findDagOrThrow } from "../http/find-or-throw.ts";
import { durationOf, parseInstant, renderInstant } from "../wire/instants.ts";
import { renderNode } from "../wire/node-wire.ts";
import { renderUiRun } from "../wire/run-wire.ts";
import { buildGraph } from "./build-graph.ts";
import { buildGridRows } from "./build-grid.ts";
import type { GridNode } from "./grid-source.ts";
import { renderImportError } from "./render-import-error.ts";
import { renderUiDag } from "./render-ui-dag.ts";

/** A Dag's whole page. The number of queries does not grow with tasks or runs, only with dbt tasks of the newest run. */
export async function loadUiGrid(
  context: ServerContext,
  dagId: string,
  query: QueryOf<"getUiGrid">,
): Promise<UiGrid> {
  const { store } = context;
  const [dag, page, activeRuns] = await Promise.all([
    findDagOrThrow(store, dagId),
    loadRuns(context, dagId, query),
    store.countActiveRuns(dagId),
  ]);
  const runs = page.items.toReversed();
  const runIds = runs.map((run) => run.runId);
  const [tasks, nodes, troubles, importError, [typeErrors]] = await Promise.all([
    store.loadGrid(dagId, runIds),
    store.loadNodeGrid(dagId, runIds),
    store.loadRunTroubles(runs.map((run) => run.id)),
    dag.isStale ? findImportError(context, dag) : null,
    store.loadTypeErrors([dag.file]),
  ]);
  const source = { spec: dag.spec, runs, tasks, nodes };
  return {
    dag: {
      ...renderUiDag(dag, typeErrors?.total ?? 0),
      doc_md: dag.spec.docMd,
      file: dag.file,
      last_parsed_time: renderInstant(dag.parsedAt),
      max_active_runs: dag.spec.maxActiveRuns,
      active_runs_count: activeRuns,
      usual_duration: usualDuration(runs),
      import_error: importError,
      type_errors: (typeErrors?.errors ?? []).map(({ codeFrame, ...error }) => ({
        ...error,
        code_frame: codeFrame,
      })),
    },
    runs: runs.map((run) => renderUiRun(run, troubles.get(run.id))),
    total_runs: page.total,
    rows: buildGridRows(source),
    graph: buildGraph(source),
    dbt: await loadDbtTasks(context, dagId, runs, nodes),
  };
}

function loadRuns(
  { store }: ServerContext,
  dagId: string,
  query: QueryOf<"getUiGrid">,
): Promise<Page<DagRun>> {
  return store.listRuns(
    {
      dagIds: [dagId],
      ...(query.before === undefined
        ? {}
        : {
            ranges: [
              { field: "runAfter" as const, op: "lt" as const, value: parseInstant(query.before) },
            ],
          }),
    },
    { limit: query.limit, offset: 0, orderBy: ["-runAfter", "-id"] },
  );
}

/** Median of the runs that succeeded: one slow run must not move it. */
export function usualDuration(runs: readonly DagRun[]): number | null {
  const durations = runs
    .filter((run) => run.state === "success")
    .flatMap((run) => durationOf(run.startedAt, run.endedAt) ?? [])
    .toSorted((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)] ?? null;
}

async function findImportError(
  { store }: ServerContext,
  dag: StoredDag,
): Promise<UiGrid["dag"]["import_error"]> {
  const { items } = await store.listImportErrors({ limit: 1_000, offset: 0 });
  const found = items.find((error) => error.file === dag.file);
  return found === undefined ? null : renderImportError(found, [dag]);
}

/** The dbt tasks of the newest run that has nodes, with how the nodes hang together. */
async function loadDbtTasks(
  { store }: ServerContext,
  dagId: string,
  runs: readonly DagRun[],
  nodes: readonly GridNode[],
): Promise<UiGrid["dbt"]> {
  const withNodes = new Set(nodes.map((node) => node.runId));
  const newest = runs.findLast((run) => withNodes.has(run.runId));
  if (newest === undefined) return [];
  const taskIds = nodes.filter((node) => node.runId === newest.runId).map((node) => node.taskId);
  const { items } = await store.listTaskInstances(
    { dagIds: [dagId], runIds: [newest.runId], taskIds: [...new Set(taskIds)] },
    { limit: 100, offset: 0 },
  );
  return Promise.all(
    items.map(async (taskInstance) =>
      renderDbtTask(taskInstance, await store.listNodes(taskInstance.id)),
    ),
  );
}

function renderDbtTask(
  taskInstance: TaskInstance,
  nodes: readonly TaskNode[],
): UiGrid["dbt"][number] {
  const known = new Set(nodes.map((node) => node.uniqueId));
  return {
    task_id: taskInstance.taskId,
    map_index: taskInstance.mapIndex,
    dag_run_id: taskInstance.runId,
    try_number: taskInstance.tryNumber,
    nodes: nodes.map((node) => {
      const { compiled_sql: _large, ...rest } = renderNode(node);
      return rest;
    }),
    edges: nodes.flatMap((node) =>
      node.dependsOn
        .filter((source) => known.has(source))
        .map((source) => ({ source, target: node.uniqueId })),
    ),
  };
}
