import { buildOpenApiDocument } from "@airloom/api";
import { listTestedRoutes } from "../packages/dbt-service/src/fixtures/list-test-routes.ts";
import { openTestService } from "../packages/dbt-service/src/fixtures/open-test-service.ts";
import { describeApi } from "../packages/dbt-service/src/http/describe-api.ts";
import { openTestServer } from "../packages/server/testing/open-test-server.ts";
import { RUN_ID } from "../packages/server/testing/seed.ts";
import type { FuzzTarget } from "./fuzz-api.ts";

/**
 * The job service, with an administrator who is signed in. Its runs end at once: what is fuzzed is what is said. What is not
 * implemented is not asked: it says the same to everything.
 */
export async function openJobServiceTarget(): Promise<FuzzTarget> {
  const service = await openTestService({
    dbtCommand: { file: "/bin/false", args: [] },
    authenticate: async () => ({ username: "fuzz", email: null, permissionSet: "account_admin" }),
  });
  const keep = new Set(["16173", "36467", "70000", "65767"]);
  return {
    document: describeApi(await listTestedRoutes(service), "test"),
    known: {
      account: ["16173"],
      project: ["36467"],
      job: ["65767"],
      id: ["70000", "36467", "70001", "70002", "70003", "70004"],
      run: ["100001", "100002", "100003"],
      step: ["500001", "500002"],
      token: ["1001", "1002", "1003"],
      path: ["manifest.json", "run_results.json"],
    },
    skipped: new Set(),
    send: async ({ method, url, body }) => {
      // What everything else hangs on stays: a fuzzer that has deleted the project finds nothing more.
      const isSeed = keep.has(url.split("?")[0]?.split("/").at(-1) ?? "");
      const spared = isSeed ? sparing(body) : body;
      if (isSeed && method === "DELETE") return { status: 404, text: "" };
      const answer = await fetch(`${service.url}${url}`, {
        method,
        headers: { origin: service.url, "content-type": "application/json" },
        ...(body === undefined || method === "GET" ? {} : { body: JSON.stringify(spared) }),
        redirect: "manual",
      });
      return { status: answer.status, text: await answer.text() };
    },
    close: () => service.close(),
  };
}

/** A body that would delete keeps; what does not fit is sent as it was drawn. */
function sparing(body: unknown): unknown {
  return typeof body === "object" && body !== null && "state" in body && Number(body.state) === 2
    ? { ...body, state: 1 }
    : body;
}

/** The platform's API, with an administrator's token. */
export async function openServerTarget(): Promise<FuzzTarget> {
  const server = await openTestServer();
  return {
    document: buildOpenApiDocument({ version: "test" }),
    known: {
      dag_id: ["flights", "~"],
      dag_run_id: [RUN_ID, "~"],
      task_id: ["extract"],
      task_try_number: ["1"],
      try_number: ["1"],
      map_index: ["-1"],
      xcom_key: ["return_value"],
      version_number: ["1"],
      import_error_id: ["1"],
      connection_id: ["dbt_cloud_default"],
      variable_key: ["api_token"],
      pool_name: ["maintenance", "default_pool"],
      username: ["nobody"],
      session_id: ["1"],
    },
    // The stream never ends; a sign-out, or a user changed, would end the fuzzing.
    skipped: new Set(["GET /ui/events", "POST /auth/logout", "GET /api/v2/auth/logout"]),
    send: async ({ method, url, body }) => {
      const answer = await server.app.inject({
        method: method as "GET",
        url,
        headers: {
          authorization: `Bearer ${server.tokens.admin}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return { status: answer.statusCode, text: answer.body };
    },
    close: () => server.close(),
  };
}
