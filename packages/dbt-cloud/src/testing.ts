export type { Timing } from "./http/timing.ts";
export { runDbtCloudJobIn } from "./provider/run-dbt-cloud-job.ts";
