import type { UiRun } from "@airloom/api";

/** The instant at which every fixture is true. */
export const NOW = new Date("2026-11-22T08:12:40Z");
export const DAG_ID = "dbt_cloud_provider_eltml";
export const DBT_TASK = "trigger_dbt_cloud_job_run";

const RUN_COUNT = 24;
export const BAD_RUNS: ReadonlySet<number> = new Set([12, 22, 23]);

/** The instant so many minutes before now. */
export function iso(minutesAgo: number, seconds = 0): string {
  return new Date(NOW.getTime() - minutesAgo * 60_000 + seconds * 1_000).toISOString();
}

/** A run in which nothing went wrong. */
export const NO_TROUBLE = {
  failed_task_count: 0,
  upstream_failed_task_count: 0,
  failed_node_count: 0,
  warned_node_count: 0,
} as const;

export function runAt(index: number, state: UiRun["state"], seconds: number): UiRun {
  const start = iso(12 + (RUN_COUNT - 1 - index) * 60);
  const due = `${start.slice(0, 13)}:00:00.000Z`;
  const end =
    state === "running" ? null : new Date(Date.parse(start) + seconds * 1_000).toISOString();
  return {
    dag_run_id: `scheduled__${start.slice(0, 13)}:00:00+00:00`,
    state,
    run_type: "scheduled",
    run_after: due,
    logical_date: due,
    queued_at: start,
    start_date: start,
    end_date: end,
    duration: end === null ? null : seconds,
    note: null,
    version_number: 14,
    triggering_user_name: null,
    ...NO_TROUBLE,
  };
}

/** A run whose last tasks succeeded although others failed. */
const TROUBLED_RUN = 20;

export const RUNS: readonly UiRun[] = Array.from({ length: RUN_COUNT }, (_, index) => ({
  ...runAt(
    index,
    BAD_RUNS.has(index) ? "failed" : "success",
    BAD_RUNS.has(index) ? 391 : 80 + ((index * 37) % 60),
  ),
  ...(index === TROUBLED_RUN ? { failed_task_count: 2, failed_node_count: 1 } : {}),
}));
export const LAST_RUN = RUNS.at(-1)?.dag_run_id ?? "";
