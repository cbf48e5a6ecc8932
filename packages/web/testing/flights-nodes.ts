import type { UiNode } from "@airloom/api";
import { iso } from "./flights-runs.ts";

const NODE_FACTS = [
  ["carriers", "seed", "success", 0, 0.42, "INSERT 18", []],
  ["stg_airports", "model", "success", 0.01, 0.61, "SELECT 7698", []],
  ["stg_flights", "model", "success", 0.02, 2.84, "SELECT 412906", []],
  ["not_null_stg_flights_flight_id", "test", "pass", 2.9, 0.21, null, ["stg_flights"]],
  ["unique_stg_flights_flight_id", "test", "pass", 2.9, 0.33, null, ["stg_flights"]],
  [
    "relationships_stg_flights_origin",
    "test",
    "warn",
    2.9,
    0.29,
    "Got 14 results, configured to warn if != 0",
    ["stg_flights", "stg_airports"],
  ],
  ["snap_airports", "snapshot", "success", 0.65, 0.74, "UPSERT 7698", ["stg_airports"]],
  ["dim_airports", "model", "success", 1.45, 0.52, "SELECT 7698", ["snap_airports"]],
  [
    "int_flight_delays",
    "model",
    "error",
    3.28,
    1.12,
    'Binder Error in model int_flight_delays (models/intermediate/int_flight_delays.sql)\n  Referenced column "arr_delay_min" not found in FROM clause!\n  LINE 14: f.arr_delay_min - f.dep_delay_min as delay_gained',
    ["stg_flights", "carriers"],
  ],
  [
    "not_null_int_flight_delays_id",
    "test",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["int_flight_delays"],
  ],
  [
    "fct_daily_delays",
    "model",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["int_flight_delays"],
  ],
  [
    "unique_fct_daily_delays_key",
    "test",
    "skipped",
    null,
    null,
    "Skipping due to fail",
    ["fct_daily_delays"],
  ],
] as const;

const SQL = `create table flights.analytics.int_flight_delays as (

  -- delays gained or lost in the air
  with flights as (
    select *
    from flights.analytics.stg_flights
    where not cancelled
  )

  select
    f.flight_id, f.carrier, f.flight_date,
    f.dep_delay_min,
    'minutes' as unit,
    f.arr_delay_min - f.dep_delay_min as delay_gained,
    c.carrier_name
  from flights f
  join flights.analytics.carriers c using (carrier)
)`;

export function idOf(name: string): string {
  const type = NODE_FACTS.find(([candidate]) => candidate === name)?.[1] ?? "model";
  return `${type}.flights.${name}`;
}

const DBT_START = Date.parse(iso(6, 10));

export const NODES: readonly UiNode[] = NODE_FACTS.map(
  ([name, type, state, start, took, message, after], index) => ({
    unique_id: idOf(name),
    name,
    resource_type: type,
    state,
    start_date: start === null ? null : new Date(DBT_START + start * 1_000).toISOString(),
    end_date: start === null ? null : new Date(DBT_START + (start + took) * 1_000).toISOString(),
    execution_time: took,
    message,
    failures: state === "warn" ? 14 : state === "pass" ? 0 : null,
    compiled_sql: type === "seed" ? null : SQL,
    relation_name: type === "test" ? null : `"flights"."analytics"."${name}"`,
    file: type === "seed" ? `seeds/${name}.csv` : `models/${name}.sql`,
    line: state === "error" ? 14 : null,
    compiled_line: state === "error" ? 14 : null,
    depends_on: after.map(idOf),
    index,
  }),
);
