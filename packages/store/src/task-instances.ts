import type { RunStore, TaskInstance, TaskTry } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import { TASK_INSTANCE_COLUMNS, TASK_INSTANCE_SOURCE } from "./columns.ts";
import type { Database } from "./database.ts";
import { lockRunsOf } from "./locks.ts";
import { type Listing, loadPage } from "./page.ts";
import { isRowId } from "./row-id.ts";
import { Where } from "./where.ts";

const TASK_INSTANCES: Listing = {
  title: "task instances",
  columns: TASK_INSTANCE_COLUMNS,
  source: TASK_INSTANCE_SOURCE,
  orderFields: {
    dagId: "r.dag_id",
    endedAt: "ti.ended_at",
    id: "ti.id",
    logicalDate: "r.logical_date",
    mapIndex: "ti.map_index",
    operator: "ti.operator",
    pool: "ti.pool",
    priorityWeight: "ti.priority_weight",
    queue: "ti.queue",
    queuedAt: "ti.queued_at",
    runAfter: "r.run_after",
    runId: "r.run_id",
    scheduledAt: "ti.scheduled_at",
    startedAt: "ti.started_at",
    state: "ti.state",
    taskId: "ti.task_id",
    tryNumber: "ti.try_number",
  },
  defaultOrder: "ti.id",
  tieBreak: "ti.id",
};

/** States in which an attempt may hold a lease; the partial index on task instances covers exactly these. */
const LEASED_STATES = "('queued', 'running', 'deferred', 'restarting', 'awaiting_input')";
const MAX_EXPIRED = 1_000;

/** Task instances, read. Their states are written by `transitionStore` alone. */
export function taskInstanceStore(
  database: Database,
): Pick<
  RunStore,
  | "findTaskInstance"
  | "findTaskInstanceById"
  | "listTaskInstances"
  | "listTries"
  | "loadExpiredLeases"
  | "saveHoldReasons"
  | "saveTaskNote"
  | "loadDeferred"
  | "loadGrid"
> {
  return {
    findTaskInstance: async ({ dagId, runId, taskId, mapIndex = -1 }) => {
      const [found] = await database.rows<TaskInstance>({
        name: "find_task_instance",
        text: `select ${TASK_INSTANCE_COLUMNS} from ${TASK_INSTANCE_SOURCE}
               where r.dag_id = $1 and r.run_id = $2 and ti.task_id = $3 and ti.map_index = $4`,
        values: [dagId, runId, taskId, mapIndex],
      });
      return found;
    },

    findTaskInstanceById: async (id) => {
      if (!isRowId(id)) return undefined;
      const [found] = await database.rows<TaskInstance>({
        name: "find_task_instance_by_id",
        text: `select ${TASK_INSTANCE_COLUMNS} from ${TASK_INSTANCE_SOURCE} where ti.id = $1`,
        values: [id],
      });
      return found;
    },

    listTaskInstances: (filter, page) =>
      loadPage<TaskInstance>(database, TASK_INSTANCES, {
        page,
        where: new Where()
          .add("r.dag_id = any(?::text[])", filter.dagIds)
          .add("r.run_id = any(?::text[])", filter.runIds)
          .add("ti.task_id = any(?::text[])", filter.taskIds)
          .add("ti.map_index = any(?::int[])", filter.mapIndexes)
          .add("ti.state = any(?::text[])", filter.states)
          .add("ti.pool = any(?::text[])", filter.pools)
          .add("ti.queue = any(?::text[])", filter.queues)
          .addRanges(filter.ranges, {
            duration: "extract(epoch from ti.ended_at - ti.started_at)",
            endedAt: "ti.ended_at",
            logicalDate: "r.logical_date",
            runAfter: "r.run_after",
            startedAt: "ti.started_at",
          }),
      }),

    listTries: (taskInstanceId) => listTries(database, taskInstanceId),

    loadExpiredLeases: (now) =>
      database.rows<TaskInstance>({
        name: "expired_leases",
        text: `select ${TASK_INSTANCE_COLUMNS} from ${TASK_INSTANCE_SOURCE}
               where ti.state in ${LEASED_STATES} and ti.lease_expires_at < $1
               order by ti.lease_expires_at, ti.id limit ${MAX_EXPIRED}`,
        values: [now],
      }),

    saveHoldReasons: async (holds) => {
      if (holds.length === 0) return;
      const ids = holds.map(({ taskInstanceId }) => taskInstanceId);
      await database.transaction(async (queries) => {
        await lockRunsOf(queries, { taskInstanceIds: ids });
        await queries.run({
          name: "save_hold_reasons",
          text: `update airloom.task_instance ti set hold_reason = h.reason
                 from unnest($1::bigint[], $2::text[]) as h (id, reason)
                 where ti.id = h.id and ti.hold_reason is distinct from h.reason`,
          values: [ids, holds.map(({ reason }) => (reason === null ? null : cleanText(reason)))],
        });
      });
    },

    saveTaskNote: async (taskInstanceId, note) => {
      if (!isRowId(taskInstanceId)) return false;
      const saved = await database.run({
        text: "update airloom.task_instance set note = $2 where id = $1",
        values: [taskInstanceId, note === null ? null : cleanText(note)],
      });
      return saved > 0;
    },

    loadDeferred: () =>
      database.rows<TaskInstance>({
        name: "deferred",
        text: `select ${TASK_INSTANCE_COLUMNS} from ${TASK_INSTANCE_SOURCE}
               where ti.state = 'deferred' order by ti.id`,
      }),

    loadGrid: (dagId, runIds) =>
      database.rows({
        name: "grid",
        text: `select r.run_id as "runId", ti.task_id as "taskId", ti.map_index as "mapIndex", ti.state,
                 ti.try_number as "tryNumber", ti.started_at as "startedAt", ti.ended_at as "endedAt"
               from ${TASK_INSTANCE_SOURCE}
               where r.dag_id = $1 and r.run_id = any($2::text[]) order by ti.id`,
        values: [dagId, runIds],
      }),
  };
}

/** Tries that are over, and the current one unless it is among them. */
async function listTries(database: Database, taskInstanceId: string): Promise<readonly TaskTry[]> {
  if (!isRowId(taskInstanceId)) return [];
  return database.rows<TaskTry>({
    name: "tries",
    text: `select try_number as "tryNumber", state, started_at as "startedAt", ended_at as "endedAt",
             queued_at as "queuedAt", failure, worker
           from airloom.task_try where task_instance_id = $1
           union all
           select ti.try_number, ti.state, ti.started_at, ti.ended_at, ti.queued_at, ti.failure, ti.worker
           from airloom.task_instance ti
           where ti.id = $1 and ti.try_number > 0 and not exists (
             select from airloom.task_try t
             where t.task_instance_id = ti.id and t.try_number = ti.try_number)
           order by 1`,
    values: [taskInstanceId],
  });
}
