import type { DatabaseAddress } from "./connect-options.ts";

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
export function openSqlDatabase(
  _options: DatabaseAddress & { readonly maxConnections?: number },
): Promise<SqlDatabase> {
  throw new Error("openSqlDatabase: body follows");
}
