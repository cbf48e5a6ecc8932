import type { IncomingMessage, ServerResponse } from "node:http";
import { NODES } from "./flights-nodes.ts";

function dbtTime(text: string | null): string | null {
  return text === null ? null : text.replace("T", " ").replace("Z", "000+00:00");
}

const STEP_NAMES = [
  "Clone git repository",
  "Create profile from connection flights_warehouse",
  "Invoke dbt with `dbt deps`",
  "Invoke dbt with `dbt build --target prod`",
];

/** As long as a real one: its first error stands far below the first line. */
const CONSOLE = `${Array.from({ length: 70 }, (_, at) => `08:06:19  PASS of test ${at + 1}`).join("\n")}
08:06:20  1 of 12 START seed analytics.carriers
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
  trigger: {
    cause:
      "Triggered via Airloom by task 'trigger_dbt_cloud_job_run' in the dbt_cloud_provider_eltml DAG, run scheduled__2026-11-22T08:00:00+00:00. [airloom:30ab1b13-a9b4-4fca-b6f1-fdc54bbf15d6]",
    cause_category: "api",
  },
  job: { name: "Hourly flights build" },
  environment: { name: "Production" },
  run_steps: STEP_NAMES.map((name, index) => ({
    id: index + 1,
    index: index + 1,
    status: index === 3 ? 20 : 10,
    status_humanized: index === 3 ? "Error" : "Success",
    name,
    logs: index === 3 ? CONSOLE : "Done\n",
    debug_logs: "",
    started_at: "2026-11-22 08:06:16.200000+00:00",
    finished_at: "2026-11-22 08:06:18.100000+00:00",
  })),
};

/** A run whose last step still writes. */
const LIVE_RUN_ID = 70413;

function liveRunOf(logs: string): unknown {
  return {
    ...RUN,
    id: LIVE_RUN_ID,
    status: 3,
    is_complete: false,
    can_retry: false,
    finished_at: null,
    run_steps: RUN.run_steps.map((step) =>
      step.index === 4
        ? { ...step, status: 3, status_humanized: "Running", finished_at: null, logs }
        : step,
    ),
  };
}

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
  next_run: null,
};

const SESSION = {
  username: "ada",
  operations: ["job:read", "run:read", "token:read", "token:write"],
  version: "1.0.0",
  platform_url: "http://127.0.0.1:8080",
};

interface FixtureToken {
  readonly id: number;
  readonly name: string;
  readonly permission_grants: readonly object[];
  readonly last_used: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
}

const TOKEN: FixtureToken = {
  id: 1001,
  name: "airflow-production",
  permission_grants: [{ permission_set: "job_admin", project_id: 1 }],
  last_used: "2026-11-22T08:06:14.000000Z",
  expires_at: null,
  created_at: "2026-11-01T08:06:14.000000Z",
};

const NODE_ROWS = NODES.map((node, index) => ({
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
}));

/** A list of nodes has no SQL; a node by itself does. */
function listNodes(uniqueId: string | null): unknown {
  return uniqueId === null
    ? NODE_ROWS.map((node) => ({ ...node, compiled_code: null }))
    : NODE_ROWS.filter((node) => node.unique_id === uniqueId);
}

const ANSWERS: readonly (readonly [RegExp, unknown])[] = [
  [/^\/api\/v2\/accounts\/$/u, [{ id: 1, name: "Airloom" }]],
  [/\/projects\/$/u, [{ id: 1, name: "Analytics" }]],
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
];

/** A job service for the pages alone: it keeps tokens and remembers what was sent. */
export interface DbtFixture {
  readonly writes: readonly { readonly line: string; readonly body: unknown }[];
  /** Adds lines to the log of the run that still writes. */
  readonly write: (text: string) => void;
  /** Answers as the job service would. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export function openDbtFixture(operations: readonly string[] = SESSION.operations): DbtFixture {
  const writes: { line: string; body: unknown }[] = [];
  let tokens: readonly FixtureToken[] = [TOKEN];
  let written = "";

  function answerTokens(line: string, body: object): unknown {
    if (line.startsWith("GET")) return tokens;
    if (!line.endsWith("/service-tokens/")) {
      tokens = tokens.filter(({ id }) => !line.endsWith(`/${id}/`));
      return null;
    }
    const token = { ...TOKEN, last_used: null, ...body, id: TOKEN.id + tokens.length };
    tokens = [...tokens, token];
    return { ...token, token_string: "dbtc_shown_once" };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://fixture");
    const line = `${request.method} ${path}`;
    const body = await readBody(request);
    if (request.method !== "GET") writes.push({ line, body });
    if (line === "POST /auth/logout") return void response.writeHead(204).end();
    if (path.includes("/service-tokens/")) return send(response, answerTokens(line, body));
    if (path === "/api/private/session/") return send(response, { ...SESSION, operations });
    if (/\/runs\/\d+\/nodes\/$/u.test(path)) {
      return send(response, listNodes(searchParams.get("unique_id")));
    }
    if (path.endsWith(`/runs/${LIVE_RUN_ID}/`)) return send(response, liveRunOf(written));
    const found = ANSWERS.find(([pattern]) => pattern.test(path));
    send(response, found?.[1] ?? null, found === undefined ? 404 : 200);
  }

  return {
    writes,
    write: (text) => {
      written += text;
    },
    answer: (request, response) => {
      if (!/^\/(?:api|ui|auth)\//u.test(request.url ?? "/")) return false;
      respond(request, response).catch((error: unknown) =>
        response.destroy(new Error(String(error))),
      );
      return true;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, data: unknown, code = 200): void {
  const total = Array.isArray(data) ? data.length : 1;
  response.writeHead(code, { "content-type": "application/json" });
  response.end(
    JSON.stringify({
      status: { code, is_success: code === 200, user_message: "Success!", developer_message: "" },
      data,
      extra: { pagination: { count: total, total_count: total } },
    }),
  );
}
