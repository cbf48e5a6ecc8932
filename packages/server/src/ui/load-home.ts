import type { UiHome, UiProblem } from "@airloom/api";
import type { DagRun, Store, StoredDag } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import { loadAll } from "../http/load-all.ts";
import { type Health, loadHealth, statusOf } from "../routes/monitor-routes.ts";
import { renderInstant } from "../wire/instants.ts";
import { renderUiRun } from "../wire/run-wire.ts";
import { describeSchedule, scheduleZone, summarizeSchedule } from "../wire/schedule-text.ts";
import { buildActivity } from "./build-activity.ts";
import { buildComponents } from "./build-components.ts";
import { groupFailures } from "./group-failures.ts";
import { usualDuration } from "./load-grid.ts";
import { renderImportError } from "./render-import-error.ts";

const WINDOW_MS = 24 * 3_600_000;
const LATE_AFTER_MS = 60_000;
/** What is listed of anything; how many there are stands beside it. */
const SHOWN = 20;
const PROBLEMS_SHOWN = 50;
const FAILURES_GROUPED = 2_000;

/** The home page: what needs a person, what runs, what comes next. */
export async function loadHome(context: ServerContext): Promise<UiHome> {
  const { store, clock } = context;
  const now = clock.now();
  const since = new Date(now.getTime() - WINDOW_MS);
  const [health, activity, running, late, tasks, imports, dags, failures] = await Promise.all([
    loadHealth(context),
    store.loadRunActivity(since),
    store.listRuns({ states: ["running"] }, { ...FIRST, orderBy: ["-startedAt"] }),
    store.listRuns(
      { states: ["queued"], runAfterLte: new Date(now.getTime() - LATE_AFTER_MS) },
      { ...FIRST, orderBy: ["runAfter"] },
    ),
    countTasks(store),
    store.listImportErrors({ limit: PROBLEMS_SHOWN, offset: 0 }),
    loadAll((page) => store.listDags({ active: true }, page)),
    store.loadOpenFailures(since, FAILURES_GROUPED),
  ]);
  const groups = groupFailures(failures.items);
  const missed = findMissed(dags, now);
  const problems: readonly UiProblem[] = [
    ...groups.slice(0, PROBLEMS_SHOWN),
    ...imports.items.map((error) => ({
      kind: "import_error" as const,
      ...renderImportError(error, dags),
      action: "open_file" as const,
    })),
    ...(await renderMissed(store, missed.slice(0, SHOWN), health)),
    ...(await loadLateRuns(store, late.items)),
  ];
  const { totals, hours } = buildActivity(activity, now);
  const failingDags = new Set(failures.items.map(({ dagId }) => dagId)).size;
  return {
    at: renderInstant(now),
    components: buildComponents(health, { ...tasks, importErrors: imports.total }),
    dag_count: dags.length,
    totals: { ...totals, late: late.total, failing_dags: failingDags },
    runs_per_hour: hours,
    problems: {
      items: [...problems],
      total: groups.length + imports.total + missed.length + late.total,
      ungrouped_failures: failures.total - failures.items.length,
    },
    running: { items: await loadRunning(store, running.items), total: running.total },
    next_runs: findNextRuns(dags),
    paused: findPaused(dags),
  };
}

const FIRST = { limit: SHOWN, offset: 0 } as const;

async function countTasks(store: Store) {
  const one = { limit: 1, offset: 0 };
  const [running, queued, deferred] = await Promise.all([
    store.listTaskInstances({ states: ["running"] }, one),
    store.listTaskInstances({ states: ["queued"] }, one),
    store.listTaskInstances({ states: ["deferred"] }, one),
  ]);
  return { running: running.total, queued: queued.total, deferred: deferred.total };
}

async function loadLateRuns(store: Store, late: readonly DagRun[]): Promise<readonly UiProblem[]> {
  const progress = await store.loadRunProgress(late.map(({ id }) => id));
  const reasons = new Map(progress.map(({ dagRunId, holdReason }) => [dagRunId, holdReason]));
  return late.map((run) => ({
    kind: "late_run" as const,
    dag_id: run.dagId,
    dag_run_id: run.runId,
    run_after: renderInstant(run.runAfter),
    reason: reasons.get(run.id) ?? null,
    action: "open_run" as const,
  }));
}

/** Dags whose time has passed without a run. A continuous one has none: its next run comes when this one ends. */
function findMissed(dags: readonly StoredDag[], now: Date): readonly MissedDag[] {
  return dags.flatMap((dag) => {
    const due = dag.nextRunAfter;
    if (dag.isPaused || due === null || dag.spec.schedule.kind === "continuous") return [];
    return now.getTime() - due.getTime() > LATE_AFTER_MS ? [{ dag, due }] : [];
  });
}

interface MissedDag {
  readonly dag: StoredDag;
  readonly due: Date;
}

async function renderMissed(
  store: Store,
  missed: readonly MissedDag[],
  health: Health,
): Promise<readonly UiProblem[]> {
  const isSchedulerUp = statusOf(health, "scheduler") === "healthy";
  return Promise.all(
    missed.map(async ({ dag, due }) => {
      const active = await store.countActiveRuns(dag.dagId);
      return {
        kind: "missed_schedule" as const,
        dag_id: dag.dagId,
        run_after: renderInstant(due),
        timezone: scheduleZone(dag.spec),
        reason: whyMissed({ active, limit: dag.spec.maxActiveRuns, isSchedulerUp }),
        action: "open_dag" as const,
      };
    }),
  );
}

function whyMissed(facts: {
  readonly active: number;
  readonly limit: number;
  readonly isSchedulerUp: boolean;
}): string {
  if (!facts.isSchedulerUp) return "no run was made: the scheduler is not running";
  if (facts.active < facts.limit) return "no run was made yet";
  return `no run was made: the Dag has ${facts.active} of ${facts.limit} active runs`;
}

const PAST_RUNS = 10;

async function loadRunning(
  store: Store,
  runs: readonly DagRun[],
): Promise<UiHome["running"]["items"]> {
  if (runs.length === 0) return [];
  const ids = runs.map(({ id }) => id);
  const [progress, troubles, summaries] = await Promise.all([
    store.loadRunProgress(ids),
    store.loadRunTroubles(ids),
    store.loadRunSummaries([...new Set(runs.map((run) => run.dagId))], PAST_RUNS),
  ]);
  const progressOf = new Map(progress.map((row) => [row.dagRunId, row]));
  return runs.map((run) => ({
    ...renderUiRun(run, troubles.get(run.id)),
    dag_id: run.dagId,
    tasks_done: progressOf.get(run.id)?.done ?? 0,
    tasks_total: progressOf.get(run.id)?.total ?? 0,
    usual_duration: usualDuration(summaries.find(({ dagId }) => dagId === run.dagId)?.runs ?? []),
  }));
}

function findNextRuns(dags: readonly StoredDag[]): UiHome["next_runs"] {
  const next = dags
    .flatMap((dag) =>
      dag.isPaused || dag.nextRunAfter === null ? [] : [{ dag, at: dag.nextRunAfter }],
    )
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return {
    items: next
      .slice(0, SHOWN)
      .map(({ dag, at }) => ({ ...renderHomeDag(dag), run_after: renderInstant(at) })),
    total: next.length,
  };
}

/** Those first that would run by themselves. */
function findPaused(dags: readonly StoredDag[]): UiHome["paused"] {
  const paused = dags
    .filter(({ isPaused }) => isPaused)
    .map((dag) => ({ ...renderHomeDag(dag), has_schedule: dag.spec.schedule.kind !== "none" }))
    .toSorted((a, b) => Number(b.has_schedule) - Number(a.has_schedule));
  return { items: paused.slice(0, SHOWN), total: paused.length };
}

function renderHomeDag(dag: StoredDag) {
  const { spec } = dag;
  return {
    dag_id: dag.dagId,
    dag_display_name: spec.displayName,
    timezone: scheduleZone(dag.spec),
    timetable_summary: summarizeSchedule(spec.schedule),
    timetable_description: describeSchedule(spec.schedule),
  };
}
