/**
 * Every operation's address: the one list of what the API answers.
 *
 * Kept apart from the schemas so that the browser's client carries no validator.
 */
export const ROUTES = {
  createToken: "POST /auth/token",
  login: "POST /auth/login",
  logout: "POST /auth/logout",

  listUsers: "GET /api/v2/users",
  createUser: "POST /api/v2/users",
  getUser: "GET /api/v2/users/{username}",
  patchUser: "PATCH /api/v2/users/{username}",
  signOutUser: "POST /api/v2/users/{username}/signOut",
  listUserSessions: "GET /api/v2/users/{username}/sessions",
  endUserSession: "DELETE /api/v2/users/{username}/sessions/{session_id}",
  listUserGrants: "GET /api/v2/users/{username}/grants",
  saveUserGrant: "POST /api/v2/users/{username}/grants",
  deleteUserGrant: "DELETE /api/v2/users/{username}/grants/{dags}",
  listMySessions: "GET /api/v2/me/sessions",
  endMySession: "DELETE /api/v2/me/sessions/{session_id}",
  createApiToken: "POST /api/v2/me/tokens",
  changePassword: "POST /api/v2/me/password",

  getVersion: "GET /api/v2/version",
  getHealth: "GET /api/v2/monitor/health",

  listDags: "GET /api/v2/dags",
  getDag: "GET /api/v2/dags/{dag_id}",
  getDagDetails: "GET /api/v2/dags/{dag_id}/details",
  patchDag: "PATCH /api/v2/dags/{dag_id}",
  deleteDag: "DELETE /api/v2/dags/{dag_id}",
  listDagTags: "GET /api/v2/dagTags",
  listTasks: "GET /api/v2/dags/{dag_id}/tasks",
  getTask: "GET /api/v2/dags/{dag_id}/tasks/{task_id}",
  listDagVersions: "GET /api/v2/dags/{dag_id}/dagVersions",
  getDagVersion: "GET /api/v2/dags/{dag_id}/dagVersions/{version_number}",
  getDagSource: "GET /api/v2/dagSources/{dag_id}",
  getDagStats: "GET /api/v2/dagStats",
  listImportErrors: "GET /api/v2/importErrors",
  getImportError: "GET /api/v2/importErrors/{import_error_id}",

  listDagRuns: "GET /api/v2/dags/{dag_id}/dagRuns",
  batchDagRuns: "POST /api/v2/dags/{dag_id}/dagRuns/list",
  triggerDagRun: "POST /api/v2/dags/{dag_id}/dagRuns",
  getDagRun: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
  patchDagRun: "PATCH /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
  deleteDagRun: "DELETE /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
  clearDagRun: "POST /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear",
  clearTaskInstances: "POST /api/v2/dags/{dag_id}/clearTaskInstances",

  listTaskInstances: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
  batchTaskInstances: "POST /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/list",
  getTaskInstance: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
  patchTaskInstance: "PATCH /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
  dryRunTaskInstance:
    "PATCH /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dry_run",
  listMappedTaskInstances:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped",
  listTries: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries",
  getTry:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries/{task_try_number}",
  listLinks: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/links",
  listDependencies:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dependencies",
  getLog:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}",
  listXComs: "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries",
  getXCom:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}",
  getMappedTaskInstance:
    "GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}",

  listConnections: "GET /api/v2/connections",
  createConnection: "POST /api/v2/connections",
  testConnection: "POST /api/v2/connections/test",
  getConnection: "GET /api/v2/connections/{connection_id}",
  patchConnection: "PATCH /api/v2/connections/{connection_id}",
  deleteConnection: "DELETE /api/v2/connections/{connection_id}",
  listVariables: "GET /api/v2/variables",
  createVariable: "POST /api/v2/variables",
  getVariable: "GET /api/v2/variables/{variable_key}",
  patchVariable: "PATCH /api/v2/variables/{variable_key}",
  deleteVariable: "DELETE /api/v2/variables/{variable_key}",
  listPools: "GET /api/v2/pools",
  createPool: "POST /api/v2/pools",
  getPool: "GET /api/v2/pools/{pool_name}",
  patchPool: "PATCH /api/v2/pools/{pool_name}",
  deletePool: "DELETE /api/v2/pools/{pool_name}",
  listEventLogs: "GET /api/v2/eventLogs",

  getUiConfig: "GET /ui/config",
  getUiHome: "GET /ui/home",
  listUiDags: "GET /ui/dags",
  getUiGrid: "GET /ui/dags/{dag_id}/grid",
  getUiBrokenFile: "GET /ui/importErrors/{import_error_id}/file",
  listUiNodes: "GET /ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/nodes",
  viewLog: "GET /ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}",
  downloadLog:
    "GET /ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}/text",
  explainTaskInstance: "GET /ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/explain",
  rerunNodes: "POST /ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/rerunNodes",
  listConnectionTypes: "GET /ui/connection-types",
  streamEvents: "GET /ui/events",
} as const satisfies Readonly<Record<string, `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`>>;

export type OperationId = keyof typeof ROUTES;
