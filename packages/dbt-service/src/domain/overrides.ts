import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";
import { normalizeSteps } from "./job.ts";
import { refuseUnhonoured } from "./refusal.ts";

const NUMBERS = [
  "github_pull_request_id",
  "gitlab_merge_request_id",
  "non_native_pull_request_id",
  "threads_override",
  "timeout_seconds_override",
] as const;
const TEXTS = [
  "git_sha",
  "git_branch",
  "schema_override",
  "dbt_version_override",
  "target_name_override",
] as const;

/** What a trigger request overrides, each key present and null where it does not. */
export function normalizeOverrides(body: JsonRecord): JsonRecord {
  refuseUnhonoured("trigger", body);
  const steps = body["steps_override"];
  const numbers = NUMBERS.map((key) => [key, readNumber(body[key])] as const);
  const texts = TEXTS.map((key) => [key, readText(body[key]) || null] as const);
  const schema = readText(body["schema_override"]);
  if (schema !== null && schema.length > 127) {
    throw new ApiError(400, "Cannot start the run: schema_override is longer than 127 letters");
  }
  return {
    ...Object.fromEntries(numbers),
    ...Object.fromEntries(texts),
    azure_pull_request_id:
      readNumber(body["azure_pull_request_id"]) ?? readNumber(body["azure_devops_pull_request_id"]),
    generate_docs_override:
      typeof body["generate_docs_override"] === "boolean" ? body["generate_docs_override"] : null,
    steps_override: Array.isArray(steps) && steps.length > 0 ? normalizeSteps(steps) : null,
  };
}
