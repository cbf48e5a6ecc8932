import type { UiRun, DagRun as WireRun } from "@airloom/api";
import type { DagRun, RunTrouble, Store } from "@airloom/core";
import type { DagVersions, KnownVersion } from "./dag-versions.ts";
import { copyRecord, renderDagVersion } from "./dag-wire.ts";
import { durationOf, renderInstant, renderInstantOrNull } from "./instants.ts";

/** Runs as the wire shows them, each with the version of its Dag and what went wrong in it. */
export async function renderRuns(
  store: Store,
  versions: DagVersions,
  runs: readonly DagRun[],
): Promise<readonly WireRun[]> {
  const [known, troubles] = await Promise.all([
    versions.findAll(runs.map(versionKeyOf)),
    store.loadRunTroubles(runs.map(({ id }) => id)),
  ]);
  return runs.map((run, index) => ({
    ...renderRun(run, known[index]),
    ...renderTrouble(troubles.get(run.id)),
  }));
}

export async function renderOneRun(
  store: Store,
  versions: DagVersions,
  run: DagRun,
): Promise<WireRun> {
  const [version, troubles] = await Promise.all([
    versions.find(versionKeyOf(run)),
    store.loadRunTroubles([run.id]),
  ]);
  return { ...renderRun(run, version), ...renderTrouble(troubles.get(run.id)) };
}

/** What went wrong in a run in the wire's words; nothing for a run in which nothing did. */
export function renderTrouble(trouble: RunTrouble | undefined) {
  return {
    failed_task_count: trouble?.failedTasks ?? 0,
    upstream_failed_task_count: trouble?.upstreamFailedTasks ?? 0,
    failed_node_count: trouble?.failedNodes ?? 0,
    warned_node_count: trouble?.warnedNodes ?? 0,
  };
}

/** Names the version a run is pinned to. */
export function versionKeyOf(run: DagRun) {
  return { dagId: run.dagId, version: run.dagVersion, hash: run.dagHash };
}

type Trouble = ReturnType<typeof renderTrouble>;

function renderRun(run: DagRun, version: KnownVersion | undefined): Omit<WireRun, keyof Trouble> {
  const displayName = version?.spec?.displayName ?? run.dagId;
  return {
    dag_run_id: run.runId,
    dag_id: run.dagId,
    dag_display_name: displayName,
    logical_date: renderInstantOrNull(run.logicalDate),
    queued_at: renderInstant(run.queuedAt),
    start_date: renderInstantOrNull(run.startedAt),
    end_date: renderInstantOrNull(run.endedAt),
    duration: durationOf(run.startedAt, run.endedAt),
    data_interval_start: renderInstantOrNull(run.dataIntervalStart),
    data_interval_end: renderInstantOrNull(run.dataIntervalEnd),
    run_after: renderInstant(run.runAfter),
    last_scheduling_decision: null,
    run_type: run.runType,
    state: run.state,
    triggered_by: run.triggeredBy,
    triggering_user_name: run.triggeringUser,
    conf: copyRecord(run.conf),
    note: run.note,
    dag_versions:
      version === undefined || version.createdAt === null
        ? []
        : [renderDagVersion({ ...version, displayName, createdAt: version.createdAt })],
    bundle_version: null,
    partition_key: null,
  };
}

/** A run as lists and grids of the web app show it. */
export function renderUiRun(run: DagRun, trouble: RunTrouble | undefined): UiRun {
  return {
    ...renderTrouble(trouble),
    dag_run_id: run.runId,
    state: run.state,
    run_type: run.runType,
    run_after: renderInstant(run.runAfter),
    logical_date: renderInstantOrNull(run.logicalDate),
    queued_at: renderInstant(run.queuedAt),
    start_date: renderInstantOrNull(run.startedAt),
    end_date: renderInstantOrNull(run.endedAt),
    duration: durationOf(run.startedAt, run.endedAt),
    note: run.note,
    version_number: run.dagVersion,
    triggering_user_name: run.triggeringUser,
  };
}
