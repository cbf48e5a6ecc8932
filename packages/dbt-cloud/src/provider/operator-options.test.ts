import { describe, expect, test } from "vitest";
import { dbtCloudJobRunSensor } from "./job-run-sensor.ts";
import {
  getDbtCloudJobRunArtifact,
  listDbtCloudJobRuns,
  listDbtCloudJobs,
} from "./query-operators.ts";
import { runDbtCloudJob } from "./run-dbt-cloud-job.ts";

const OPERATORS = [
  ["runDbtCloudJob()", runDbtCloudJob, { jobId: 1 }],
  ["dbtCloudJobRunSensor()", dbtCloudJobRunSensor, { runId: 1 }],
  ["getDbtCloudJobRunArtifact()", getDbtCloudJobRunArtifact, { runId: 1, path: "manifest.json" }],
  ["listDbtCloudJobs()", listDbtCloudJobs, {}],
  ["listDbtCloudJobRuns()", listDbtCloudJobRuns, { limit: 1 }],
] as const;

describe.each(OPERATORS)("%s", (of, make, options) => {
  // As a Dag file that nobody checked gives them.
  const makeOf = make as (options: object) => unknown;

  test("refuses the name that an option has in default arguments, and says its own", () => {
    expect(() => makeOf({ ...options, dbtCloudConnId: "dbt_cloud" })).toThrow(
      `Unknown option "dbtCloudConnId" of ${of}: here it is called "connectionId" (operator-options.test.ts:`,
    );
  });

  test("refuses a misspelt option and names the nearest", () => {
    expect(() => makeOf({ ...options, acountId: 1 })).toThrow(
      `Unknown option "acountId" of ${of}: did you mean "accountId"?`,
    );
  });

  test("takes its own", () => {
    expect(makeOf({ ...options, connectionId: "dbt_cloud", accountId: "1" })).toMatchObject({
      kind: "operator",
    });
  });
});
