import {
  type ConfigStore,
  type ConnectionView,
  MASK,
  maskExtra,
  maskSecretsInText,
  type ScopedConnection,
  secretsOfConnection,
} from "@airloom/core";
import {
  type ConnectionRow,
  findStoredConnection,
  ROW_COLUMNS,
  saveConnection,
  unsealRow,
} from "./connection-row.ts";
import { parseConnectionText } from "./connection-text.ts";
import type { Database } from "./database.ts";
import { type Listing, loadPage } from "./page.ts";
import type { SecretBox } from "./secret-box.ts";
import { containing, Where } from "./where.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A row of the list: from the database with its secrets sealed, or from the environment without them. */
type ListRow = ConnectionRow &
  Pick<ConnectionView, "origin" | "hasPassword"> & {
    readonly maskedExtra: string | null;
  };

const PREFIX = "AIRLOOM_CONN_";

const CONNECTIONS: Listing = {
  title: "connections",
  columns: `${ROW_COLUMNS}, c.origin, c.has_password as "hasPassword", c.masked_extra as "maskedExtra"`,
  source: `(
    with env as (
      select * from json_to_recordset($1::json) as e ("connectionId" text, "connType" text,
        description text, host text, login text, schema text, port int, "hasPassword" boolean,
        extra text, dags text[]))
    select connection_id, conn_type, description, host, login, schema, port, password_encrypted,
      extra_encrypted, dags, updated_at, 'database' as origin, password_encrypted is not null as has_password,
      null as masked_extra
    from airloom.connection where lower(connection_id) not in (select "connectionId" from env)
    union all
    select "connectionId", "connType", description, host, login, schema, port, null, null, dags, null,
      'environment', "hasPassword", extra
    from env) c`,
  orderFields: {
    connType: "c.conn_type",
    connectionId: "c.connection_id",
    description: "c.description",
    host: "c.host",
    login: "c.login",
    origin: "c.origin",
    port: "c.port",
    schema: "c.schema",
    updatedAt: "c.updated_at",
  },
  defaultOrder: "c.connection_id",
  tieBreak: "c.connection_id",
};

/** Connections: secrets encrypted in the database, the environment first. */
export function connectionStore(
  database: Database,
  secrets: SecretBox,
  env: Env,
): Pick<
  ConfigStore,
  | "saveConnection"
  | "deleteConnection"
  | "findConnectionView"
  | "listConnections"
  | "findConnection"
> & { readonly loadConnectionSecrets: () => Promise<readonly string[]> } {
  return {
    saveConnection: (connection, now) =>
      database.transaction((queries) => saveConnection(queries, secrets, { connection, now })),

    deleteConnection: async (connectionId) =>
      (await database.run({
        text: "delete from airloom.connection where connection_id = $1",
        values: [connectionId],
      })) > 0,

    findConnectionView: async (connectionId) => {
      const fromEnv = findInEnv(env, connectionId);
      if (fromEnv !== undefined) return viewOf(fromEnv, "environment", null);
      const found = await findStoredConnection(database, secrets, connectionId);
      return found && viewOf(found.connection, "database", found.updatedAt);
    },

    listConnections: async (filter, page) => {
      const { items, total } = await loadPage<ListRow>(database, CONNECTIONS, {
        page,
        where: new Where([JSON.stringify(viewsOfEnv(env))]).add(
          "(c.connection_id ilike ? or c.conn_type ilike ? or c.host ilike ?)",
          containing(filter.search),
        ),
      });
      return { items: items.map((row) => viewOfRow(secrets, row)), total };
    },

    findConnection: async (connectionId) =>
      findInEnv(env, connectionId) ??
      (await findStoredConnection(database, secrets, connectionId))?.connection,

    loadConnectionSecrets: async () => {
      const rows = await database.rows<ConnectionRow>({
        text: `select ${ROW_COLUMNS} from airloom.connection c order by c.connection_id`,
        values: [],
      });
      const all = [...rows.map((row) => unsealRow(secrets, row)), ...connectionsOfEnv(env)];
      return all.flatMap(secretsOfConnection);
    },
  };
}

function findInEnv(env: Env, connectionId: string): ScopedConnection | undefined {
  const text = env[`${PREFIX}${connectionId.toUpperCase()}`];
  return text === undefined
    ? undefined
    : { dags: null, ...parseConnectionText(connectionId, text) };
}

function viewsOfEnv(env: Env): readonly ConnectionView[] {
  return connectionsOfEnv(env).map((found) => viewOf(found, "environment", null));
}

function connectionsOfEnv(env: Env): readonly ScopedConnection[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX))
    .flatMap((name) => {
      try {
        const found = findInEnv(env, name.slice(PREFIX.length).toLowerCase());
        return found === undefined ? [] : [found];
      } catch {
        // One that cannot be read says so when it is used; it must not hide all others from the list.
        return [];
      }
    });
}

function viewOf(
  { password, extra, ...rest }: ScopedConnection,
  origin: ConnectionView["origin"],
  updatedAt: Date | null,
): ConnectionView {
  return {
    ...rest,
    host: rest.host === null ? null : maskSecretsInText(rest.host, MASK),
    schema: rest.schema === null ? null : maskSecretsInText(rest.schema, MASK),
    hasPassword: password !== null && password !== "",
    extra: extra === null ? null : maskExtra(extra),
    origin,
    updatedAt,
  };
}

function viewOfRow(secrets: SecretBox, row: ListRow): ConnectionView {
  if (row.origin === "database") return viewOf(unsealRow(secrets, row), "database", row.updatedAt);
  const { sealedPassword: _, sealedExtra: __, maskedExtra, ...rest } = row;
  return { ...rest, extra: maskedExtra };
}
