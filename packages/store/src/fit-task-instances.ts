import type { TaskSpec } from "@airloom/core";
import type { Queries } from "./database.ts";

/** Makes the task instances that a run lacks, and has the others take over how their tasks are run now. */
export async function fitTaskInstances(
  queries: Queries,
  dagRunId: string,
  tasks: readonly TaskSpec[],
): Promise<void> {
  await queries.run({
    name: "fit_task_instances",
    text: `insert into airloom.task_instance (dag_run_id, task_id, map_index, state, try_number,
             max_tries, chain, lost_count, operator, pool, pool_slots, priority_weight, queue)
           select $1, t.task_id, -1, 'none', 0, t.retries, 1, 0, t.operator, t.pool, t.pool_slots,
             t.priority_weight, t.queue
           from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[])
             with ordinality as t (task_id, retries, operator, pool, pool_slots, priority_weight,
               queue, position)
           order by t.position
           on conflict (dag_run_id, task_id, map_index) do update set operator = excluded.operator,
             pool = excluded.pool, pool_slots = excluded.pool_slots,
             priority_weight = excluded.priority_weight, queue = excluded.queue`,
    values: [
      dagRunId,
      tasks.map(({ taskId }) => taskId),
      tasks.map(({ retries }) => retries),
      tasks.map(({ operator }) => operator),
      tasks.map(({ pool }) => pool),
      tasks.map(({ poolSlots }) => poolSlots),
      tasks.map(({ priorityWeight }) => priorityWeight),
      tasks.map(({ queue }) => queue),
    ],
  });
}
