import type { DagRun, RunStore } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import { DAG_RUN_COLUMNS } from "./columns.ts";
import { createRun } from "./create-run.ts";
import type { Database } from "./database.ts";
import { deleteRunsWhere } from "./delete-runs.ts";
import { type Listing, loadPage } from "./page.ts";
import { matchingPattern, Where } from "./where.ts";

const RUNS: Listing = {
  title: "dag runs",
  columns: DAG_RUN_COLUMNS,
  source: "airloom.dag_run r",
  orderFields: {
    clearNumber: "r.clear_number",
    dagId: "r.dag_id",
    dagVersion: "r.dag_version",
    dataIntervalEnd: "r.data_interval_end",
    dataIntervalStart: "r.data_interval_start",
    endedAt: "r.ended_at",
    id: "r.id",
    logicalDate: "r.logical_date",
    queuedAt: "r.queued_at",
    runAfter: "r.run_after",
    runId: "r.run_id",
    runType: "r.run_type",
    startedAt: "r.started_at",
    state: "r.state",
    triggeredBy: "r.triggered_by",
  },
  defaultOrder: "r.run_after desc",
  tieBreak: "r.id desc",
};

/** Dag runs: created, listed, noted, deleted. */
export function dagRunStore(
  database: Database,
): Pick<
  RunStore,
  | "createRun"
  | "findRun"
  | "listRuns"
  | "deleteRun"
  | "saveRunNote"
  | "countActiveRuns"
  | "loadRunSummaries"
  | "loadRunCounts"
> {
  return {
    createRun: (run, options) =>
      database.transaction((queries) => createRun(queries, run, options)),

    findRun: async (dagId, runId) => {
      const [run] = await database.rows<DagRun>({
        name: "find_run",
        text: `select ${DAG_RUN_COLUMNS} from airloom.dag_run r where r.dag_id = $1 and r.run_id = $2`,
        values: [dagId, runId],
      });
      return run;
    },

    listRuns: (filter, page) =>
      loadPage<DagRun>(database, RUNS, {
        page,
        where: new Where()
          .add("r.dag_id = any(?::text[])", filter.dagIds)
          .add("r.state = any(?::text[])", filter.states)
          .add("r.run_type = any(?::text[])", filter.runTypes)
          .add("r.run_id = any(?::text[])", filter.runIds)
          .add("r.run_id ilike any(?::text[])", matchingPattern(filter.runIdPattern))
          .add("r.started_at > ?", filter.startedAfter)
          .add("r.ended_at > ?", filter.endedAfter)
          .add("r.run_after >= ?", filter.runAfterGte)
          .add("r.run_after <= ?", filter.runAfterLte)
          .addRanges(filter.ranges, {
            duration: "extract(epoch from r.ended_at - r.started_at)",
            endedAt: "r.ended_at",
            logicalDate: "r.logical_date",
            runAfter: "r.run_after",
            startedAt: "r.started_at",
          }),
      }),

    deleteRun: (dagId, runId) =>
      database.transaction(async (queries) => {
        const deleted = await deleteRunsWhere(queries, "dag_id = $1 and run_id = $2", [
          dagId,
          runId,
        ]);
        return deleted > 0;
      }),

    saveRunNote: async (dagId, runId, note) =>
      (await database.run({
        text: "update airloom.dag_run set note = $3 where dag_id = $1 and run_id = $2",
        values: [dagId, runId, note === null ? null : cleanText(note)],
      })) > 0,

    countActiveRuns: async (dagId) => {
      const [count] = await database.rows<{ total: number }>({
        name: "count_active_runs",
        text: `select count(*)::int as total from airloom.dag_run
               where dag_id = $1 and state in ('queued', 'running')`,
        values: [dagId],
      });
      return count?.total ?? 0;
    },

    loadRunCounts: (dagIds) =>
      database.rows({
        text: `select dag_id as "dagId", state, count(*)::int as count from airloom.dag_run
               where dag_id = any($1::text[]) group by dag_id, state order by dag_id, state`,
        values: [dagIds],
      }),

    loadRunSummaries: async (dagIds, runsPerDag) => {
      const runs = await database.rows<DagRun>({
        text: `select ${DAG_RUN_COLUMNS} from unnest($1::text[]) as wanted (dag_id)
               cross join lateral (
                 select newest.id from airloom.dag_run newest where newest.dag_id = wanted.dag_id
                 order by newest.run_after desc, newest.id desc limit $2) as picked
               join airloom.dag_run r on r.id = picked.id
               order by r.run_after desc, r.id desc`,
        values: [dagIds, runsPerDag],
      });
      const runsByDag = Map.groupBy(runs, ({ dagId }) => dagId);
      return dagIds.map((dagId) => ({ dagId, runs: runsByDag.get(dagId) ?? [] }));
    },
  };
}
