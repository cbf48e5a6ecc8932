/** A log of a million lines: opened at its end, searched, and walked from error to error, through the REST API. */
import {
  openBenchProject,
  openClient,
  printFigure,
  printSetup,
  runOnce,
  untilDag,
} from "./setup.ts";

const LINES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 15;
const BATCH = 1_000;

const SOURCE = `import { Dag } from "airloom";
const dag = new Dag("long_log", { schedule: null });
dag.task("write", async () => {
  for (let line = 0; line < ${LINES}; line += ${BATCH}) {
    let text = "";
    for (let i = line + 1; i <= line + ${BATCH}; i += 1) {
      text += \`loaded flight \${i} of carrier \${i % 18} into analytics.stg_flights in 12 ms\\n\`;
      if (i % 100000 === 0) text += \`12:00:00  \${i} of ${LINES} ERROR creating sql table model m\\n\`;
    }
    process.stdout.write(text);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
})();
export default dag;
`;

const project = openBenchProject({ "long-log.ts": SOURCE });
try {
  printSetup("a long log", [
    `one task writes ${LINES.toLocaleString("en-US")} lines of some 70 characters through its process, masked, with an index made as they come`,
    `whole requests from another process, ${ROUNDS} of each; every search is for another word`,
  ]);
  let api = await openClient(project);
  await untilDag(api, "long_log");
  const { run } = await runOnce(api, "long_log");
  const log = {
    dag_id: "long_log",
    dag_run_id: run.dag_run_id,
    task_id: "write",
    try_number: 1,
    limit: 250,
  };
  const took = async (request: object): Promise<number> => {
    const startedAt = performance.now();
    await api.viewLog({ ...log, ...request });
    return performance.now() - startedAt;
  };
  const all = async (request: (round: number) => object): Promise<readonly number[]> => {
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) samples.push(await took(request(round)));
    return samples;
  };
  const { total_lines: total, levels } = await api.viewLog(log);
  console.log(`${run.state}: ${total} lines, ${levels.error} errors`);
  project.airloom("dev", "stop");
  project.airloom("dev", "start");
  api = await openClient(project);
  const startedAt = performance.now();
  await api.viewLog(log);
  const first = performance.now() - startedAt;
  printFigure({
    name: "first look after a restart",
    unit: "ms",
    samples: [first],
    bar: "< 300 ms",
  });
  printFigure({
    name: "open at the end",
    unit: "ms",
    samples: await all(() => ({})),
    bar: "< 300 ms",
  });
  printFigure({
    name: "search for a word in few lines",
    unit: "ms",
    samples: await all((round) => ({ search: `flight 7${round + 10}` })),
    bar: "< 1000 ms",
  });
  printFigure({
    name: "search for a word in every line",
    unit: "ms",
    samples: await all((round) => ({ search: "analytics.stg_flights in".slice(0, 24 - round) })),
    bar: "< 1000 ms",
  });
  printFigure({
    name: "next error, from a line in the middle",
    unit: "ms",
    samples: await all((round) => ({ error: "next", line: 50_000 * (round + 1) })),
    bar: "< 300 ms",
  });
  printFigure({
    name: "errors only",
    unit: "ms",
    samples: await all(() => ({ level: "error" })),
    bar: "< 300 ms",
  });
} finally {
  project.close();
}
