import type { DatabaseAddress } from "./connect-options.ts";
import { Database, type Queries } from "./database.ts";
import { type Migration, migrate } from "./migrate.ts";

/** A plain SQL connection for packages that bring their own schema. */
export interface SqlDatabase {
  query<T extends object>(text: string, params?: readonly unknown[]): Promise<readonly T[]>;
  /** Contract: commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (db: SqlDatabase) => Promise<T>): Promise<T>;
  /** Creates the schema and applies the files it has not seen, in order of name, each once and unchanged. */
  migrate(
    schema: string,
    files: readonly { readonly name: string; readonly sql: string }[],
  ): Promise<void>;
  close(): Promise<void>;
}

/** Opens a pool on a database without touching any schema. */
export async function openSqlDatabase(
  options: DatabaseAddress & { readonly maxConnections?: number },
): Promise<SqlDatabase> {
  const database = new Database(options);
  await database.ping();
  return {
    query: (text, params = []) => database.write({ text, values: params }),
    transaction: (work) => database.transaction((queries) => work(withinTransaction(queries))),
    migrate: (schema, files: readonly Migration[]) => migrate(database, schema, files),
    close: () => database.close(),
  };
}

// A transaction inside a transaction joins the outer one.
function withinTransaction(queries: Queries): SqlDatabase {
  const db: SqlDatabase = {
    query: (text, params = []) => queries.rows({ text, values: params }),
    transaction: (work) => work(db),
    migrate: () => Promise.reject(new Error("migrate() cannot run inside a transaction")),
    close: () => Promise.reject(new Error("close() cannot run inside a transaction")),
  };
  return db;
}
