import type { Staged } from "./extract.ts";
import { literal, queryRow, warehouseFile, withDuckDb } from "./warehouse.ts";

export interface Loaded {
  readonly flights: number;
  readonly airports: number;
}

/** Replaces the raw tables of the warehouse by what was staged, in one transaction. */
export async function loadFlights(staged: Staged): Promise<Loaded> {
  return withDuckDb(warehouseFile(), async (connection) => {
    await connection.run("create schema if not exists raw");
    await connection.run("begin");
    await connection.run(
      `create or replace table raw.flights as
       select row_number() over () as flight_id, departed_at, delay_min, distance_miles, origin, destination,
              cast(current_timestamp as timestamp) as loaded_at
       from read_parquet(${literal(staged.flights)})`,
    );
    await connection.run(
      `create or replace table raw.airports as select * from read_parquet(${literal(staged.airports)})`,
    );
    await connection.run("commit");
    const counts = await queryRow(
      connection,
      "select (select count(*) from raw.flights) as flights, (select count(*) from raw.airports) as airports",
    );
    return { flights: Number(counts["flights"]), airports: Number(counts["airports"]) };
  });
}
