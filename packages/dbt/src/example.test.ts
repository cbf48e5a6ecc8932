import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDbt } from "./run-dbt.ts";

const EXAMPLE = join(import.meta.dirname, "../../../examples/flights/dbt");

// What the `load` task of the example writes, small: two days, three airports, one flight hours early.
const RAW = `
create schema raw;
create table raw.airports as select * from (values
  ('JFK', 'Kennedy', 'New York', 'NY', 'USA', 40.6, -73.8),
  ('SFO', 'San Francisco', 'San Francisco', 'CA', 'USA', 37.6, -122.4),
  ('ORD', 'O''Hare', 'Chicago', 'IL', 'USA', 42.0, -87.9)
) as t(iata, name, city, state, country, latitude, longitude);
create table raw.flights as
select
  i as flight_id,
  timestamp '2001-01-01' + interval (i) hour as departed_at,
  case when i = 3 then -90 else i * 5 end as delay_min,
  500 + i as distance_miles,
  ['JFK', 'SFO', 'ORD'][1 + i % 3] as origin,
  ['JFK', 'SFO', 'ORD'][1 + (i + 1) % 3] as destination,
  now()::timestamp as loaded_at
from range(1, 41) as t(i);`;

const root = mkdtempSync(join(tmpdir(), "dbt-example-"));
const warehouse = join(root, "data", "warehouse.duckdb");
mkdirSync(join(root, "data"));

async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(warehouse);
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function run(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const lines: string[] = [];
  const { exitCode } = await runDbt(args, {
    cwd: join(root, "dbt"),
    env: { AIRLOOM_WAREHOUSE: warehouse },
    write: (text) => lines.push(text),
  });
  return { exitCode, output: lines.join("") };
}

beforeAll(async () => {
  cpSync(EXAMPLE, join(root, "dbt"), {
    recursive: true,
    filter: (path) => !/\/(?:target|logs)$/u.test(path),
  });
  await query(RAW);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test("the example builds, and builds again with new flights", async () => {
  const first = await run("build");
  expect(first.output).toContain("WARN 1 within_range_stg_flights_delay_min___60");
  expect(first.output).toContain("ERROR=0 SKIP=0 NO-OP=1");
  expect(first.exitCode).toBe(0);
  expect(await query("select sum(flight_count) from marts.fct_daily_delays")).toEqual([["40"]]);
  expect(await query("select distinct region from marts.dim_airports order by 1")).toEqual([
    ["Midwest"],
    ["Northeast"],
    ["West"],
  ]);

  await query(
    "insert into raw.flights select 41, timestamp '2001-01-02 20:00:00', 7, 1, 'JFK', 'SFO', now()::timestamp; update raw.airports set name = 'John F. Kennedy' where iata = 'JFK'",
  );
  expect((await run("build")).exitCode).toBe(0);
  expect(await query("select sum(flight_count) from marts.fct_daily_delays")).toEqual([["41"]]);
  expect(
    await query("select count(*) from snapshots.snap_airports where airport_code = 'JFK'"),
  ).toEqual([["2"]]);
});

test("tags choose the hourly and the daily part", async () => {
  const hourly = (await run("ls", "-s", "tag:hourly", "--resource-type", "model")).output;
  expect(hourly.trim().split("\n").toSorted()).toEqual([
    "flights.intermediate.int_flight_delays",
    "flights.intermediate.int_flights_enriched",
    "flights.marts.fct_daily_delays",
    "flights.staging.stg_airports",
    "flights.staging.stg_flights",
  ]);
  const daily = (
    await run("ls", "-s", "tag:daily", "--indirect-selection", "empty", "--output", "name")
  ).output;
  expect(daily.trim().split("\n").toSorted()).toEqual([
    "delay_bands",
    "dim_airports",
    "mart_delay_features",
    "snap_airports",
    "us_regions",
  ]);
});

test("docs describe the columns that the database has", async () => {
  expect((await run("docs", "generate")).exitCode).toBe(0);
  const catalog: unknown = JSON.parse(readFileSync(join(root, "dbt/target/catalog.json"), "utf8"));
  expect(catalog).toMatchObject({
    nodes: {
      "model.flights.mart_delay_features": { columns: { is_delayed: { type: "BOOLEAN" } } },
    },
    sources: { "source.flights.raw.flights": { columns: { flight_id: { type: "BIGINT" } } } },
  });
});
