/** A migration: a name that orders it and its SQL. Files are never changed after a release. */
export interface SqlMigration {
  readonly name: string;
  readonly sql: string;
}

/**
 * The PostgreSQL the job service keeps its rows in.
 *
 * The adapter lives in the store; the service sees this shape alone.
 */
export interface SqlDatabase {
  /** Contract: `params` are bound, never spliced; `jsonb` columns come back parsed, `timestamptz` as `Date`. */
  query<T extends object>(text: string, params?: readonly unknown[]): Promise<readonly T[]>;
  /** Contract: everything `work` does through `sql` commits together, or not at all when it throws. */
  transaction<T>(work: (sql: SqlDatabase) => Promise<T>): Promise<T>;
  /**
   * Brings `schema` up to date: creates it, then runs each file that has not run yet, in order of name.
   *
   * Contract: two processes that migrate at the same time run each file once.
   */
  migrate(schema: string, files: readonly SqlMigration[]): Promise<void>;
}
