/** From saving a Dag file to its new version, or its error, in the API. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openBenchProject, openClient, printFigure, printSetup, untilDag } from "./setup.ts";

const ROUNDS = Number(process.argv[2] ?? 15);
/** A person reads, thinks and types between two saves. */
const PAUSE_MS = 1_500;

function source(description: string): string {
  return `import { Dag } from "airloom";
const dag = new Dag("saved", { schedule: null, description: ${JSON.stringify(description)} });
dag.task("only", async () => undefined)();
export default dag;
`;
}

const project = openBenchProject({ "saved.ts": source("first") });
try {
  printSetup("save a Dag file", [
    `${ROUNDS} saves of a good file and of a broken one, ${PAUSE_MS} ms apart; asked every 5 ms`,
    "then saves without a pause: each waits for a fresh process to import it in",
    "Airflow 3 re-reads changed files every 30 s, new ones every 300 s",
  ]);
  const api = await openClient(project);
  await untilDag(api, "saved");
  const file = join(project.dir, "dags", "saved.ts");
  const good: number[] = [];
  const bad: number[] = [];
  const hasty: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(PAUSE_MS);
    good.push(await until(`change ${round}`, source(`change ${round}`)));
    await sleep(PAUSE_MS);
    bad.push(await untilError(`${source("broken")}const broken${round} = ;`));
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    hasty.push(await until(`hasty ${round}`, source(`hasty ${round}`)));
  }
  printFigure({ name: "good file visible", unit: "ms", samples: good, bar: "< 1000 ms" });
  printFigure({ name: "error visible", unit: "ms", samples: bad, bar: "< 1000 ms" });

  printFigure({ name: "saved again at once", unit: "ms", samples: hasty, bar: "< 1000 ms" });

  async function until(description: string, text: string): Promise<number> {
    const startedAt = performance.now();
    writeFileSync(file, text);
    for (;;) {
      const dag = await api.getDag({ dag_id: "saved" });
      if (dag.description === description) return performance.now() - startedAt;
      await sleep(5);
    }
  }

  async function untilError(text: string): Promise<number> {
    const startedAt = performance.now();
    writeFileSync(file, text);
    for (;;) {
      const { import_errors: errors } = await api.listImportErrors({});
      if (errors.some((error) => error.filename.endsWith("saved.ts")))
        return performance.now() - startedAt;
      await sleep(5);
    }
  }
} finally {
  project.close();
}
