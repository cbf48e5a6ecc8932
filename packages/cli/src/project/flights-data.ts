import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Which size of the flights data set a project works on. */
export type FlightsSize = "3m" | "20k";

/** The file of each size: real US flights of 2001, from the npm package `vega-datasets`. */
export const FLIGHTS_FILES: Readonly<Record<FlightsSize, string>> = {
  "3m": "flights-3m.parquet",
  "20k": "flights-20k.json",
};

const AIRPORTS_FILE = "airports.csv";

/** All files of the data set: the packed package carries them beside the template, and nothing else of `vega-datasets`. */
export const ALL_FLIGHTS_FILES = [...Object.values(FLIGHTS_FILES), AIRPORTS_FILE] as const;

/** Where the data set lies: in the package, beside its template, or among a checkout's development packages. */
export function flightsDataDir(): string {
  const shipped = resolve(import.meta.dirname, "../../templates/flights/data/source");
  if (existsSync(shipped)) return shipped;
  return join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");
}

/** Copies the source files of the flights example into a project; files that are there stay. */
export function copyFlightsData(projectDir: string, size: FlightsSize): void {
  const from = flightsDataDir();
  const to = join(projectDir, "data", "source");
  mkdirSync(to, { recursive: true });
  for (const file of [FLIGHTS_FILES[size], AIRPORTS_FILE]) {
    if (!existsSync(join(to, file))) copyFileSync(join(from, file), join(to, file));
  }
}
