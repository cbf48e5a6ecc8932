import type { UiHome } from "@airloom/api";
import type { DagRun, RunState, Store, TaskInstance } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { loadHealth } from "../routes/monitor-routes.ts";
import { renderInstant } from "../wire/instants.ts";
import { renderUiRun } from "../wire/run-wire.ts";
import { buildComponents } from "./build-components.ts";
import { firstLine } from "./first-line.ts";
import { groupFailures, mergeFailures } from "./group-failures.ts";
import { usualDuration } from "./load-grid.ts";
import { renderImportError } from "./render-import-error.ts";

const HOUR_MS = 3_600_000;
const HOURS = 24;
const LATE_AFTER_MS = 60_000;
const MAX_ITEMS = 1_000;
const RUNNING_SHOWN = 20;
const PROBLEMS_SHOWN = 50;

/** The home page: what needs a person, what runs, what comes next. */
export async function loadHome(context: ServerContext): Promise<UiHome> {
  const { store, clock } = context;
  const now = clock.now();
  const since = new Date(now.getTime() - HOURS * HOUR_MS);
  const [health, recent, active, counts, imports, dags] = await Promise.all([
    loadHealth(context),
    loadRecentRuns(store, since),
    store.listRuns({ states: ["queued", "running"] }, { limit: MAX_ITEMS, offset: 0 }),
    countTasks(store),
    store.listImportErrors({ limit: PROBLEMS_SHOWN, offset: 0 }),
    store.listDags({ active: true }, { limit: MAX_ITEMS, offset: 0 }),
  ]);
  const failing = recent.filter((run) => run.state === "failed" && !isMended(run, recent));
  const late = active.items.filter((run) => isLate(run, now));
  return {
    at: renderInstant(now),
    components: buildComponents(health, { ...counts, importErrors: imports.total }),
    totals: { ...countStates(recent, active.items), late: late.length },
    runs_per_hour: countPerHour([...recent, ...active.items], now),
    problems: [
      ...(await loadFailures(store, failing)),
      ...imports.items.map((error) => ({
        kind: "import_error" as const,
        ...renderImportError(error, dags.items),
        action: "open_file" as const,
      })),
      ...(await loadLateRuns(store, late)),
    ],
    running: await loadRunning(
      store,
      active.items.filter((run) => run.state === "running").slice(0, RUNNING_SHOWN),
    ),
    next_runs: dags.items
      .flatMap((dag) =>
        dag.isPaused || dag.nextRunAfter === null ? [] : [{ dag, at: dag.nextRunAfter }],
      )
      .filter(({ at }) => at.getTime() <= now.getTime() + HOUR_MS)
      .toSorted((a, b) => a.at.getTime() - b.at.getTime())
      .slice(0, RUNNING_SHOWN)
      .map(({ dag, at }) => ({
        dag_id: dag.dagId,
        dag_display_name: dag.spec.displayName,
        run_after: renderInstant(at),
      })),
  };
}

/** Runs that ended within the window, newest first. */
async function loadRecentRuns(store: Store, since: Date): Promise<readonly DagRun[]> {
  const { items } = await store.listRuns(
    { states: ["success", "failed"], endedAfter: since },
    { limit: MAX_ITEMS, offset: 0, orderBy: ["-endedAt"] },
  );
  return items;
}

/** A failure needs nobody once a later run of the same Dag has succeeded. */
function isMended(failed: DagRun, recent: readonly DagRun[]): boolean {
  return recent.some(
    (run) =>
      run.dagId === failed.dagId && run.state === "success" && run.runAfter > failed.runAfter,
  );
}

async function countTasks(store: Store) {
  const one = { limit: 1, offset: 0 };
  const [running, queued, deferred] = await Promise.all([
    store.listTaskInstances({ states: ["running"] }, one),
    store.listTaskInstances({ states: ["queued"] }, one),
    store.listTaskInstances({ states: ["deferred"] }, one),
  ]);
  return { running: running.total, queued: queued.total, deferred: deferred.total };
}

function isLate(run: DagRun, now: Date): boolean {
  return run.state === "queued" && now.getTime() - run.runAfter.getTime() > LATE_AFTER_MS;
}

function countStates(recent: readonly DagRun[], active: readonly DagRun[]) {
  const countOf = (runs: readonly DagRun[], state: RunState) =>
    runs.filter((run) => run.state === state).length;
  return {
    success: countOf(recent, "success"),
    failed: countOf(recent, "failed"),
    running: countOf(active, "running"),
    queued: countOf(active, "queued"),
  };
}

/** One bar for each of the last 24 clock hours, oldest first; a run stands in the hour it ended, or else began. */
export function countPerHour(runs: readonly DagRun[], now: Date): UiHome["runs_per_hour"] {
  const thisHour = Math.floor(now.getTime() / HOUR_MS);
  const byHour = Map.groupBy(runs, (run) =>
    Math.floor((run.endedAt ?? run.startedAt ?? run.queuedAt).getTime() / HOUR_MS),
  );
  return Array.from({ length: HOURS }, (_, index) => {
    const hour = thisHour - HOURS + 1 + index;
    const inHour = byHour.get(hour) ?? [];
    return {
      hour: renderInstant(new Date(hour * HOUR_MS)),
      success: inHour.filter((run) => run.state === "success").length,
      failed: inHour.filter((run) => run.state === "failed").length,
      running: inHour.filter((run) => run.state === "running").length,
      queued: inHour.filter((run) => run.state === "queued").length,
    };
  });
}

const RUNS_EXAMINED = 100;

async function loadFailures(store: Store, failing: readonly DagRun[]) {
  const runs = failing.slice(0, RUNS_EXAMINED);
  if (runs.length === 0) return [];
  const { items } = await store.listTaskInstances(
    {
      dagIds: [...new Set(runs.map((run) => run.dagId))],
      runIds: [...new Set(runs.map((run) => run.runId))],
      states: ["failed"],
    },
    { limit: MAX_ITEMS, offset: 0, orderBy: ["-endedAt"] },
  );
  const failed = new Set(runs.map((run) => run.id));
  const groups = groupFailures(items.filter((taskInstance) => failed.has(taskInstance.dagRunId)));
  const problems = await Promise.all(
    groups.slice(0, PROBLEMS_SHOWN).map(async ({ newest, problem }) => {
      const node = await findFailedNode(store, newest);
      return node === undefined
        ? problem
        : { ...problem, ...node, action: "rerun_failed_nodes" as const };
    }),
  );
  return mergeFailures(problems);
}

/** The first dbt node that went wrong in an attempt, with its own words. */
async function findFailedNode(store: Store, taskInstance: TaskInstance) {
  const nodes = await store.listNodes(taskInstance.id);
  const node = nodes.find(({ state }) => FAILED_NODE.has(state));
  if (node === undefined) return undefined;
  return {
    node: { unique_id: node.uniqueId, name: node.name },
    message: firstLine(node.message ?? taskInstance.failure?.message ?? "failed"),
    place: node.file === null || node.line === null ? node.file : `${node.file}:${node.line}`,
  };
}

const FAILED_NODE: ReadonlySet<string> = new Set(["error", "fail", "runtime error"]);

async function loadLateRuns(store: Store, late: readonly DagRun[]) {
  if (late.length === 0) return [];
  const shown = late.slice(0, RUNNING_SHOWN);
  const { items } = await store.listTaskInstances(
    {
      dagIds: [...new Set(shown.map((run) => run.dagId))],
      runIds: [...new Set(shown.map((run) => run.runId))],
    },
    { limit: MAX_ITEMS, offset: 0 },
  );
  const reasons = new Map(
    items.flatMap(({ dagRunId, holdReason }) => (holdReason ? [[dagRunId, holdReason]] : [])),
  );
  return shown.map((run) => ({
    kind: "late_run" as const,
    dag_id: run.dagId,
    dag_run_id: run.runId,
    run_after: renderInstant(run.runAfter),
    reason: reasons.get(run.id) ?? null,
    action: "open_run" as const,
  }));
}

const PAST_RUNS = 10;

async function loadRunning(store: Store, runs: readonly DagRun[]): Promise<UiHome["running"]> {
  if (runs.length === 0) return [];
  const dagIds = [...new Set(runs.map((run) => run.dagId))];
  const runIds = [...new Set(runs.map((run) => run.runId))];
  const [{ items }, summaries] = await Promise.all([
    store.listTaskInstances({ dagIds, runIds }, { limit: MAX_ITEMS, offset: 0 }),
    store.loadRunSummaries(dagIds, PAST_RUNS),
  ]);
  const tasksOf = Map.groupBy(items, (taskInstance) => taskInstance.dagRunId);
  return runs.map((run) => {
    const tasks = tasksOf.get(run.id) ?? [];
    return {
      ...renderUiRun(run),
      dag_id: run.dagId,
      tasks_done: tasks.filter(({ endedAt }) => endedAt !== null).length,
      tasks_total: tasks.length,
      usual_duration: usualDuration(summaries.find(({ dagId }) => dagId === run.dagId)?.runs ?? []),
    };
  });
}
