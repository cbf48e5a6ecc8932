import type { TaskInstancePatch, TaskTransition } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Statement } from "./database.ts";

/** A transition with its place in the caller's list. */
export interface Placed<T> {
  readonly position: number;
  readonly transition: T;
}

type PatchField = keyof TaskInstancePatch;
type ColumnType = "integer" | "text" | "timestamptz" | "json";

/** What may change together with a state, in a fixed order. */
const PATCH_COLUMNS = {
  tryNumber: { name: "try_number", type: "integer" },
  maxTries: { name: "max_tries", type: "integer" },
  chain: { name: "chain", type: "integer" },
  lostCount: { name: "lost_count", type: "integer" },
  leaseToken: { name: "lease_token", type: "text" },
  leaseExpiresAt: { name: "lease_expires_at", type: "timestamptz" },
  scheduledAt: { name: "scheduled_at", type: "timestamptz" },
  queuedAt: { name: "queued_at", type: "timestamptz" },
  startedAt: { name: "started_at", type: "timestamptz" },
  endedAt: { name: "ended_at", type: "timestamptz" },
  nextTryAt: { name: "next_try_at", type: "timestamptz" },
  deferral: { name: "deferral", type: "json" },
  resumption: { name: "resumption", type: "json" },
  failure: { name: "failure", type: "json" },
  holdReason: { name: "hold_reason", type: "text" },
  worker: { name: "worker", type: "text" },
} as const satisfies Record<PatchField, { readonly name: string; readonly type: ColumnType }>;

const PATCH_FIELDS: readonly PatchField[] = [
  "tryNumber",
  "maxTries",
  "chain",
  "lostCount",
  "leaseToken",
  "leaseExpiresAt",
  "scheduledAt",
  "queuedAt",
  "startedAt",
  "endedAt",
  "nextTryAt",
  "deferral",
  "resumption",
  "failure",
  "holdReason",
  "worker",
];

const FIXED_PARAMETERS = 9;

/**
 * Groups transitions by which fields they patch, and by whether a version guards them: one statement per group, so that
 * what is left out is not in the statement at all and each group is planned once per connection.
 */
export function groupByPatch(
  placed: readonly Placed<TaskTransition>[],
): readonly (readonly Placed<TaskTransition>[])[] {
  return [...Map.groupBy(placed, ({ transition }) => shapeOf(transition)).values()];
}

/**
 * The compare-and-set of one group, each task instance at most once in it: answers the positions that were applied.
 *
 * State, history and the record of an attempt that ends are one statement.
 */
export function transitionStatement(
  group: readonly Placed<TaskTransition>[],
  now: Date,
): Statement {
  const transitions = group.map(({ transition }) => transition);
  const fields = fieldsOf(transitions[0]);
  const isPinned = transitions[0]?.dagVersion !== undefined;
  return {
    name: `transition_${transitions[0] === undefined ? "" : shapeOf(transitions[0])}`,
    text: transitionText(fields, isPinned),
    values: [
      now.toISOString(),
      group.map(({ position }) => position),
      transitions.map(({ taskInstanceId }) => taskInstanceId),
      transitions.map(({ from }) => from),
      transitions.map(({ to }) => to),
      transitions.map(({ tryNumber }) => tryNumber),
      transitions.map(({ leaseToken }) => leaseToken ?? null),
      transitions.map(({ actor }) => cleanText(actor)),
      transitions.map(({ reason }) => (reason === undefined ? null : cleanText(reason))),
      ...fields.map((field) => transitions.map(({ set }) => encode(field, set?.[field] ?? null))),
      ...(isPinned ? [transitions.map(({ dagVersion }) => dagVersion ?? null)] : []),
    ],
  };
}

function shapeOf({ set, dagVersion }: TaskTransition): string {
  const patched = PATCH_FIELDS.map((field) => (set?.[field] === undefined ? "0" : "1"));
  return [...patched, dagVersion === undefined ? "" : "v"].join("");
}

function fieldsOf(transition: TaskTransition | undefined): readonly PatchField[] {
  return PATCH_FIELDS.filter((field) => transition?.set?.[field] !== undefined);
}

// The attempt's row of before (`old`) is read for its lease and its try, which the update may overwrite.
function transitionText(fields: readonly PatchField[], isPinned: boolean): string {
  const columns = fields.map((field) => PATCH_COLUMNS[field]);
  const arrays = columns.map(({ type }, at) => `, $${FIXED_PARAMETERS + 1 + at}::${type}[]`);
  const names = columns.map(({ name }) => `, new_${name}`);
  const version = `$${FIXED_PARAMETERS + 1 + columns.length}`;
  const [versions, forVersion, isOfVersion] = isPinned
    ? [
        `, ${version}::int[]`,
        ", for_version",
        `and exists (select from airloom.dag_run r
                     where r.id = ti.dag_run_id and r.dag_version = i.for_version)`,
      ]
    : ["", "", ""];
  const assignments = columns.map(({ name }) => `, ${name} = i.new_${name}`);
  return `
    with input as materialized (
      select * from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::text[],
                           $8::text[], $9::text[]${arrays.join("")}${versions})
        as i (position, id, from_state, to_state, for_try, for_lease, actor, reason${names.join("")}${forVersion})
    ), applied as (
      update airloom.task_instance ti set state = i.to_state${assignments.join("")}
      from input i join airloom.task_instance old on old.id = i.id
      where ti.id = i.id and ti.state = i.from_state and ti.try_number = i.for_try
        and (i.for_lease is null or ti.lease_token = i.for_lease)
        ${isOfVersion}
      returning i.position, i.from_state, i.to_state, i.actor, i.reason,
        ti.id, ti.dag_run_id, ti.task_id, ti.map_index, ti.try_number, ti.chain,
        coalesce(i.for_lease, old.lease_token, ti.lease_token) as lease_token,
        ti.started_at, ti.ended_at, ti.queued_at, ti.failure, ti.worker,
        old.try_number as old_try, old.state as old_state, old.started_at as old_started_at,
        old.ended_at as old_ended_at, old.queued_at as old_queued_at, old.failure as old_failure,
        old.worker as old_worker
    ), history as (
      insert into airloom.task_history (task_instance_id, dag_run_id, task_id, map_index, try_number,
        chain, from_state, to_state, lease_token, actor, reason, at)
      select id, dag_run_id, task_id, map_index, try_number, chain, from_state, to_state, lease_token,
        actor, reason, $1::timestamptz
      from applied order by position
    ), ended as (
      insert into airloom.task_try as t (task_instance_id, try_number, state, started_at, ended_at,
        queued_at, failure, worker)
      select id, try_number, to_state, started_at, ended_at, queued_at, failure, worker
      from applied
      where try_number > 0
        and to_state in ('success', 'failed', 'skipped', 'upstream_failed', 'removed', 'up_for_retry')
      on conflict (task_instance_id, try_number) do update set state = excluded.state,
        started_at = excluded.started_at, ended_at = excluded.ended_at,
        queued_at = excluded.queued_at, failure = excluded.failure, worker = excluded.worker
    ), abandoned as (
      insert into airloom.task_try (task_instance_id, try_number, state, started_at, ended_at,
        queued_at, failure, worker)
      select id, old_try, old_state, old_started_at, coalesce(old_ended_at, $1::timestamptz),
        old_queued_at, old_failure, old_worker
      from applied
      where old_try > 0 and (to_state = 'none' or old_try <> try_number)
        and to_state in ('none', 'scheduled')
      on conflict (task_instance_id, try_number) do nothing
    )
    select position from applied`;
}

function encode(field: PatchField, value: TaskInstancePatch[PatchField] | null): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (PATCH_COLUMNS[field].type === "json") return JSON.stringify(value);
  return typeof value === "string" ? cleanText(value) : value;
}
