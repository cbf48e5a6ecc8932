import { join } from "node:path";
import { Dag, getClient, runDbtCloudJob } from "airloom";
import { trainDelayModel } from "../lib/delay-model.ts";
import { extractFlights, type Staged } from "../lib/extract.ts";
import { loadFlights } from "../lib/load.ts";

// For the dbt Cloud job URL https://YOUR_ACCESS_URL/#/accounts/16173/projects/36467/jobs/65767/
// the account id is 16173 and the job id is 65767.
const ACCOUNT_ID = "16173";
const JOB_ID = "65767";

const dag = new Dag("dbt_cloud_provider_eltml", {
  description: "Flights: extract, load, transform with dbt Cloud, train a delay model",
  docMd:
    "Reads real US flights of 2001, loads them into DuckDB, lets one dbt job build the warehouse, and fits a small delay model on a mart.",
  schedule: null,
  startDate: new Date("2021-01-01T00:00:00Z"),
  catchup: false,
  // The warehouse is one DuckDB file, which one process may write at a time: the next run waits for this one.
  maxActiveRuns: 1,
  tags: ["elt", "dbt", "flights"],
  defaultArgs: {
    dbtCloudConnId: "dbt_cloud",
    accountId: ACCOUNT_ID,
    owner: "data-platform",
    retries: 2,
    retryDelay: 2,
  },
});

const extract = dag.task("extract", async (): Promise<Staged> => {
  const file = (await getClient().getVariable("flights_file")) ?? "flights-3m.parquet";
  const staged = await extractFlights(
    join(process.cwd(), "data/source"),
    file,
    join(process.cwd(), "data/staging"),
  );
  console.log(`Staged ${staged.rows} flights from ${file}; ${staged.rejected} rows were rejected`);
  return staged;
});

const load = dag.task("load", async ({ staged }: { staged: Staged }) => {
  const loaded = await loadFlights(staged);
  console.log(`Loaded ${loaded.flights} flights and ${loaded.airports} airports`);
  return loaded;
});

const triggerDbtCloudJobRun = dag.task(
  "trigger_dbt_cloud_job_run",
  runDbtCloudJob({ jobId: JOB_ID, checkInterval: 10, timeout: 300, retryFromFailure: true }),
  // A broken model does not mend itself: it waits for a person, who clears this task.
  { retries: 0 },
);

const mlTraining = dag.task("ml_training", async () => {
  const metrics = await trainDelayModel();
  console.log(
    `Trained on ${metrics.trainedOn} flights, tested on ${metrics.testedOn}: mean absolute error ${metrics.meanAbsoluteError.toFixed(2)} min`,
  );
  return metrics;
});

const loaded = load({ staged: extract() });
const transformed = triggerDbtCloudJobRun().after(loaded);
mlTraining().after(transformed);

export default dag;
