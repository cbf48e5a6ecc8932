/** `airloom dev start`: the first time in a new project, and again. Whole command, as a person waits for it. */
import { openBenchProject, printFigure, printSetup } from "./setup.ts";

const ROUNDS = Number(process.argv[2] ?? 3);
const first: number[] = [];
const again: number[] = [];

function timed(body: () => void): number {
  const startedAt = performance.now();
  body();
  return (performance.now() - startedAt) / 1000;
}

printSetup("dev start", [
  `${ROUNDS} new projects of the flights template, job service included; the web app is built already, as in the published package`,
  "published (other machines): astro dev start 70 s cold, 15 s warm with Docker; 11 s and 1 s standalone",
]);
openBenchProject({}).close();
for (let round = 0; round < ROUNDS; round += 1) {
  const project = openBenchProject({}, { template: "flights", start: false });
  try {
    first.push(timed(() => project.airloom("dev", "start")));
    for (let i = 0; i < 2; i += 1) {
      project.airloom("dev", "stop");
      again.push(timed(() => project.airloom("dev", "start")));
    }
  } finally {
    project.close();
  }
}
printFigure({ name: "first time", unit: "s", samples: first, bar: "< 6 s" });
printFigure({ name: "again", unit: "s", samples: again, bar: "< 2 s" });
