import type { IncomingMessage, ServerResponse } from "node:http";
import { NODES } from "./flights.ts";

function dbtTime(text: string | null): string | null {
  return text === null ? null : text.replace("T", " ").replace("Z", "000+00:00");
}

const STEP_NAMES = [
  "Clone git repository",
  "Create profile from connection flights_warehouse",
  "Invoke dbt with `dbt deps`",
  "Invoke dbt with `dbt build --target prod`",
];

const CONSOLE = `08:06:20  1 of 12 START seed analytics.carriers
08:06:21  1 of 12 OK analytics.carriers [INSERT 18 in 0.42s]
08:06:24  8 of 12 WARN 14 relationships_stg_flights_origin
08:06:25  9 of 12 ERROR int_flight_delays [ERROR in 1.12s]
08:06:25    Database Error in model int_flight_delays
08:06:25      column f.arr_delay_min does not exist
08:06:26  Done. PASS=7 WARN=1 ERROR=1 SKIP=3 TOTAL=12
`;

const RUN = {
  id: 70412,
  account_id: 1,
  project_id: 1,
  job_definition_id: 31,
  status: 20,
  status_message: null,
  is_complete: true,
  dbt_version: "1.11",
  git_branch: "main",
  git_sha: "9c41e7ab01",
  created_at: "2026-11-22 08:06:14.000000+00:00",
  dequeued_at: "2026-11-22 08:06:14.400000+00:00",
  started_at: "2026-11-22 08:06:16.200000+00:00",
  finished_at: "2026-11-22 08:06:31.400000+00:00",
  can_retry: true,
  retry_not_supported_reason: null,
  trigger: { cause: "Dag dbt_cloud_provider_eltml", cause_category: "api" },
  job: { name: "Hourly flights build" },
  environment: { name: "Production" },
  run_steps: STEP_NAMES.map((name, index) => ({
    id: index + 1,
    index: index + 1,
    status: index === 3 ? 20 : 10,
    name,
    logs: index === 3 ? CONSOLE : "Done\n",
    debug_logs: "",
    started_at: "2026-11-22 08:06:16.200000+00:00",
    finished_at: "2026-11-22 08:06:18.100000+00:00",
  })),
};

const JOB = {
  id: 31,
  account_id: 1,
  project_id: 1,
  environment_id: 1,
  name: "Hourly flights build",
  description: "",
  execute_steps: ["dbt deps", "dbt build --target prod"],
  triggers: { schedule: false },
  settings: { threads: 4, target_name: "prod" },
};

const ANSWERS: readonly (readonly [RegExp, unknown])[] = [
  [/^\/api\/v2\/accounts\/$/u, [{ id: 1, name: "Airloom" }]],
  [/\/jobs\/$/u, [JOB]],
  [/\/jobs\/31\/$/u, JOB],
  [/\/jobs\/31\/run\/$/u, RUN],
  [/\/runs\/$/u, [RUN, { ...RUN, id: 70411, status: 10 }]],
  [/\/runs\/70412\/retry\/$/u, { failed_step: "dbt build --target prod", skipped_steps: [] }],
  [
    /\/artifacts\/$/u,
    ["manifest.json", "run_results.json", "compiled/flights/models/stg_flights.sql"],
  ],
  [/\/accounts\/1\/runs\/\d+\/$/u, RUN],
  [
    /\/api\/private\/runs\/\d+\/nodes\/$/u,
    NODES.map((node, index) => ({
      unique_id: node.unique_id,
      name: node.name,
      resource_type: node.resource_type,
      status: node.state,
      step_index: 4,
      started_at: dbtTime(node.start_date),
      finished_at: dbtTime(node.end_date),
      execution_time: node.execution_time,
      thread_id: `Thread-${[1, 2, 3, 4, 2, 3, 4, 2, 1, 1, 1, 1][index] ?? 1} (worker)`,
      message: node.message,
      failures: node.failures,
      compiled_code: node.compiled_sql,
      relation_name: node.relation_name,
      file: node.file,
      line: node.line,
      compiled_line: node.compiled_line,
      depends_on: node.depends_on,
    })),
  ],
];

/** Answers as the job service would; `/ui/config` it does not know. */
export function answerDbtService(request: IncomingMessage, response: ServerResponse): boolean {
  const path = new URL(request.url ?? "/", "http://fixture").pathname;
  if (!path.startsWith("/api/") && !path.startsWith("/ui/")) return false;
  const found = ANSWERS.find(([pattern]) => pattern.test(path));
  response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
  const data = found?.[1] ?? null;
  const total = Array.isArray(data) ? data.length : 1;
  response.end(
    JSON.stringify({
      status: { code: 200, is_success: true, user_message: "Success!", developer_message: "" },
      data,
      extra: { pagination: { count: total, total_count: total } },
    }),
  );
  return true;
}
