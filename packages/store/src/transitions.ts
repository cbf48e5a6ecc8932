import {
  type DagSpec,
  findLeadingMoves,
  isRunTransition,
  isTaskTransition,
  type RunTransition,
  type TaskHistoryRow,
  type TaskTransition,
  TERMINAL_TASK_STATES,
  type TransitionStore,
} from "@airloom/core";
import { admit, splitIntoWaves } from "./admit.ts";
import { cleanText } from "./clean-text.ts";
import type { Database, Queries } from "./database.ts";
import { fitTaskInstances } from "./fit-task-instances.ts";
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

async function applyRuns(
  queries: Queries,
  {
    placed,
    now,
    applied,
  }: {
    readonly placed: readonly Placed<RunTransition>[];
    readonly now: Date;
    readonly applied: Set<number>;
  },
): Promise<void> {
  for (const wave of splitIntoWaves(placed, ({ transition }) => transition.dagRunId)) {
    const possible = await keepEnded(queries, wave);
    const limited = possible.filter(({ transition }) => transition.maxActiveRuns !== undefined);
    const unlimited = possible.filter(({ transition }) => transition.maxActiveRuns === undefined);
    for (const position of await updateRuns(queries, unlimited, now)) applied.add(position);
    const admitted = await admitToDags(queries, limited);
    for (const position of await updateRuns(queries, admitted, now)) applied.add(position);
  }
}

/** Drops the ends of runs that have a task instance left to run: somebody cleared it meanwhile. */
async function keepEnded(
  queries: Queries,
  placed: readonly Placed<RunTransition>[],
): Promise<readonly Placed<RunTransition>[]> {
  const guarded = placed.filter(({ transition }) => transition.onlyWhenEnded === true);
  if (guarded.length === 0) return placed;
  const unfinished = await queries.rows<{ dagRunId: string }>({
    name: "unfinished_runs",
    text: `select distinct dag_run_id as "dagRunId" from airloom.task_instance
           where dag_run_id = any($1::bigint[]) and state <> all($2::text[])`,
    values: [guarded.map(({ transition }) => transition.dagRunId), TERMINAL_TASK_STATES],
  });
  const open = new Set(unfinished.map(({ dagRunId }) => dagRunId));
  return placed.filter(
    ({ transition }) => transition.onlyWhenEnded !== true || !open.has(transition.dagRunId),
  );
}

/** Keeps the runs that their Dag has room for, counted from rows while the Dag is locked. */
async function admitToDags(
  queries: Queries,
  placed: readonly Placed<RunTransition>[],
): Promise<readonly Placed<RunTransition>[]> {
  if (placed.length === 0) return [];
  const rows = await queries.rows<{ id: string; dagId: string; running: number }>({
    name: "running_runs_beside",
    text: `select r.id, r.dag_id as "dagId",
             (select count(*)::int from airloom.dag_run other
              where other.dag_id = r.dag_id and other.state = 'running') as running
           from airloom.dag_run r where r.id = any($1::bigint[]) and r.state = 'queued'`,
    values: [placed.map(({ transition }) => transition.dagRunId)],
  });
  const rowById = new Map(rows.map((row) => [row.id, row]));
  const running = new Map(rows.map((row) => [row.dagId, row.running]));
  return placed.filter(({ transition }) => {
    const dagId = rowById.get(transition.dagRunId)?.dagId;
    if (dagId === undefined) return false;
    const count = running.get(dagId) ?? 0;
    if (count >= (transition.maxActiveRuns ?? 0)) return false;
    running.set(dagId, count + 1);
    return true;
  });
}

async function updateRuns(
  queries: Queries,
  placed: readonly Placed<RunTransition>[],
  now: Date,
): Promise<readonly number[]> {
  if (placed.length === 0) return [];
  const transitions = placed.map(({ transition }) => transition);
  const rows = await queries.rows<{ position: number }>({
    name: "run_transition",
    text: `
      with input as materialized (
        select * from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
          $8::boolean[], $9::timestamptz[], $10::boolean[], $11::timestamptz[], $12::timestamptz[],
          $13::int[], $14::int[], $15::text[])
          as i (position, id, from_state, to_state, actor, reason, has_started_at, started_at,
                has_ended_at, ended_at, queued_at, clear_number, dag_version, dag_hash)
      ), applied as (
        update airloom.dag_run r set state = i.to_state,
          started_at = case when i.has_started_at then i.started_at else r.started_at end,
          ended_at = case when i.has_ended_at then i.ended_at else r.ended_at end,
          queued_at = coalesce(i.queued_at, r.queued_at),
          clear_number = coalesce(i.clear_number, r.clear_number),
          dag_version = coalesce(i.dag_version, r.dag_version),
          dag_hash = coalesce(i.dag_hash, r.dag_hash)
        from input i where r.id = i.id and r.state = i.from_state
        returning i.position, r.id, i.from_state, i.to_state, i.actor, i.reason
      ), history as (
        insert into airloom.run_history (dag_run_id, from_state, to_state, actor, reason, at)
        select id, from_state, to_state, actor, reason, $1::timestamptz from applied order by position
      )
      select position from applied`,
    values: [
      now.toISOString(),
      placed.map(({ position }) => position),
      transitions.map(({ dagRunId }) => dagRunId),
      transitions.map(({ from }) => from),
      transitions.map(({ to }) => to),
      transitions.map(({ actor }) => cleanText(actor)),
      transitions.map(({ reason }) => (reason === undefined ? null : cleanText(reason))),
      transitions.map(({ set }) => set?.startedAt !== undefined),
      transitions.map(({ set }) => set?.startedAt?.toISOString() ?? null),
      transitions.map(({ set }) => set?.endedAt !== undefined),
      transitions.map(({ set }) => set?.endedAt?.toISOString() ?? null),
      transitions.map(({ set }) => set?.queuedAt?.toISOString() ?? null),
      transitions.map(({ set }) => set?.clearNumber ?? null),
      transitions.map(({ set }) => set?.dagVersion ?? null),
      transitions.map(({ set }) => set?.dagHash ?? null),
    ],
  });
  const applied = new Set(rows.map(({ position }) => position));
  for (const { position, transition } of placed) {
    if (transition.set?.dagVersion === undefined || !applied.has(position)) continue;
    await fitToVersion(queries, transition.dagRunId);
  }
  return [...applied];
}

async function fitToVersion(queries: Queries, dagRunId: string): Promise<void> {
  const [version] = await queries.rows<{ spec: DagSpec }>({
    name: "version_of_run",
    text: `select v.spec from airloom.dag_run r
           join airloom.dag_version v on v.dag_id = r.dag_id and v.version = r.dag_version
           where r.id = $1`,
    values: [dagRunId],
  });
  if (version !== undefined) await fitTaskInstances(queries, dagRunId, version.spec.tasks);
}
