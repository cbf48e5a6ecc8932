/** 40 light tasks in a row, each in a task process, every state durable: wall time of the run and hand-off from task to task. */
import {
  median,
  openBenchProject,
  openClient,
  printFigure,
  printSetup,
  quantile,
  runOnce,
  untilDag,
} from "./setup.ts";

const TASKS = 40;
const RUNS = Number(process.argv[2] ?? 7);

const SOURCE = `import { Dag } from "airloom";
const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
const dag = new Dag("sequential", { schedule: null });
let before;
for (let i = 0; i < ${TASKS}; i += 1) {
  const task = dag.task(\`t\${i}\`, async () => fibonacci(10))();
  if (before !== undefined) task.after(before);
  before = task;
}
export default dag;
`;

const project = openBenchProject({ "sequential.ts": SOURCE });
try {
  printSetup("40 sequential light tasks", [
    `${TASKS} tasks fibonacci(10), process-isolated, PostgreSQL with fsync, ${RUNS} runs after three to warm up`,
    "published for the same shape (other machines): Windmill dedicated 2.1 s, Temporal 3.1 s, Airflow 2.7 116 s",
  ]);
  const api = await openClient(project);
  await untilDag(api, "sequential");
  for (let i = 0; i < 3; i += 1) await runOnce(api, "sequential");
  const walls: number[] = [];
  const handOffs: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const { run, tasks } = await runOnce(api, "sequential");
    walls.push((Date.parse(run.end_date ?? "") - Date.parse(run.start_date ?? "")) / 1000);
    for (const [index, task] of tasks.entries()) {
      const previous = tasks[index - 1];
      if (previous !== undefined)
        handOffs.push(Date.parse(task.start_date ?? "") - Date.parse(previous.end_date ?? ""));
    }
  }
  printFigure({ name: "run of 40 tasks", unit: "s", samples: walls, bar: "< 0.8 s" });
  console.log(
    `hand-off: p50 ${median(handOffs)} ms, p95 ${quantile(handOffs, 0.95)} ms (n=${handOffs.length}, millisecond clock); bar p50 < 10 ms, p95 < 25 ms`,
  );
} finally {
  project.close();
}
