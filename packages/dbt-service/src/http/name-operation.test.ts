import { expect, test } from "vitest";
import { nameOperation } from "./name-operation.ts";

const V2 = "/api/v2/accounts/:account";
const V3 = "/api/v3/accounts/:account";

test.each([
  ["POST", `${V2}/jobs`, "dbt_job_create"],
  ["POST", `${V2}/jobs/:job`, "dbt_job_update"],
  ["DELETE", `${V2}/jobs/:job`, "dbt_job_delete"],
  ["POST", `${V2}/jobs/:job/run`, "dbt_job_run"],
  ["POST", `${V2}/jobs/:job/rerun`, "dbt_job_rerun"],
  ["POST", `${V2}/runs/:run/cancel`, "dbt_run_cancel"],
  ["POST", `${V2}/runs/:run/retry`, "dbt_run_retry"],
  ["PATCH", V2, "dbt_account_update"],
  ["PUT", `${V3}/projects/:project/environments/:id`, "dbt_environment_update"],
  ["POST", `${V3}/projects/:project/credentials`, "dbt_credentials_create"],
  ["DELETE", `${V3}/projects/:project/repositories/:id`, "dbt_repository_delete"],
  ["POST", `${V3}/service-tokens`, "dbt_service_token_create"],
  ["DELETE", `${V3}/service-tokens/:token`, "dbt_service_token_delete"],
  ["POST", `${V3}/service-tokens/:token/permissions`, "dbt_permission_create"],
  ["PUT", `${V3}/projects/:project/environment-variables/bulk`, "dbt_environment_variable_bulk"],
])("%s %s is named %s", (method, path, name) => {
  expect(nameOperation(method, path)).toBe(name);
});
