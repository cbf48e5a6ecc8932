/**
 * Runs the dbt Cloud operator again and again against a job service behind a proxy that drops, delays, doubles, cuts and
 * refuses in every phase, and checks by the service's rows: one dbt run for each attempt, none left alone, the right end.
 *
 *     npm run torture:provider -- --runs 2000 --seed 1
 */
import { parseArgs } from "node:util";
import { readCount } from "./read-count.ts";
import { tortureProvider } from "./run-provider-torture.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    lanes: { type: "string", default: "12" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e6)) },
  },
});
const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(0);
console.log(`seed ${values.seed}`);
const verdict = await tortureProvider({
  runs: readCount("runs", values.runs),
  lanes: readCount("lanes", values.lanes),
  seed: readCount("seed", values.seed, 0),
  say: (line) => console.log(`${seconds().padStart(5)} s  ${line}`),
});
for (const violation of verdict.violations) console.error(`VIOLATION ${violation}`);
console.log(
  `${verdict.tasks} tasks, ${verdict.tries} tries, ${verdict.faults} faults, ${verdict.dbtRuns} dbt runs, ${verdict.succeeded} succeeded, ${seconds()} s, seed ${values.seed}: ${verdict.violations.length} violations`,
);
process.exit(verdict.violations.length === 0 ? 0 : 1);
