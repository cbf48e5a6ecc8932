import { Client } from "pg";
import type { ConnectOptions } from "../connect-options.ts";

/** True when the server answers a query. */
export async function answers(options: ConnectOptions): Promise<boolean> {
  try {
    await withClient(options, (client) => client.query("select 1"));
    return true;
  } catch {
    return false;
  }
}

/** Creates the database where there is none. */
export async function createDatabase(options: ConnectOptions): Promise<void> {
  await withLock(options, "airloom.create_database", async (client) => {
    const found = await client.query("select 1 from pg_database where datname = $1", [
      options.database,
    ]);
    if (found.rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(options.database)}`);
    }
  });
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

async function withClient<T>(
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
