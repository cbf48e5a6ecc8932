import {
  AirloomError,
  type Connection,
  type ConnectionChange,
  changeConnection,
  parseConnectionScope,
  type ScopedConnection,
} from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Queries } from "./database.ts";
import type { SecretBox } from "./secret-box.ts";

/** A connection as its row holds it. */
export interface ConnectionRow extends Omit<ScopedConnection, "password" | "extra"> {
  readonly sealedPassword: string | null;
  readonly sealedExtra: string | null;
  readonly updatedAt: Date | null;
}

type Changed = ReturnType<typeof changeConnection>["connection"];

export const ROW_COLUMNS = `c.connection_id as "connectionId", c.conn_type as "connType",
  c.description, c.host, c.login, c.schema, c.port, c.password_encrypted as "sealedPassword",
  c.extra_encrypted as "sealedExtra", c.dags, c.updated_at as "updatedAt"`;

/** Reads one connection with its secrets. */
export async function findStoredConnection(
  queries: Queries,
  secrets: SecretBox,
  connectionId: string,
): Promise<{ readonly connection: ScopedConnection; readonly updatedAt: Date | null } | undefined> {
  const [row] = await queries.rows<ConnectionRow>({
    name: "find_connection",
    text: `select ${ROW_COLUMNS} from airloom.connection c where c.connection_id = $1`,
    values: [connectionId],
  });
  return row && { connection: unsealRow(secrets, row), updatedAt: row.updatedAt };
}

/** Decrypts a row. */
export function unsealRow(secrets: SecretBox, row: ConnectionRow): ScopedConnection {
  const { connectionId, connType, description, host, login, schema, port, dags } = row;
  const unseal = (sealed: string | null, field: string) =>
    sealed === null ? null : secrets.unseal(sealed, placeOf(connectionId, field));
  return {
    connectionId,
    connType,
    description,
    host,
    login,
    password: unseal(row.sealedPassword, "password"),
    schema,
    port,
    extra: unseal(row.sealedExtra, "extra"),
    dags,
  };
}

/** Saves a connection as `changeConnection` has it; answers which saved secrets that clears. */
export async function saveConnection(
  queries: Queries,
  secrets: SecretBox,
  { connection, now }: { readonly connection: ConnectionChange; readonly now: Date },
): Promise<readonly string[]> {
  await queries.run({
    text: "select 1 from airloom.connection where connection_id = $1 for update",
    values: [connection.connectionId],
  });
  const stored = await findStoredConnection(queries, secrets, connection.connectionId);
  const changed = changeConnection(connection, stored?.connection);
  const merged = checkConnection(changed.connection);
  const dags =
    connection.dags === undefined
      ? (stored?.connection.dags ?? null)
      : parseConnectionScope(merged.connectionId, connection.dags);
  const seal = (text: string | null, field: string) =>
    text === null ? null : secrets.seal(text, placeOf(merged.connectionId, field));
  await queries.run({
    text: `insert into airloom.connection (connection_id, conn_type, description, host, login, schema,
             port, password_encrypted, extra_encrypted, dags, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           on conflict (connection_id) do update set conn_type = excluded.conn_type,
             description = excluded.description, host = excluded.host, login = excluded.login,
             schema = excluded.schema, port = excluded.port,
             password_encrypted = excluded.password_encrypted,
             extra_encrypted = excluded.extra_encrypted, dags = excluded.dags, updated_at = excluded.updated_at`,
    values: [
      merged.connectionId,
      merged.connType,
      clean(merged.description),
      clean(merged.host),
      clean(merged.login),
      clean(merged.schema),
      merged.port,
      seal(merged.password, "password"),
      seal(merged.extra, "extra"),
      dags,
      now,
    ],
  });
  return changed.cleared;
}

function checkConnection({ connectionId, connType, port, ...rest }: Changed): Connection {
  if (connType === undefined || connType === "") {
    throw badValue(connectionId, "a new connection needs a type");
  }
  if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw badValue(connectionId, `port ${port} is not a whole number from 0 to 65535`);
  }
  return { ...rest, connectionId, connType, port };
}

function clean(text: string | null): string | null {
  return text === null ? null : cleanText(text);
}

// A ciphertext is bound to its row and column, so that nobody can read one secret in the place of another.
function placeOf(connectionId: string, field: string): string {
  return `${field} of connection "${connectionId}"`;
}

function badValue(connectionId: string, reason: string): AirloomError {
  return new AirloomError(
    "connection.bad_value",
    `Cannot save connection "${connectionId}": ${reason}`,
  );
}
