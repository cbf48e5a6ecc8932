import type { Queries } from "./database.ts";

/**
 * Locks the runs that the given rows belong to, so that writers of one run wait for each other.
 *
 * Every transaction that writes several rows locks in one order, which leaves no room for a deadlock:
 * Dags by id, then runs by id, then pools by name, then task instances.
 */
export async function lockRunsOf(
  queries: Queries,
  rows: {
    readonly taskInstanceIds?: readonly string[];
    readonly dagRunIds?: readonly string[];
    /** Also the runs' Dags, for a limit that is counted over all runs of a Dag. */
    readonly withDags?: boolean;
  },
): Promise<void> {
  const runIds = rows.dagRunIds ?? [];
  if (rows.withDags === true) {
    await queries.run({
      name: "lock_dags_of",
      text: `select dag_id from airloom.dag
             where dag_id in (select dag_id from airloom.dag_run where id = any($1::bigint[]))
             order by dag_id for no key update`,
      values: [runIds],
    });
  }
  await queries.run({
    name: "lock_runs_of",
    text: `select id from airloom.dag_run
           where id in (select dag_run_id from airloom.task_instance where id = any($1::bigint[])
                        union all select unnest($2::bigint[]))
           order by id for no key update`,
    values: [rows.taskInstanceIds ?? [], runIds],
  });
}
