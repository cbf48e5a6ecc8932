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
  await withClient({ ...options, database: "postgres" }, async (client) => {
    // Held until this connection ends: of two that open at once, the second finds what the first made.
    await client.query("select pg_advisory_lock(hashtextextended('airloom.create_database', 0))");
    const found = await client.query("select 1 from pg_database where datname = $1", [
      options.database,
    ]);
    if (found.rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(options.database)}`);
    }
  });
}

/** Gives a role the password with which it may come in over TCP. */
export async function savePassword(options: ConnectOptions, password: string): Promise<void> {
  await withClient({ ...options, database: "postgres" }, (client) =>
    client.query(
      `alter role ${client.escapeIdentifier(options.user)} password ${client.escapeLiteral(password)}`,
    ),
  );
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
