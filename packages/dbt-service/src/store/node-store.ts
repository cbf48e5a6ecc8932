import type { WireRunNode } from "@airloom/dbt-cloud/contract";
import type { SqlDatabase } from "../sql-database.ts";

/** How much of a node's message a list shows; the node by itself has the whole of it. */
const MAX_LISTED_MESSAGE = 4_000;

/** Which nodes of a run are asked for. */
export interface NodeQuery {
  /** One node, shown whole; null asks for all, without their compiled code. */
  readonly uniqueId: string | null;
  /** Failed ones first, so that the first page has them however many there are. */
  readonly worstFirst: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** Where the nodes of steps are kept. */
export class NodeStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  async clear(stepId: number): Promise<void> {
    await this.#sql.query("delete from dbt_service.run_nodes where step_id = $1", [stepId]);
  }

  /**
   * Adds nodes behind the `from` that are there already. They come as the JSON text of an array, so that nothing here has
   * to take it apart.
   *
   * Contract: no reader sees a node before its step has ended.
   */
  async add(stepId: number, from: number, nodes: string): Promise<void> {
    await this.#sql.query(
      `insert into dbt_service.run_nodes (step_id, position, node, compiled_code)
       select $1::integer, $2::integer + place, node - 'compiled_code', node ->> 'compiled_code'
       from jsonb_array_elements($3::jsonb) with ordinality as given (node, place)`,
      [stepId, from, nodes],
    );
  }

  /** Nodes of finished steps in their order, and how many there are in all. */
  async list(
    runId: number,
    { uniqueId, worstFirst, limit, offset }: NodeQuery,
  ): Promise<{ readonly nodes: readonly WireRunNode[]; readonly total: number }> {
    const rows = await this.#sql.query<{ total: number; node: WireRunNode | null }>(
      `with shown as (
         select row_number() over (order by
             case when $5 and one.node ->> 'status' in ('error', 'fail', 'runtime error', 'partial success')
               then 0 else 1 end, step.index, one.position) as place,
           one.node, one.compiled_code
         from dbt_service.run_nodes one join dbt_service.run_steps step on step.id = one.step_id
         where step.run_id = $1 and step.finished_at is not null
           and ($2::text is null or one.node ->> 'unique_id' = $2))
       select counted.total, page.node from (select count(*)::int as total from shown) counted
       left join (
         select place, case when $2::text is null
           then node || jsonb_build_object('compiled_code', null, 'message', left(node ->> 'message', ${MAX_LISTED_MESSAGE}))
           else node || jsonb_build_object('compiled_code', compiled_code) end as node
         from shown order by place limit $3 offset $4) page on true
       order by page.place`,
      [runId, uniqueId, limit, offset, worstFirst],
    );
    return {
      nodes: rows.flatMap(({ node }) => node ?? []),
      total: rows[0]?.total ?? 0,
    };
  }
}
