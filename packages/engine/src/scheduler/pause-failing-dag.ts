import type { DagRun, LiveEvents, Logger } from "@airloom/core";
import { type RetryRim, retryWhileAway } from "../commit/retry-while-away.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** Pauses a Dag whose last `most` runs all failed, as Airflow's `max_consecutive_failed_dag_runs` does. */
export async function pauseFailingDag(
  run: DagRun,
  most: number,
  rim: {
    readonly store: SchedulerStore;
    readonly logger: Logger;
    readonly events: LiveEvents;
    readonly rim: RetryRim;
  },
): Promise<void> {
  const page = { limit: most, offset: 0, orderBy: ["-runAfter"] };
  const filter = { dagIds: [run.dagId], states: ["success", "failed"] as const };
  const { items } = await retryWhileAway(() => rim.store.listRuns(filter, page), rim.rim);
  if (items.length < most || items.some(({ state }) => state !== "failed")) return;
  await retryWhileAway(() => rim.store.setPaused(run.dagId, true), rim.rim);
  rim.logger.log("warning", `Dag "${run.dagId}" is paused: its last ${most} runs failed`);
  rim.events.publish({ kind: "dag", dagId: run.dagId });
}
