import { Count } from "./fields.ts";

/** What went wrong in a run, whatever its own state says: an extension of Airflow's run. */
export const RUN_TROUBLE = {
  failed_task_count: Count.describe(
    "Task instances that stand at failed, whatever the run's state: a run whose last tasks succeed is a success although tasks before them failed. What a retry, a clear or a mark has mended is not counted.",
  ),
  upstream_failed_task_count: Count.describe(
    "Task instances that could not run because one before them failed.",
  ),
  failed_node_count: Count.describe(
    "dbt nodes that ended in error or fail in the current attempts of the run's tasks, those of tasks that succeeded included.",
  ),
  warned_node_count: Count.describe("dbt nodes that ended with a warning, counted alike."),
} as const;
