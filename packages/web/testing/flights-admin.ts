import type { Handlers } from "./fixture-server.ts";
import { DAG_ID, LAST_RUN, NOW } from "./flights-runs.ts";

const CONNECTION = {
  connection_id: "dbt_cloud_default",
  conn_type: "dbt_cloud",
  description: "Production account, flights project",
  host: "cloud.getdbt.com",
  login: "70141",
  schema: null,
  port: null,
  password: null,
  has_password: true,
  extra: null,
  origin: "database" as const,
  dags: null as string[] | null,
  updated_at: "2026-11-20T10:00:00Z",
  team_name: null,
};

const LOG_ENTRY = {
  event_log_id: 1,
  when: NOW.toISOString(),
  dag_id: DAG_ID,
  task_id: null,
  run_id: LAST_RUN,
  map_index: null,
  try_number: null,
  event: "run.trigger",
  logical_date: null,
  owner: "admin",
  extra: null,
  dag_display_name: DAG_ID,
  task_display_name: null,
};

const EVENT_LOGS = [
  { ...LOG_ENTRY, extra: JSON.stringify({ conf: {}, triggered_by: "ui" }) },
  {
    ...LOG_ENTRY,
    event_log_id: 2,
    event: "patch_pool",
    dag_id: null,
    run_id: null,
    dag_display_name: null,
    extra: JSON.stringify({ ip: "10.0.0.9", method: "PATCH", target: "maintenance" }),
  },
];

const SESSION = {
  id: "7",
  kind: "sign_in" as const,
  name: null,
  address: "10.0.0.9",
  created_at: NOW.toISOString(),
  last_used_at: NOW.toISOString(),
  expires_at: "2026-11-23T08:00:00Z",
  is_current: true,
};

const SESSIONS = [
  SESSION,
  { ...SESSION, id: "8", kind: "token" as const, name: "nightly-ci", is_current: false },
];

const ADMIN_USER = {
  username: "admin",
  role: "admin" as const,
  is_active: true,
  created_at: "2026-10-01T08:00:00Z",
  last_sign_in_at: NOW.toISOString(),
  session_count: 1,
  token_count: 1,
};

const USERS = [
  ADMIN_USER,
  { ...ADMIN_USER, username: "carmen", role: "editor" as const, session_count: 0 },
  {
    ...ADMIN_USER,
    username: "otto",
    role: "viewer" as const,
    is_active: false,
    last_sign_in_at: null,
  },
];

const GRANTS = [
  { dags: "sales_*", role: "editor" as const },
  { dags: "tag:finance", role: "none" as const },
];

/** What the API answers of connections, variables, pools and the audit log. */
export const ADMIN_HANDLERS = {
  listUsers: () => ({ users: USERS, total_entries: USERS.length }),
  createUser: ({ body }) => ({ ...ADMIN_USER, username: body.username }),
  patchUser: () => ADMIN_USER,
  signOutUser: () => ({ ended: 2 }),
  listUserSessions: () => ({ sessions: SESSIONS, total_entries: SESSIONS.length }),
  listUserGrants: () => ({ grants: GRANTS, total_entries: GRANTS.length }),
  saveUserGrant: () => ({ grants: GRANTS, total_entries: GRANTS.length }),
  deleteUserGrant: () => undefined,
  listMySessions: () => ({ sessions: SESSIONS, total_entries: SESSIONS.length }),
  endUserSession: () => undefined,
  endMySession: () => undefined,
  createApiToken: () => ({ token: "airloom_shown-once", session: SESSION }),
  changePassword: () => undefined,
  listConnections: () => ({
    connections: [
      CONNECTION,
      {
        ...CONNECTION,
        connection_id: "fuel_api",
        conn_type: "http",
        has_password: false,
        dags: ["fuel_*", "tag:ops"],
      },
    ],
    total_entries: 2,
  }),
  createConnection: ({ body }) => ({
    ...CONNECTION,
    connection_id: body.connection_id,
    cleared_secrets: [],
  }),
  patchConnection: () => ({ ...CONNECTION, cleared_secrets: [] }),
  deleteConnection: () => undefined,
  deleteVariable: () => undefined,
  deletePool: () => undefined,
  testConnection: () => ({
    status: true,
    message: "Token accepted",
    facts: [
      { label: "Account", value: "Northwind Air, 70141" },
      { label: "Projects", value: "flights, crew, fuel" },
    ],
  }),
  listConnectionTypes: () => ({
    connection_types: [
      {
        conn_type: "dbt_cloud",
        label: "dbt Cloud",
        fields: [
          field("login", "Account ID", "text", "The number after /accounts/ in the address"),
          field(
            "password",
            "API Token",
            "secret",
            "Service token with Job Admin, or a personal one",
          ),
          field("host", "Tenant", "text", "A host such as ab123.us1.dbt.com"),
          field("extra.proxies", "Proxies", "text", null),
        ],
      },
      {
        conn_type: "http",
        label: "HTTP",
        fields: [field("host", "Host", "text", null), field("port", "Port", "number", null)],
      },
    ],
    total_entries: 2,
  }),
  listVariables: () => ({
    variables: [variable("api_token", "***", true), variable("carriers", '["AA", "DL"]', false)],
    total_entries: 2,
  }),
  listPools: () => ({
    pools: [
      {
        name: "default_pool",
        slots: 128,
        description: "Default pool",
        include_deferred: false,
        occupied_slots: 6,
        running_slots: 6,
        queued_slots: 0,
        scheduled_slots: 2,
        open_slots: 122,
        deferred_slots: 14,
        team_name: null,
      },
      {
        name: "maintenance",
        slots: 2,
        description: null,
        include_deferred: false,
        occupied_slots: 2,
        running_slots: 2,
        queued_slots: 1,
        scheduled_slots: 0,
        open_slots: 0,
        deferred_slots: 0,
        team_name: null,
      },
    ],
    total_entries: 2,
  }),
  listEventLogs: ({ event_pattern = "", owner_pattern = "", dag_id_pattern = "" }) => {
    const entries = EVENT_LOGS.filter(
      ({ event, owner, dag_id }) =>
        event.includes(event_pattern) &&
        owner.includes(owner_pattern) &&
        (dag_id ?? "").includes(dag_id_pattern),
    );
    return { event_logs: entries, total_entries: entries.length };
  },
} satisfies Handlers;

function field(
  name: string,
  label: string,
  kind: "text" | "secret" | "number",
  help: string | null,
) {
  return { name, label, kind, help, required: false, placeholder: null, options: [] };
}

function variable(key: string, value: string, isSecret: boolean) {
  return {
    key,
    value,
    description: null,
    is_encrypted: true,
    is_secret: isSecret,
    updated_at: "2026-11-20T10:00:00Z",
    team_name: null,
  };
}
