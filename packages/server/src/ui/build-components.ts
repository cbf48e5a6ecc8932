import type { UiHome } from "@airloom/api";
import type { Component } from "@airloom/core";
import { type Health, statusOf } from "../routes/monitor-routes.ts";
import { renderInstantOrNull } from "../wire/instants.ts";

/** How much there is to do, by what it goes bad with. */
export interface Load {
  readonly running: number;
  readonly queued: number;
  readonly deferred: number;
  readonly importErrors: number;
}

type UiComponent = UiHome["components"][number];

/** The strip of components: whether each lives, and the number that goes bad first. */
export function buildComponents(health: Health, load: Load): UiComponent[] {
  const beating = (name: Component, number: UiComponent["load"]): UiComponent => ({
    name,
    status: statusOf(health, name) ?? "unknown",
    latest_heartbeat: renderInstantOrNull(health.beats[name] ?? null),
    load: number,
  });
  return [
    beating("scheduler", count(load.queued, "queued task")),
    {
      // Tasks run in processes of the scheduler's executor: its heart is theirs.
      name: "workers",
      status: statusOf(health, "scheduler") ?? "unknown",
      latest_heartbeat: renderInstantOrNull(health.beats.scheduler ?? null),
      load: count(load.running, "running task"),
    },
    beating("triggerer", count(load.deferred, "deferred task")),
    beating("dag_processor", count(load.importErrors, "import error")),
    {
      name: "metadatabase",
      status: health.isDatabaseUp ? "healthy" : "unhealthy",
      latest_heartbeat: null,
      load: null,
    },
    ...(health.beats.dbt_service === undefined ? [] : [beating("dbt_service", null)]),
  ];
}

function count(value: number, one: string): { readonly label: string; readonly value: number } {
  return { label: value === 1 ? one : `${one}s`, value };
}
