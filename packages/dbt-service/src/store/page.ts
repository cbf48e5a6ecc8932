import type { SqlDatabase } from "../sql-database.ts";

/** One page of a table: what it shows, of which rows, in which order. */
export interface PageQuery {
  readonly columns: string;
  readonly table: string;
  readonly where: string;
  readonly order: string;
  readonly params: readonly unknown[];
  /** All of them with null. */
  readonly limit: number | null;
  readonly offset: number;
}

/**
 * A page of rows, and how many there are in all.
 *
 * Contract: both are of one moment, however much is written meanwhile: clients ask on until they have seen the total.
 */
export async function loadPage<T extends { readonly id: number }>(
  sql: SqlDatabase,
  query: PageQuery,
): Promise<{ readonly rows: readonly T[]; readonly total: number }> {
  const { columns, table, where, order, params, limit, offset } = query;
  const found = await sql.query<T & { readonly total: number; readonly place: number | null }>(
    `select counted.total, page.* from
       (select count(*)::int as total from ${table} where ${where}) counted
       left join (select ${columns}, (row_number() over (order by ${order}))::int as place
         from ${table} where ${where} order by ${order}
         limit $${params.length + 1} offset $${params.length + 2}) page on true
     order by page.place`,
    [...params, limit, offset],
  );
  return {
    rows: found.filter((row) => row.place !== null),
    total: found[0]?.total ?? 0,
  };
}
