import {
  type DagSpec,
  renderCanonicalJson,
  type SchedulePoint,
  type StoredDag,
} from "@airloom/core";
import type { Works } from "../running-store.ts";
import { cutPage, isWanted } from "./memory-page.ts";
import type { MemoryRows } from "./memory-rows.ts";

/** Takes over a Dag as its file would define it; answers its version. */
export function addDag(
  rows: MemoryRows,
  spec: DagSpec,
  options: { readonly isPaused?: boolean; readonly now?: Date },
): number {
  const known = rows.dags.get(spec.dagId);
  const version = (known?.version ?? 0) + 1;
  rows.dags.set(spec.dagId, {
    dagId: spec.dagId,
    spec,
    version,
    hash: renderCanonicalJson(spec),
    file: `${spec.dagId}.ts`,
    isPaused: options.isPaused ?? known?.isPaused ?? false,
    isActive: true,
    isStale: false,
    parsedAt: options.now ?? new Date(0),
    nextRunAfter: known?.nextRunAfter ?? null,
    nextDataIntervalStart: known?.nextDataIntervalStart ?? null,
    nextDataIntervalEnd: known?.nextDataIntervalEnd ?? null,
  });
  rows.versions.set(`${spec.dagId} ${version}`, spec);
  return version;
}

/** Moves a Dag's schedule on. */
export function saveNextRun(rows: MemoryRows, dagId: string, next: SchedulePoint | null): void {
  changeDag(rows, dagId, {
    nextRunAfter: next?.runAfter ?? null,
    nextDataIntervalStart: next?.intervalStart ?? null,
    nextDataIntervalEnd: next?.intervalEnd ?? null,
  });
}

/** What the store answers about Dags. */
export function makeDagWork(
  rows: MemoryRows,
): Works<"findDag" | "findDagVersion" | "listDags" | "loadDueDags" | "saveNextRun" | "setPaused"> {
  return {
    findDag: (dagId) => rows.dags.get(dagId),
    findDagVersion: (dagId, asked) => {
      const dag = rows.dags.get(dagId);
      const version = asked ?? dag?.version;
      const spec = rows.versions.get(`${dagId} ${version}`);
      if (dag === undefined || version === undefined || spec === undefined) return undefined;
      const { hash, file, parsedAt } = dag;
      return { dagId, version, hash, spec, file, source: "", createdAt: parsedAt };
    },
    listDags: ({ dagIds, active, paused }, page) =>
      cutPage(
        [...rows.dags.values()].filter(
          ({ dagId, isActive, isPaused }) =>
            isWanted(dagIds, dagId) &&
            (active === undefined || active === isActive) &&
            (paused === undefined || paused === isPaused),
        ),
        page,
      ),
    loadDueDags: (now, limit) =>
      [...rows.dags.values()]
        .filter(
          ({ isActive, isPaused, nextRunAfter }) =>
            isActive && !isPaused && nextRunAfter !== null && nextRunAfter <= now,
        )
        .slice(0, limit),
    saveNextRun: (dagId, next) => saveNextRun(rows, dagId, next),
    setPaused: (dagId, isPaused) => changeDag(rows, dagId, { isPaused }),
  };
}

function changeDag(rows: MemoryRows, dagId: string, fields: Partial<StoredDag>): boolean {
  const dag = rows.dags.get(dagId);
  if (dag !== undefined) rows.dags.set(dagId, { ...dag, ...fields });
  return dag !== undefined;
}
