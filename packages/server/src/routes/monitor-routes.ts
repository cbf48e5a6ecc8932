import type { Component } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { renderInstantOrNull } from "../wire/instants.ts";

const STALE_AFTER_MS = 30_000;

/** Version and health: open to anybody, telling nothing else. */
export function monitorRoutes(context: ServerContext): Handlers<"getVersion" | "getHealth"> {
  return {
    getVersion: async () => ({ version: context.version, git_version: null }),

    getHealth: async () => {
      const health = await loadHealth(context);
      const beatOf = (component: Component) => renderInstantOrNull(health.beats[component] ?? null);
      return {
        metadatabase: { status: health.isDatabaseUp ? "healthy" : "unhealthy" },
        scheduler: {
          status: statusOf(health, "scheduler"),
          latest_scheduler_heartbeat: beatOf("scheduler"),
        },
        triggerer: {
          status: statusOf(health, "triggerer"),
          latest_triggerer_heartbeat: beatOf("triggerer"),
        },
        dag_processor: {
          status: statusOf(health, "dag_processor"),
          latest_dag_processor_heartbeat: beatOf("dag_processor"),
        },
      };
    },
  };
}

/** Whether the database answers, and when each component was last heard of. */
export interface Health {
  readonly now: Date;
  readonly isDatabaseUp: boolean;
  readonly beats: Readonly<Partial<Record<Component, Date>>>;
}

export async function loadHealth({ store, clock }: ServerContext): Promise<Health> {
  const now = clock.now();
  try {
    await store.ping();
    return { now, isDatabaseUp: true, beats: await store.loadHeartbeats() };
  } catch {
    // That the database does not answer is the news here, not a failure to tell it.
    return { now, isDatabaseUp: false, beats: {} };
  }
}

/** A component that has never been heard of is not running here: null, as Airflow says for one that is not deployed. */
export function statusOf(health: Health, component: Component): "healthy" | "unhealthy" | null {
  const beat = health.beats[component];
  if (beat === undefined) return null;
  return health.now.getTime() - beat.getTime() <= STALE_AFTER_MS ? "healthy" : "unhealthy";
}
