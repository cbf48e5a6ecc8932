import type { UiRun, DagRun as WireRun } from "@airloom/api";
import type { DagRun } from "@airloom/core";
import type { DagVersions, KnownVersion } from "./dag-versions.ts";
import { copyRecord, renderDagVersion } from "./dag-wire.ts";
import { durationOf, renderInstant, renderInstantOrNull } from "./instants.ts";

/** Runs as the wire shows them, each with the version of its Dag. */
export async function renderRuns(
  versions: DagVersions,
  runs: readonly DagRun[],
): Promise<readonly WireRun[]> {
  const known = await versions.findAll(runs.map(versionKeyOf));
  return runs.map((run, index) => renderRun(run, known[index]));
}

export async function renderOneRun(versions: DagVersions, run: DagRun): Promise<WireRun> {
  return renderRun(run, await versions.find(versionKeyOf(run)));
}

/** Names the version a run is pinned to. */
export function versionKeyOf(run: DagRun) {
  return { dagId: run.dagId, version: run.dagVersion, hash: run.dagHash };
}

function renderRun(run: DagRun, version: KnownVersion | undefined): WireRun {
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
export function renderUiRun(run: DagRun): UiRun {
  return {
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
