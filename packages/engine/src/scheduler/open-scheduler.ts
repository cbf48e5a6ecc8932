import type { Scheduler, SchedulerOptions } from "./scheduler.ts";
import { StoreScheduler } from "./store-scheduler.ts";

/** Adopts what an earlier life left behind, then moves runs until it is closed. */
export async function openScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const scheduler = new StoreScheduler(options);
  await scheduler.open();
  return scheduler;
}
