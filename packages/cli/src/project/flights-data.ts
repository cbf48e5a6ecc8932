import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Which size of the flights data set a project works on. */
export type FlightsSize = "3m" | "20k";

/** The file of each size: real US flights of 2001, from the npm package `vega-datasets`. */
export const FLIGHTS_FILES: Readonly<Record<FlightsSize, string>> = {
  "3m": "flights-3m.parquet",
  "20k": "flights-20k.json",
};

/** Copies the source files of the flights example into a project; files that are there stay. */
export function copyFlightsData(projectDir: string, size: FlightsSize): void {
  const from = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");
  const to = join(projectDir, "data", "source");
  mkdirSync(to, { recursive: true });
  for (const file of [FLIGHTS_FILES[size], "airports.csv"]) {
    if (!existsSync(join(to, file))) copyFileSync(join(from, file), join(to, file));
  }
}
