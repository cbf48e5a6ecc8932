import type { UiHome } from "@airloom/api";
import type { OverviewStore, RunState } from "@airloom/core";
import { renderInstant } from "../wire/instants.ts";

type Activity = Awaited<ReturnType<OverviewStore["loadRunActivity"]>>;

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** What became of runs: in all, and one bar for each of the last 24 clock hours, oldest first. */
export function buildActivity(activity: Activity, now: Date) {
  const first = Math.floor(now.getTime() / HOUR_MS) - HOURS + 1;
  const byHour = Map.groupBy(activity, ({ hour }) => Math.floor(hour.getTime() / HOUR_MS));
  return {
    totals: countStates(activity),
    hours: Array.from({ length: HOURS }, (_, index) => ({
      hour: renderInstant(new Date((first + index) * HOUR_MS)),
      ...countStates(byHour.get(first + index) ?? []),
    })) satisfies UiHome["runs_per_hour"],
  };
}

function countStates(rows: Activity) {
  const sumOf = (state: RunState, name: "count" | "troubled"): number =>
    rows.reduce((sum, row) => sum + (row.state === state ? row[name] : 0), 0);
  return {
    success: sumOf("success", "count"),
    success_with_failures: sumOf("success", "troubled"),
    failed: sumOf("failed", "count"),
    running: sumOf("running", "count"),
    queued: sumOf("queued", "count"),
  };
}
