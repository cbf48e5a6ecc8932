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

const OPENING = " as (\n";
const CLOSING = "\n)";
const SEPARATOR = ", ";

/** The CTE of an ephemeral model. */
export function writeCte(modelName: string, sql: string): string {
  return ` ${cteName(modelName)}${OPENING}${sql}${CLOSING}`;
}

interface Injected {
  readonly before: string;
  /** What comes before the first CTE: nothing where the query has a `with` of its own. */
  readonly keyword: "" | "with";
  readonly list: string;
  readonly glue: string;
  readonly behind: string;
}

function split(sql: string, ctes: readonly InjectedCte[]): Injected {
  const list = ctes.map((cte) => cte.sql).join(SEPARATOR);
  const lead = LEADING.exec(sql)?.[0] ?? "";
  const rest = sql.slice(lead.length);
  const own = /^with(?:\s+recursive)?\s+/iu.exec(rest)?.[0];
  if (own === undefined) return { before: lead, keyword: "with", list, glue: " ", behind: rest };
  return {
    before: `${lead}${own}`,
    keyword: "",
    list,
    glue: SEPARATOR,
    behind: rest.slice(own.length),
  };
}

/** Puts CTEs in front of a query, into its own `with` when it has one. */
export function injectCtes(sql: string, ctes: readonly InjectedCte[]): string {
  if (ctes.length === 0) return sql;
  const { before, keyword, list, glue, behind } = split(sql, ctes);
  return `${before}${keyword}${list}${glue}${behind}`;
}

/** A place in what `injectCtes` wrote: in the query itself, or in the query of one of the CTEs. */
export interface InjectedPlace {
  readonly cte: string | undefined;
  readonly offset: number;
}

/** Says whose text stands at an offset of what `injectCtes` wrote; `undefined` for the words between. */
export function locateInjected(
  sql: string,
  ctes: readonly InjectedCte[],
  offset: number,
): InjectedPlace | undefined {
  if (ctes.length === 0) return { cte: undefined, offset };
  const { before, keyword, list, glue } = split(sql, ctes);
  if (offset < before.length) return { cte: undefined, offset };
  const added = keyword.length + list.length + glue.length;
  if (offset >= before.length + added) return { cte: undefined, offset: offset - added };
  let start = before.length + keyword.length;
  for (const cte of ctes) {
    const opening = cte.sql.indexOf(OPENING) + OPENING.length;
    const inside = offset - start - opening;
    if (inside >= 0 && inside < cte.sql.length - opening - CLOSING.length) {
      return { cte: cte.id, offset: inside };
    }
    start += cte.sql.length + SEPARATOR.length;
  }
  return undefined;
}
