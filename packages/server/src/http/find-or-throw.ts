import {
  AirloomError,
  type DagRun,
  type Store,
  type StoredDag,
  type TaskInstance,
} from "@airloom/core";

/** In a path stands for every Dag, or every run. */
export const ALL = "~";

export async function findDagOrThrow(
  store: Pick<Store, "findDag">,
  dagId: string,
): Promise<StoredDag> {
  const dag = await store.findDag(dagId);
  if (dag === undefined) {
    throw new AirloomError("dag.not_found", `Cannot find Dag "${dagId}": no file has defined it`);
  }
  return dag;
}

export async function findRunOrThrow(
  store: Pick<Store, "findRun">,
  key: { readonly dag_id: string; readonly dag_run_id: string },
): Promise<DagRun> {
  const run = await store.findRun(key.dag_id, key.dag_run_id);
  if (run === undefined) {
    throw new AirloomError(
      "run.not_found",
      `Cannot find run "${key.dag_run_id}" of Dag "${key.dag_id}"`,
    );
  }
  return run;
}

/** Names a task instance the way paths do. */
export interface TaskInstanceName {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly task_id: string;
}

export async function findTaskInstanceOrThrow(
  store: Pick<Store, "findTaskInstance">,
  name: TaskInstanceName,
  mapIndex: number,
): Promise<TaskInstance> {
  const taskInstance = await store.findTaskInstance({
    dagId: name.dag_id,
    runId: name.dag_run_id,
    taskId: name.task_id,
    mapIndex,
  });
  if (taskInstance === undefined) {
    const index = mapIndex < 0 ? "" : `, map index ${mapIndex},`;
    throw new AirloomError(
      "task.not_found",
      `Cannot find task "${name.task_id}"${index} in run "${name.dag_run_id}" of Dag "${name.dag_id}"`,
    );
  }
  return taskInstance;
}
