import {
  AirloomError,
  type DagRun,
  isRunFinished,
  type NewRun,
  type StoredDag,
} from "@airloom/core";
import type { Works } from "../running-store.ts";
import { saveNextRun } from "./memory-dags.ts";
import { cutPage, isWanted } from "./memory-page.ts";
import { fitToVersion, type MemoryRows, toActiveRun } from "./memory-rows.ts";

/** What the store answers about runs. */
export function makeRunWork(
  rows: MemoryRows,
): Works<
  "countActiveRuns" | "createRun" | "findPreviousRun" | "findRun" | "listRuns" | "loadActiveRuns"
> {
  const runs = (): readonly DagRun[] => [...rows.runs.values()];
  return {
    countActiveRuns: (dagId) =>
      runs().filter((run) => run.dagId === dagId && !isRunFinished(run.state)).length,
    createRun: (run, { now, advance, isDateUnique = false }) => {
      const dag = rows.dags.get(run.dagId);
      if (dag === undefined) {
        throw new AirloomError("dag.not_found", `Cannot create a run: no Dag "${run.dagId}"`);
      }
      if (runs().some((other) => isSameKey(run, other))) return undefined;
      if (isDateUnique && runs().some((other) => isSameDate(run, other))) return undefined;
      if (advance !== undefined) saveNextRun(rows, run.dagId, advance);
      return insertRun(rows, run, { dag, now });
    },
    findPreviousRun: (dagRunId) => {
      const run = rows.runs.get(dagRunId);
      const before = run?.logicalDate?.getTime();
      if (run === undefined || before === undefined) return undefined;
      const [previous] = runs()
        .filter(
          ({ dagId, logicalDate }) =>
            dagId === run.dagId && logicalDate !== null && logicalDate.getTime() < before,
        )
        .toSorted((left, right) => timeOf(right.logicalDate) - timeOf(left.logicalDate));
      return previous === undefined ? undefined : toActiveRun(rows, previous);
    },
    findRun: (dagId, runId) => runs().find((run) => run.dagId === dagId && run.runId === runId),
    listRuns: ({ dagIds, runTypes, states }, page) => {
      const found = runs().filter(
        ({ dagId, runType, state }) =>
          isWanted(dagIds, dagId) && isWanted(runTypes, runType) && isWanted(states, state),
      );
      return cutPage(sortRuns(found, page.orderBy ?? []), page);
    },
    loadActiveRuns: (dagRunIds) =>
      runs()
        .filter(({ id, state }) => !isRunFinished(state) && isWanted(dagRunIds, id))
        .toSorted((left, right) => left.runAfter.getTime() - right.runAfter.getTime())
        .map((run) => toActiveRun(rows, run)),
  };
}

function isSameDate(run: NewRun, other: DagRun): boolean {
  return (
    run.logicalDate !== null &&
    run.dagId === other.dagId &&
    run.logicalDate.getTime() === other.logicalDate?.getTime()
  );
}

function isSameKey(run: NewRun, other: DagRun): boolean {
  if (other.dagId !== run.dagId) return false;
  const areScheduled = run.runType === "scheduled" && other.runType === "scheduled";
  return (
    other.runId === run.runId ||
    (areScheduled && other.logicalDate?.getTime() === run.logicalDate?.getTime())
  );
}

function insertRun(
  rows: MemoryRows,
  run: NewRun,
  { dag, now }: { readonly dag: StoredDag; readonly now: Date },
): DagRun {
  rows.nextId += 1;
  const created: DagRun = {
    ...run,
    id: String(rows.nextId),
    state: "queued",
    queuedAt: now,
    startedAt: null,
    endedAt: null,
    dagVersion: dag.version,
    dagHash: dag.hash,
    clearNumber: 0,
  };
  rows.runs.set(created.id, created);
  fitToVersion(rows, created);
  return created;
}

function sortRuns(runs: readonly DagRun[], orderBy: readonly string[]): readonly DagRun[] {
  const [field = "runAfter"] = orderBy;
  const sign = field.startsWith("-") ? -1 : 1;
  const read = (run: DagRun): number =>
    timeOf(field.endsWith("ogicalDate") ? run.logicalDate : run.runAfter);
  return runs.toSorted((left, right) => sign * (read(left) - read(right)));
}

function timeOf(at: Date | null): number {
  return at?.getTime() ?? 0;
}
