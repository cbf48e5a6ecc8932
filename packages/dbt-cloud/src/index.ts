export {
  type DbtCloudSettings,
  dbtCloudConnectionType,
  explainFailure,
  openClient as openDbtCloudClient,
  parseConnection as parseDbtCloudConnection,
  testConnection as testDbtCloudConnection,
} from "./connection.ts";
export {
  DbtCloudClient,
  type JobFilter,
  type JobNames,
  type RunFilter,
} from "./dbt-cloud-client.ts";
export type { DbtJob, DbtRun, DbtRunStep } from "./decode.ts";
export { DbtCloudError, type DbtCloudFailure } from "./http/dbt-cloud-error.ts";
export {
  type DbtCloudJobRunSensorOptions,
  dbtCloudJobRunSensor,
  waitForRunTrigger,
} from "./provider/job-run-sensor.ts";
export {
  type DbtCloudTarget,
  getDbtCloudJobRunArtifact,
  listDbtCloudJobRuns,
  listDbtCloudJobs,
} from "./provider/query-operators.ts";
export {
  type RunDbtCloudJobOptions,
  runDbtCloudJob,
  runJobTrigger,
} from "./provider/run-dbt-cloud-job.ts";
