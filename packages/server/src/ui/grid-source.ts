import type { DagRun, DagSpec, Store } from "@airloom/core";

/** One task instance, as small as the grid needs it. */
export type GridTask = Awaited<ReturnType<Store["loadGrid"]>>[number];
/** One dbt node of a run, as small as the grid needs it. */
export type GridNode = Awaited<ReturnType<Store["loadNodeGrid"]>>[number];

/** Everything the history of a Dag is built from. */
export interface GridSource {
  readonly spec: DagSpec;
  /** Oldest first. */
  readonly runs: readonly DagRun[];
  readonly tasks: readonly GridTask[];
  readonly nodes: readonly GridNode[];
}
