import {
  type NodeState,
  type OpenFailure,
  type OverviewStore,
  type RunProgress,
  type RunTrouble,
  TERMINAL_TASK_STATES,
} from "@airloom/core";
import type { Database } from "./database.ts";
import { isRowId } from "./row-id.ts";

/** What stands now across Dags. Trouble is counted over two indexes that hold nothing else (migration 0007). */
export function overviewStore(database: Database): OverviewStore {
  return {
    loadRunTroubles: async (dagRunIds) => {
      const ids = dagRunIds.filter(isRowId);
      if (ids.length === 0) return new Map();
      const rows = await database.rows<RunTrouble & { readonly dagRunId: string }>({
        name: "run_troubles",
        text: RUN_TROUBLES,
        values: [ids],
      });
      return new Map(rows.map(({ dagRunId, ...trouble }) => [dagRunId, trouble]));
    },

    loadRunActivity: (since, dagIds) =>
      database.rows({ name: "run_activity", text: RUN_ACTIVITY, values: [since, dagIds ?? null] }),

    loadOpenFailures: async (since, limit, dagIds) => {
      const rows = await database.rows<FailureRow>({
        name: "open_failures",
        text: OPEN_FAILURES,
        values: [since, limit, dagIds ?? null],
      });
      return { items: rows.map(readFailure), total: rows[0]?.total ?? 0 };
    },

    loadRunProgress: (dagRunIds) =>
      database.rows<RunProgress>({
        name: "run_progress",
        text: `select dag_run_id as "dagRunId", count(*)::int as total,
                 count(*) filter (where state = any($2::text[]))::int as done,
                 min(hold_reason) as "holdReason"
               from airloom.task_instance where dag_run_id = any($1::bigint[])
               group by dag_run_id`,
        values: [dagRunIds.filter(isRowId), TERMINAL_TASK_STATES],
      }),
  };
}

// As in the indexes, to the letter: PostgreSQL uses a partial index only where the condition implies its own.
const FAILED_TASK = "in ('failed', 'upstream_failed')";
const TROUBLED_NODE = "in ('error', 'fail', 'runtime error', 'partial success', 'warn')";

// A node counts by its attempt: the one that runs or has ended last. A task that was cleared or waits for its next try
// still carries the number of the try before, and what that one did is about to be done again.
const CURRENT_ATTEMPT = `ti.id = n.task_instance_id and ti.try_number = n.try_number
      and ti.state in ('running', 'deferred', 'success', 'failed')`;

const RUN_TROUBLES = `
  with task as (
    select dag_run_id,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state = 'upstream_failed')::int as upstream_failed
    from airloom.task_instance
    where dag_run_id = any($1::bigint[]) and state ${FAILED_TASK}
    group by dag_run_id
  ), node as (
    select n.dag_run_id,
      count(*) filter (where n.state <> 'warn')::int as failed,
      count(*) filter (where n.state = 'warn')::int as warned
    from airloom.task_node n join airloom.task_instance ti on ${CURRENT_ATTEMPT}
    where n.dag_run_id = any($1::bigint[]) and n.state ${TROUBLED_NODE}
    group by n.dag_run_id
  )
  select coalesce(task.dag_run_id, node.dag_run_id) as "dagRunId",
    coalesce(task.failed, 0) as "failedTasks",
    coalesce(task.upstream_failed, 0) as "upstreamFailedTasks",
    coalesce(node.failed, 0) as "failedNodes",
    coalesce(node.warned, 0) as "warnedNodes"
  from task full join node on node.dag_run_id = task.dag_run_id`;

const RUN_ACTIVITY = `
  with run as (
    select r.id, r.state,
      date_trunc('hour', coalesce(r.ended_at, r.started_at, r.queued_at), 'UTC') as hour
    from airloom.dag_run r
    where (r.state in ('success', 'failed') and r.ended_at >= $1
      or r.state in ('queued', 'running')) and ($2::text[] is null or r.dag_id = any($2::text[]))
  )
  select hour, state, count(*)::int as count,
    count(*) filter (where state = 'failed'
      or exists (select from airloom.task_instance ti
                 where ti.dag_run_id = run.id and ti.state ${FAILED_TASK})
      or exists (select from airloom.task_node n join airloom.task_instance ti on ${CURRENT_ATTEMPT}
                 where n.dag_run_id = run.id and n.state ${TROUBLED_NODE} and n.state <> 'warn')
    )::int as troubled
  from run group by hour, state order by hour, state`;

interface FailureRow extends Omit<OpenFailure, "node"> {
  readonly total: number;
  readonly uniqueId: string | null;
  readonly name: string | null;
  readonly nodeState: NodeState | null;
  readonly message: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

function readFailure(row: FailureRow): OpenFailure {
  const { total: _, uniqueId, name, nodeState, message, file, line, ...failure } = row;
  const node =
    uniqueId === null || name === null || nodeState === null
      ? null
      : { uniqueId, name, state: nodeState, message, file, line };
  return { ...failure, node };
}

// The mending run is looked for newest first: where there is one it is found at once.
const OPEN_FAILURES = `
  with candidate as (
    select r.id from airloom.dag_run r
    where r.state in ('success', 'failed') and r.ended_at >= $1 or r.state in ('queued', 'running')
    union
    select newest.id from airloom.dag d
    cross join lateral (
      select r.id from airloom.dag_run r where r.dag_id = d.dag_id
      order by r.run_after desc, r.id desc limit 1) as newest
    where d.is_active and not d.is_paused
  ), node as (
    select n.task_instance_id, n.unique_id, n.name, n.state, n.message, n.file, n.line, n.ended_at
    from candidate c
    join airloom.task_node n on n.dag_run_id = c.id
      and n.state ${TROUBLED_NODE} and n.state <> 'warn'
    join airloom.task_instance ti on ${CURRENT_ATTEMPT}
  ), broken as (
    select ti.id, n.unique_id, n.name, n.state as node_state, n.message, n.file, n.line,
      coalesce(n.ended_at, ti.ended_at) as ended_at
    from node n join airloom.task_instance ti on ti.id = n.task_instance_id
    union all
    select ti.id, null, null, null, null, null, null, ti.ended_at
    from candidate c
    join airloom.task_instance ti on ti.dag_run_id = c.id and ti.state ${FAILED_TASK} and ti.state = 'failed'
    where not exists (select from node n where n.task_instance_id = ti.id)
  ), unmended as (
    select b.*, r.dag_id, r.run_id, r.state as run_state, ti.task_id, ti.map_index, ti.try_number, ti.failure
    from broken b
    join airloom.task_instance ti on ti.id = b.id
    join airloom.dag_run r on r.id = ti.dag_run_id
    where ($3::text[] is null or r.dag_id = any($3::text[])) and not exists (
      select from (
        select lt.id, lt.try_number, later.state as run_state, lt.state
        from airloom.dag_run later
        left join airloom.task_instance lt on lt.dag_run_id = later.id
          and lt.task_id = ti.task_id and lt.map_index = ti.map_index
        where later.dag_id = r.dag_id and (later.run_after, later.id) > (r.run_after, r.id)
          and (lt.state = 'success'
            or later.state = 'success' and coalesce(lt.state, 'none') not in ('failed', 'upstream_failed'))
          and (b.unique_id is null or lt.id is null or not exists (
            select from airloom.task_node again where again.task_instance_id = lt.id
              and again.try_number = lt.try_number and again.unique_id = b.unique_id
              and again.state ${TROUBLED_NODE} and again.state <> 'warn'))
        order by later.run_after desc, later.id desc limit 1) as mending)
  )
  select dag_id as "dagId", run_id as "runId", run_state as "runState", task_id as "taskId",
    map_index as "mapIndex", try_number as "tryNumber", ended_at as "endedAt", failure,
    unique_id as "uniqueId", name, node_state as "nodeState", message, file, line,
    count(*) over ()::int as total
  from unmended order by ended_at desc nulls last, id desc, unique_id limit $2`;
