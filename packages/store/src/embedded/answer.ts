import { Client, DatabaseError } from "pg";
import type { ConnectOptions } from "../connect-options.ts";

/** What a server says to a role that it does not know. */
const UNKNOWN_ROLE = "28000";

/** True when the server takes queries, be it only to refuse a role that it does not have yet. */
export async function answers(options: ConnectOptions): Promise<boolean> {
  try {
    await withClient(options, (client) => client.query("select 1"));
    return true;
  } catch (error) {
    return isUnknownRole(error);
  }
}

/** Whether the server of this connection has its role. */
export async function hasRole(options: ConnectOptions): Promise<boolean> {
  try {
    await withClient(options, async () => undefined);
    return true;
  } catch (error) {
    if (isUnknownRole(error)) return false;
    throw error;
  }
}

/** Gives a role the password with which it may come in over TCP. */
export async function savePassword(client: Client, role: string, password: string): Promise<void> {
  await client.query(
    `alter role ${client.escapeIdentifier(role)} password ${client.escapeLiteral(password)}`,
  );
}

/** Works while holding a lock of the whole server: of two that open at once, the second finds what the first made. */
export function withLock<T>(
  options: ConnectOptions,
  name: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withClient({ ...options, database: "postgres" }, async (client) => {
    await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]);
    return work(client);
  });
}

/** Works with a connection of its own. */
export async function withClient<T>(
  options: ConnectOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...options, connectionTimeoutMillis: 5_000 });
  // Without a listener a connection lost between two queries would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isUnknownRole(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === UNKNOWN_ROLE;
}
