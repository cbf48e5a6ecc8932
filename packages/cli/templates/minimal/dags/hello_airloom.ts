import { Dag } from "airloom";

/** Three tasks in a row: what one returns, the next one takes, and the compiler checks that it fits. */
const dag = new Dag("hello_airloom", {
  description: "A first Dag: change it, save, and see it change in the UI",
  schedule: "@daily",
  startDate: new Date("2026-01-01T00:00:00Z"),
  catchup: false,
  tags: ["example"],
});

const pickNumbers = dag.task(
  "pick_numbers",
  async (): Promise<readonly number[]> => [3, 1, 4, 1, 5],
);

const addUp = dag.task("add_up", async ({ numbers }: { numbers: readonly number[] }) => {
  const total = numbers.reduce((sum, number) => sum + number, 0);
  return { total };
});

const report = dag.task("report", async ({ result }: { result: { total: number } }) => {
  console.log(`The total is ${result.total}`);
});

report({ result: addUp({ numbers: pickNumbers() }) });

export default dag;
