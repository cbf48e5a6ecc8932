import {
  findLeadingMoves,
  isRunTransition,
  isTaskTransition,
  type RunTransition,
  type TaskHistoryRow,
  type TaskTransition,
  type TransitionStore,
} from "@airloom/core";
import { admit, splitIntoWaves } from "./admit.ts";
import { applyRuns } from "./apply-runs.ts";
import type { Database, Queries } from "./database.ts";
import { lockRunsOf } from "./locks.ts";
import { groupByPatch, type Placed, transitionStatement } from "./transition-statement.ts";

/** The one writer of states. */
export function transitionStore(database: Database): TransitionStore {
  return {
    transition: async ({ tasks = [], runs = [], now }) => {
      checkMoves(tasks, runs);
      const [only] = tasks;
      if (only === undefined && runs.length === 0) return { tasks: [], runs: [] };
      if (only !== undefined && tasks.length + runs.length === 1 && only.checkLimits !== true) {
        // One row needs no lock order: its statement is its transaction.
        const statement = transitionStatement([{ position: 0, transition: only }], now);
        return { tasks: [(await database.write(statement)).length > 0], runs: [] };
      }
      return database.transaction(async (queries) => {
        await lockRunsOf(queries, {
          taskInstanceIds: tasks.map(({ taskInstanceId }) => taskInstanceId),
          dagRunIds: runs.map(({ dagRunId }) => dagRunId),
          withDags: runs.some(({ maxActiveRuns }) => maxActiveRuns !== undefined),
        });
        const leading = findLeadingMoves(runs);
        const placed = place(runs);
        const first = placed.filter(({ position }) => leading.has(position));
        const rest = placed.filter(({ position }) => !leading.has(position));
        const applied = new Set<number>();
        await applyRuns(queries, { placed: first, now, applied });
        const appliedTasks = await applyTasks(queries, tasks, now);
        await applyRuns(queries, { placed: rest, now, applied });
        return { tasks: appliedTasks, runs: runs.map((_, position) => applied.has(position)) };
      });
    },

    loadTaskHistory: (dagRunId) =>
      database.rows<TaskHistoryRow>({
        name: "task_history",
        text: `select id, task_instance_id as "taskInstanceId", dag_run_id as "dagRunId",
                 task_id as "taskId", map_index as "mapIndex", try_number as "tryNumber", chain,
                 from_state as "from", to_state as "to", lease_token as "leaseToken", actor, reason, at
               from airloom.task_history where dag_run_id = $1 order by id`,
        values: [dagRunId],
      }),

    renewLeases: async (leases, expiresAt) => {
      if (leases.length === 0) return [];
      const ids = leases.map(({ taskInstanceId }) => taskInstanceId);
      const renewed = await database.transaction(async (queries) => {
        await lockRunsOf(queries, { taskInstanceIds: ids });
        return queries.rows<{ id: string }>({
          name: "renew_leases",
          text: `update airloom.task_instance ti set lease_expires_at = $3
                 from unnest($1::bigint[], $2::text[]) as held (id, lease_token)
                 where ti.id = held.id and ti.lease_token = held.lease_token
                 returning ti.id`,
          values: [ids, leases.map(({ leaseToken }) => leaseToken), expiresAt],
        });
      });
      return renewed.map(({ id }) => id);
    },
  };
}

function checkMoves(tasks: readonly TaskTransition[], runs: readonly RunTransition[]): void {
  for (const { taskInstanceId, from, to } of tasks) {
    if (!isTaskTransition(from, to)) {
      throw new Error(`Task instance ${taskInstanceId} cannot move from "${from}" to "${to}"`);
    }
  }
  for (const { dagRunId, from, to } of runs) {
    if (!isRunTransition(from, to)) {
      throw new Error(`Dag run ${dagRunId} cannot move from "${from}" to "${to}"`);
    }
  }
}

function place<T>(transitions: readonly T[]): readonly Placed<T>[] {
  return transitions.map((transition, position) => ({ position, transition }));
}

async function applyTasks(
  queries: Queries,
  tasks: readonly TaskTransition[],
  now: Date,
): Promise<readonly boolean[]> {
  const applied = new Set<number>();
  const waves = splitIntoWaves(place(tasks), ({ transition }) => transition.taskInstanceId);
  for (const wave of waves) {
    const limited = wave.filter(({ transition }) => transition.checkLimits === true);
    // What frees slots goes first, so that the limited ones find them free.
    const unlimited = wave.filter(({ transition }) => transition.checkLimits !== true);
    await applyGroups(queries, { placed: unlimited, now, applied });
    const admitted = await admitToPools(queries, limited);
    await applyGroups(queries, { placed: admitted, now, applied });
  }
  return tasks.map((_, position) => applied.has(position));
}

async function applyGroups(
  queries: Queries,
  work: {
    readonly placed: readonly Placed<TaskTransition>[];
    readonly now: Date;
    readonly applied: Set<number>;
  },
): Promise<void> {
  for (const group of groupByPatch(work.placed)) {
    const rows = await queries.rows<{ position: number }>(transitionStatement(group, work.now));
    for (const { position } of rows) work.applied.add(position);
  }
}

/** Keeps the transitions whose pool has room, counted from rows while nobody else may fill the pool. */
async function admitToPools(
  queries: Queries,
  placed: readonly Placed<TaskTransition>[],
): Promise<readonly Placed<TaskTransition>[]> {
  if (placed.length === 0) return [];
  const slots = await queries.rows<{ id: string; pool: string; poolSlots: number }>({
    name: "pool_slots_of",
    text: `select id, pool, pool_slots as "poolSlots" from airloom.task_instance
           where id = any($1::bigint[]) and state = 'scheduled'`,
    values: [placed.map(({ transition }) => transition.taskInstanceId)],
  });
  const slotsById = new Map(slots.map((row) => [row.id, row]));
  const wanting = placed.flatMap((item) => {
    const row = slotsById.get(item.transition.taskInstanceId);
    return row === undefined ? [] : [{ item, key: row.pool, size: row.poolSlots }];
  });
  const free = await loadFreeSlots(queries, [...new Set(wanting.map(({ key }) => key))]);
  const verdicts = admit(wanting, free);
  return wanting.filter((_, at) => verdicts[at]).map(({ item }) => item);
}

async function loadFreeSlots(
  queries: Queries,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const pools = await queries.rows<{ name: string; slots: number; includeDeferred: boolean }>({
    name: "lock_pools",
    text: `select name, slots, include_deferred as "includeDeferred" from airloom.pool
           where name = any($1::text[]) order by name for no key update`,
    values: [names],
  });
  // A statement of its own: it must see what others committed before they let go of the pool.
  const used = await queries.rows<{ pool: string; active: number; deferred: number }>({
    name: "used_slots",
    text: `select pool,
             coalesce(sum(pool_slots) filter (where state <> 'deferred'), 0)::int as active,
             coalesce(sum(pool_slots) filter (where state = 'deferred'), 0)::int as deferred
           from airloom.task_instance
           where pool = any($1::text[]) and state in ('queued', 'running', 'deferred')
           group by pool`,
    values: [names],
  });
  const usedByPool = new Map(used.map((row) => [row.pool, row]));
  return new Map(
    pools.map(({ name, slots, includeDeferred }) => {
      const { active, deferred } = usedByPool.get(name) ?? { active: 0, deferred: 0 };
      const taken = active + (includeDeferred ? deferred : 0);
      return [name, slots === -1 ? Number.POSITIVE_INFINITY : slots - taken];
    }),
  );
}
