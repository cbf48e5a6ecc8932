import type { UiDag } from "@airloom/api";
import type { StoredDag } from "@airloom/core";
import { renderInstantOrNull } from "../wire/instants.ts";
import { describeSchedule, scheduleZone, summarizeSchedule } from "../wire/schedule-text.ts";

/** A Dag as the web app's lists show it, without its runs. */
export function renderUiDag(
  dag: StoredDag,
  typeErrorCount: number,
): Omit<UiDag, "runs" | "dbt_nodes"> {
  const { spec } = dag;
  return {
    dag_id: dag.dagId,
    dag_display_name: spec.displayName,
    description: spec.description,
    tags: [...spec.tags],
    owners: [...spec.owners],
    is_paused: dag.isPaused,
    is_stale: !dag.isActive,
    has_import_errors: dag.isStale,
    type_error_count: typeErrorCount,
    timezone: scheduleZone(spec),
    timetable_summary: summarizeSchedule(spec.schedule),
    timetable_description: describeSchedule(spec.schedule),
    next_dagrun_run_after: renderInstantOrNull(dag.isPaused ? null : dag.nextRunAfter),
    version_number: dag.version,
  };
}
