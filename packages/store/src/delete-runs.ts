import type { Queries } from "./database.ts";

const BY_TASK_INSTANCE = [
  "airloom.task_node",
  "airloom.rendered_fields",
  "airloom.task_state",
  "airloom.task_try",
] as const;

const BY_RUN = [
  "airloom.task_history",
  "airloom.run_history",
  "airloom.xcom",
  "airloom.task_instance",
] as const;

/** Removes the runs that a condition on `airloom.dag_run` names, with all that belongs to them. */
export async function deleteRunsWhere(
  queries: Queries,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  const runs = await queries.rows<{ id: string }>({
    text: `select id from airloom.dag_run where ${condition} order by id for update`,
    values,
  });
  const ids = [runs.map(({ id }) => id)];
  for (const table of BY_TASK_INSTANCE) {
    await queries.run({
      text: `delete from ${table} where task_instance_id in
               (select id from airloom.task_instance where dag_run_id = any($1::bigint[]))`,
      values: ids,
    });
  }
  for (const table of BY_RUN) {
    await queries.run({
      text: `delete from ${table} where dag_run_id = any($1::bigint[])`,
      values: ids,
    });
  }
  return queries.run({
    text: "delete from airloom.dag_run where id = any($1::bigint[])",
    values: ids,
  });
}
