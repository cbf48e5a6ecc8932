import type { Session } from "./duckdb.ts";

/** Gets a statement and what sends it, or one like it, to the database. */
export type WrapStatement = <T>(sql: string, send: (sql: string) => Promise<T>) => Promise<T>;

/** The same session, each of whose statements goes through `wrap`. */
export function wrapStatements(session: Session, wrap: WrapStatement): Session {
  return {
    query: (sql) => wrap(sql, (text) => session.query(text)),
    run: (sql) => wrap(sql, (text) => session.run(text)),
    isInTransaction: () => session.isInTransaction(),
    begin: () => session.begin(),
    commit: () => session.commit(),
    rollback: () => session.rollback(),
    interrupt: () => session.interrupt(),
    close: () => session.close(),
  };
}
