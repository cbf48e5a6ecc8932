import { type DagSpec, type RunTransition, TERMINAL_TASK_STATES } from "@airloom/core";
import { splitIntoWaves } from "./admit.ts";
import { cleanText } from "./clean-text.ts";
import type { Queries } from "./database.ts";
import { fitTaskInstances } from "./fit-task-instances.ts";
import type { Placed } from "./transition-statement.ts";

/** Applies transitions of runs, and adds the positions of those that took effect to `applied`. */
export async function applyRuns(
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
