import { isRecord, type JsonRecord } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";

/** A field whose value, where it asks for something, cannot be honoured yet. */
interface Refusal {
  readonly path: string;
  readonly reason: string;
}

const NO_CI =
  "this service builds no pull requests yet: the run would build into the environment's own schema";
const NO_WEBHOOKS = "no git provider can tell this service of a change yet";
const NO_DEFERRAL = "this service does not defer to another run's artifacts yet";
const NO_STATE = "this service builds every node that is selected, whatever has changed";
const NOBODY_SENDS = "this service sends no notifications yet: nobody would be told";

/** What each request may ask for in dbt Cloud and this service cannot do. Null, false and nothing ask for nothing. */
const REFUSALS = {
  job: [
    { path: "triggers.github_webhook", reason: NO_WEBHOOKS },
    { path: "triggers.git_provider_webhook", reason: NO_WEBHOOKS },
    { path: "triggers.on_merge", reason: NO_WEBHOOKS },
    { path: "triggers.custom_branch_only", reason: NO_WEBHOOKS },
    { path: "triggers_on_draft_pr", reason: NO_WEBHOOKS },
    { path: "deferring_environment_id", reason: NO_DEFERRAL },
    { path: "deferring_job_definition_id", reason: NO_DEFERRAL },
    { path: "run_compare_changes", reason: NO_DEFERRAL },
    { path: "run_lint", reason: "this service has no linter" },
    { path: "cost_optimization_features", reason: NO_STATE },
    { path: "lifecycle_webhooks", reason: "this service calls no webhooks yet" },
  ],
  trigger: [
    { path: "github_pull_request_id", reason: NO_CI },
    { path: "gitlab_merge_request_id", reason: NO_CI },
    { path: "azure_pull_request_id", reason: NO_CI },
    { path: "azure_devops_pull_request_id", reason: NO_CI },
    { path: "non_native_pull_request_id", reason: NO_CI },
  ],
  environment: [
    { path: "enable_dbt_state", reason: NO_STATE },
    { path: "enable_model_query_history", reason: "this service keeps no history of queries" },
  ],
  project: [{ path: "type", reason: "this service has no hybrid projects" }],
  connection: [{ path: "is_ssh_tunnel_enabled", reason: "this service opens no SSH tunnels" }],
  notification: [
    { path: "on_success", reason: NOBODY_SENDS },
    { path: "on_failure", reason: NOBODY_SENDS },
    { path: "on_cancel", reason: NOBODY_SENDS },
    { path: "on_warning", reason: NOBODY_SENDS },
  ],
} as const satisfies Readonly<Record<string, readonly Refusal[]>>;

const JOB_TYPES_REFUSED = new Set(["ci", "merge", "adaptive", "exposure_sync", "hybrid"]);

/** Refuses, with the reason, what a request asks for and this service would have to ignore. */
export function refuseUnhonoured(kind: string, given: JsonRecord): void {
  const action = kind === "trigger" ? "start the run" : `save the ${kind}`;
  const refusals = new Map<string, readonly Refusal[]>(Object.entries(REFUSALS)).get(kind) ?? [];
  for (const { path, reason } of refusals) {
    const value = readPath(given, path);
    if (asksForNothing(value)) continue;
    throw new ApiError(
      400,
      `Cannot ${action}: "${path}" is ${JSON.stringify(value)}, but ${reason}`,
    );
  }
  const type = given["job_type"];
  if (kind !== "job" || typeof type !== "string" || !JOB_TYPES_REFUSED.has(type)) return;
  throw new ApiError(
    400,
    `Cannot ${action}: "job_type" is "${type}", but this service runs jobs of the types scheduled and other alone`,
  );
}

function readPath(given: JsonRecord, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), given);
}

function asksForNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(asksForNothing);
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    (typeof value === "string" && ["", "0", "false", "null"].includes(value.toLowerCase()))
  );
}

const NEEDS_STATE = /(?:^|[\s,=+@"'\d])(?<method>state|result|source_status):[a-z]/iu;

/** Refuses a command that compares with an earlier run, unless it brings that run's artifacts along. */
export function refuseState(command: string): void {
  const words = command.split(/\s+/u);
  if (words.some((word) => /^--state(?:=|$)/u.test(word))) return;
  const flag = words.find((word) => /^--(?:defer|favor-state)$/u.test(word));
  const method = NEEDS_STATE.exec(command)?.groups?.["method"];
  if (flag === undefined && method === undefined) return;
  throw new ApiError(
    400,
    `Cannot run "${command}": ${flag ?? `"${method}:"`} compares with an earlier run, and ${NO_DEFERRAL}; name its artifacts with --state`,
  );
}
