import type { ApiClient, RequestOf } from "@airloom/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

/** Names one attempt's owner: a task, or one index of a mapped task, in a run. */
export interface TaskKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}

/** The path of a task instance as the API wants it. */
export function pathOf({ dagId, runId, taskId }: TaskKey) {
  return { dag_id: dagId, dag_run_id: runId, task_id: taskId };
}

export function homeQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["home"],
    queryFn: ({ signal }) => api.getUiHome({}, { signal }),
    refetchInterval: 15_000,
  });
}

export function dagsQuery(api: ApiClient, request: RequestOf<"listUiDags">) {
  return queryOptions({
    queryKey: ["dags", request],
    queryFn: ({ signal }) => api.listUiDags(request, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function gridQuery(api: ApiClient, dagId: string, limit: number) {
  return queryOptions({
    queryKey: ["grid", dagId, limit],
    queryFn: ({ signal }) => api.getUiGrid({ dag_id: dagId, limit }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function runsQuery(api: ApiClient, request: RequestOf<"listDagRuns">) {
  return queryOptions({
    queryKey: ["runs", request.dag_id, request],
    queryFn: ({ signal }) => api.listDagRuns(request, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function runQuery(api: ApiClient, dagId: string, runId: string) {
  return queryOptions({
    queryKey: ["run", dagId, runId],
    queryFn: ({ signal }) => api.getDagRun({ dag_id: dagId, dag_run_id: runId }, { signal }),
  });
}

export function taskInstancesQuery(api: ApiClient, dagId: string, runId: string) {
  return queryOptions({
    queryKey: ["taskInstances", dagId, runId],
    queryFn: ({ signal }) =>
      api.listTaskInstances({ dag_id: dagId, dag_run_id: runId, limit: 1_000 }, { signal }),
  });
}

export function taskInstanceQuery(api: ApiClient, key: TaskKey) {
  return queryOptions({
    queryKey: ["taskInstance", key.dagId, key.runId, key.taskId, key.mapIndex],
    queryFn: ({ signal }) =>
      key.mapIndex < 0
        ? api.getTaskInstance(pathOf(key), { signal })
        : api.getMappedTaskInstance({ ...pathOf(key), map_index: key.mapIndex }, { signal }),
  });
}

export function triesQuery(api: ApiClient, key: TaskKey) {
  return queryOptions({
    queryKey: ["tries", key.dagId, key.runId, key.taskId, key.mapIndex],
    queryFn: ({ signal }) => api.listTries({ ...pathOf(key), map_index: key.mapIndex }, { signal }),
  });
}

export function nodesQuery(api: ApiClient, key: TaskKey, tryNumber: number | undefined) {
  return queryOptions({
    queryKey: ["nodes", key.dagId, key.runId, key.taskId, key.mapIndex, tryNumber],
    queryFn: ({ signal }) =>
      api.listUiNodes(
        { ...pathOf(key), map_index: key.mapIndex, try_number: tryNumber },
        { signal },
      ),
  });
}

export function explainQuery(api: ApiClient, key: TaskKey) {
  return queryOptions({
    queryKey: ["explain", key.dagId, key.runId, key.taskId, key.mapIndex],
    queryFn: ({ signal }) =>
      api.explainTaskInstance({ ...pathOf(key), map_index: key.mapIndex }, { signal }),
  });
}

export function linksQuery(api: ApiClient, key: TaskKey) {
  return queryOptions({
    queryKey: ["links", key.dagId, key.runId, key.taskId, key.mapIndex],
    queryFn: ({ signal }) => api.listLinks({ ...pathOf(key), map_index: key.mapIndex }, { signal }),
  });
}

/** The XComs of a task instance with their values. */
export function xcomsQuery(api: ApiClient, key: TaskKey) {
  return queryOptions({
    queryKey: ["xcoms", key.dagId, key.runId, key.taskId, key.mapIndex],
    queryFn: async ({ signal }) => {
      const at = { ...pathOf(key), map_index: key.mapIndex };
      const { xcom_entries } = await api.listXComs(at, { signal });
      return Promise.all(
        xcom_entries.map((entry) => api.getXCom({ ...at, xcom_key: entry.key }, { signal })),
      );
    },
  });
}

export function dagDetailsQuery(api: ApiClient, dagId: string) {
  return queryOptions({
    queryKey: ["dag", dagId],
    queryFn: ({ signal }) => api.getDagDetails({ dag_id: dagId }, { signal }),
  });
}

export function dagSourceQuery(api: ApiClient, dagId: string, version: number | undefined) {
  return queryOptions({
    queryKey: ["dagSource", dagId, version],
    queryFn: ({ signal }) =>
      api.getDagSource({ dag_id: dagId, version_number: version }, { signal }),
  });
}

/** `at` is when it was read: the error of a file keeps its id. */
export function brokenFileQuery(api: ApiClient, id: number, at: string) {
  return queryOptions({
    queryKey: ["brokenFile", id, at],
    queryFn: ({ signal }) => api.getUiBrokenFile({ import_error_id: id }, { signal }),
  });
}

export function dagVersionsQuery(api: ApiClient, dagId: string) {
  return queryOptions({
    queryKey: ["dagVersions", dagId],
    queryFn: ({ signal }) =>
      api.listDagVersions({ dag_id: dagId, limit: 100, order_by: ["-version_number"] }, { signal }),
  });
}

export function tasksQuery(api: ApiClient, dagId: string) {
  return queryOptions({
    queryKey: ["tasks", dagId],
    queryFn: ({ signal }) => api.listTasks({ dag_id: dagId }, { signal }),
  });
}

export function connectionsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["connections"],
    queryFn: ({ signal }) => api.listConnections({ limit: 1_000 }, { signal }),
  });
}

export function connectionTypesQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["connectionTypes"],
    queryFn: ({ signal }) => api.listConnectionTypes({}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function variablesQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["variables"],
    queryFn: ({ signal }) => api.listVariables({ limit: 1_000 }, { signal }),
  });
}

export function poolsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["pools"],
    queryFn: ({ signal }) => api.listPools({ limit: 1_000 }, { signal }),
    refetchInterval: 5_000,
  });
}

export function auditQuery(api: ApiClient, request: RequestOf<"listEventLogs">) {
  return queryOptions({
    queryKey: ["audit", request],
    queryFn: ({ signal }) => api.listEventLogs(request, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function usersQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["users"],
    queryFn: ({ signal }) => api.listUsers({ limit: 1_000 }, { signal }),
  });
}

export function userSessionsQuery(api: ApiClient, username: string) {
  return queryOptions({
    queryKey: ["sessions", username],
    queryFn: ({ signal }) => api.listUserSessions({ username, limit: 100 }, { signal }),
  });
}

export function userGrantsQuery(api: ApiClient, username: string) {
  return queryOptions({
    queryKey: ["grants", username],
    queryFn: ({ signal }) => api.listUserGrants({ username }, { signal }),
  });
}

export function mySessionsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => api.listMySessions({ limit: 100 }, { signal }),
  });
}
