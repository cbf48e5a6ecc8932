/** An ephemeral model inside the query of another. */
export interface InjectedCte {
  readonly id: string;
  readonly sql: string;
}

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/u;

/** Name of an ephemeral model inside the queries that use it. */
export function cteName(modelName: string): string {
  return `__dbt__cte__${modelName}`;
}

/** The CTE of an ephemeral model. */
export function writeCte(modelName: string, sql: string): string {
  return ` ${cteName(modelName)} as (\n${sql}\n)`;
}

/** Puts CTEs in front of a query, into its own `with` when it has one. */
export function injectCtes(sql: string, ctes: readonly InjectedCte[]): string {
  if (ctes.length === 0) return sql;
  const list = ctes.map((cte) => cte.sql).join(", ");
  const lead = LEADING.exec(sql)?.[0] ?? "";
  const rest = sql.slice(lead.length);
  const own = /^with(?:\s+recursive)?\s+/iu.exec(rest)?.[0];
  if (own === undefined) return `${lead}with${list} ${rest}`;
  return `${lead}${own}${list}, ${rest.slice(own.length)}`;
}
