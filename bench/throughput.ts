/** No-op tasks in task processes: how many the whole system completes per second. */
import {
  openBenchProject,
  openClient,
  printFigure,
  printSetup,
  runOnce,
  untilDag,
} from "./setup.ts";

const CHAINS = 100;
const LENGTH = 20;
const RUNS = Number(process.argv[2] ?? 5);

const SOURCE = `import { Dag } from "airloom";
const dag = new Dag("throughput", { schedule: null, maxActiveTasks: 1000 });
for (let chain = 0; chain < ${CHAINS}; chain += 1) {
  let before;
  for (let i = 0; i < ${LENGTH}; i += 1) {
    const task = dag.task(\`c\${chain}_t\${i}\`, async () => undefined)();
    if (before !== undefined) task.after(before);
    before = task;
  }
}
export default dag;
`;

const project = openBenchProject({ "throughput.ts": SOURCE });
try {
  printSetup("no-op tasks, process-isolated", [
    `${CHAINS} chains of ${LENGTH} tasks in one run = ${CHAINS * LENGTH} tasks, ${RUNS} runs after three to warm up; parallelism 32`,
    "published (other machines): Airflow 2.0 with 12 workers 698 tasks per minute, Kestra 3,000-4,000 per minute",
  ]);
  const api = await openClient(project);
  await untilDag(api, "throughput");
  for (let i = 0; i < 3; i += 1) await runOnce(api, "throughput");
  const rates: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const { run } = await runOnce(api, "throughput");
    const seconds = (Date.parse(run.end_date ?? "") - Date.parse(run.start_date ?? "")) / 1000;
    rates.push((CHAINS * LENGTH) / seconds);
  }
  printFigure({ name: "no-op tasks", unit: "tasks/s", samples: rates, bar: "> 500 tasks/s" });
} finally {
  project.close();
}
