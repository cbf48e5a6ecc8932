import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { TaskFailed } from "airloom";
import { literal, queryRow, withDuckDb } from "./warehouse.ts";

/** Files that passed validation, ready to be loaded. */
export interface Staged {
  readonly flights: string;
  readonly airports: string;
  readonly rows: number;
  readonly rejected: number;
}

const READERS: Readonly<Record<string, (file: string) => string>> = {
  ".parquet": (file) => `read_parquet(${literal(file)})`,
  ".json": (file) => `read_json(${literal(file)}, format = 'array')`,
};

// The two files of the data set spell dates differently: as timestamps, and as 2001/01/31 23:59.
const DEPARTED_AT = `coalesce(try_cast(date as timestamp), try_strptime(cast(date as varchar), '%Y/%m/%d %H:%M'))`;

/**
 * Reads the source files, keeps the rows that make sense and writes them as Parquet.
 *
 * Fails when a file is missing, a column is missing, or more than one row in a hundred is unusable.
 */
export async function extractFlights(
  sourceDir: string,
  file: string,
  stagingDir: string,
): Promise<Staged> {
  const source = join(sourceDir, file);
  const airportsSource = join(sourceDir, "airports.csv");
  for (const needed of [source, airportsSource]) {
    if (!existsSync(needed)) throw new TaskFailed(`Cannot read "${needed}": there is no such file`);
  }
  const reader = READERS[file.slice(file.lastIndexOf("."))];
  if (reader === undefined) {
    throw new TaskFailed(`Cannot read "${file}": expected a .parquet or .json file of flights`);
  }
  mkdirSync(stagingDir, { recursive: true });
  const flights = join(stagingDir, "flights.parquet");
  const airports = join(stagingDir, "airports.parquet");

  return withDuckDb(":memory:", async (connection) => {
    await connection.run(
      `copy (
         select ${DEPARTED_AT} as departed_at, cast(delay as bigint) as delay_min,
                cast(distance as bigint) as distance_miles, origin, destination
         from ${reader(source)}
         where ${DEPARTED_AT} is not null and delay is not null and distance > 0
           and length(origin) = 3 and length(destination) = 3
       ) to ${literal(flights)} (format parquet)`,
    );
    await connection.run(
      `copy (
         select iata, name, city, state, country, latitude, longitude
         from read_csv(${literal(airportsSource)}, header = true, all_varchar = false)
         where iata is not null
       ) to ${literal(airports)} (format parquet)`,
    );
    const total = await queryRow(connection, `select count(*) as n from ${reader(source)}`);
    const kept = await queryRow(
      connection,
      `select count(*) as n from read_parquet(${literal(flights)})`,
    );
    const rows = Number(kept["n"]);
    const rejected = Number(total["n"]) - rows;
    if (rows === 0 || rejected > Number(total["n"]) / 100) {
      throw new TaskFailed(
        `Cannot use "${file}": ${rejected} of ${total["n"]} rows have no date, delay, distance or airport`,
      );
    }
    return { flights, airports, rows, rejected };
  });
}
