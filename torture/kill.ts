/**
 * Kills processes of a running environment at random and checks afterwards, on history and on the tasks' own traces,
 * that nothing was lost, doubled or out of order. The same seed gives the same Dags
 * and draws the same numbers; which process a kill hits depends on what lives at that moment.
 *
 *     npm run torture -- --tasks 200 --kills 60 --seed 1
 */
import { parseArgs } from "node:util";
import { readCount } from "./read-count.ts";
import { torture } from "./run-torture.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "200" },
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
});

const report = await torture({
  tasks: readCount("tasks", values.tasks),
  kills: readCount("kills", values.kills, 0),
  seed: readCount("seed", values.seed, 0),
  say: (line) => console.log(line),
});
for (const violation of report.violations) console.error(`VIOLATION ${violation}`);
console.log(
  `${report.tasks} tasks in ${report.runs} runs, ${report.kills} kills (${report.killsByKind}), ${report.attempts} attempts, ${report.lost} lost with their environment, ${report.wallS.toFixed(0)} s: ${report.violations.length} violations`,
);
process.exit(report.violations.length === 0 ? 0 : 1);
