import {
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
  readTexts,
} from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";
import { splitCommand } from "./command.ts";
import { refuseState } from "./refusal.ts";
import { normalizeSchedule } from "./schedule.ts";

/** Ids a job hangs on, already looked up and found to belong together. */
export interface JobPlace {
  readonly accountId: number;
  readonly projectId: number;
  readonly environmentId: number;
}

const AUTHORITATIVE_TYPES = new Set(["ci", "merge", "adaptive", "exposure_sync", "hybrid"]);

/**
 * A job as stored, out of what a client sent: every missing field has its default, unknown and read-only ones are
 * dropped, and what comes back can be sent again without changing anything.
 */
export function normalizeJob(given: JsonRecord, place: JobPlace): JsonRecord {
  const triggers = normalizeTriggers(readRecord(given["triggers"]));
  return {
    account_id: place.accountId,
    project_id: place.projectId,
    environment_id: place.environmentId,
    name: readName(given["name"]),
    description: readText(given["description"]) ?? "",
    dbt_version: readText(given["dbt_version"]),
    execute_steps: normalizeSteps(given["execute_steps"]),
    execution: {
      timeout_seconds: Math.max(
        0,
        readNumber(readRecord(given["execution"])["timeout_seconds"]) ?? 0,
      ),
    },
    generate_docs: given["generate_docs"] === true,
    run_generate_sources:
      given["run_generate_sources"] === true || given["generate_sources"] === true,
    run_lint: given["run_lint"] === true,
    errors_on_lint_failure: given["errors_on_lint_failure"] !== false,
    run_compare_changes: given["run_compare_changes"] === true,
    compare_changes_flags: readText(given["compare_changes_flags"]) ?? "--select state:modified",
    deferring_job_definition_id: readNumber(given["deferring_job_definition_id"]),
    deferring_environment_id: readNumber(given["deferring_environment_id"]),
    triggers,
    triggers_on_draft_pr: given["triggers_on_draft_pr"] === true,
    settings: normalizeSettings(readRecord(given["settings"])),
    schedule: normalizeSchedule(given["schedule"]),
    job_type: inferJobType(given["job_type"], triggers),
    job_completion_trigger_condition: normalizeCompletion(
      given["job_completion_trigger_condition"],
    ),
    lifecycle_webhooks: given["lifecycle_webhooks"] === true,
    lifecycle_webhooks_url: readText(given["lifecycle_webhooks_url"]),
    cost_optimization_features: normalizeFeatures(given["cost_optimization_features"]),
    force_node_selection:
      typeof given["force_node_selection"] === "boolean" ? given["force_node_selection"] : null,
  };
}

function readName(given: unknown): string {
  const name = readText(given)?.trim() ?? "";
  if (name === "") throw new ApiError(400, 'Cannot save the job: "name" is missing');
  return name;
}

/** Commands of a job or of an override, each checked to be a dbt command. */
export function normalizeSteps(given: unknown): readonly string[] {
  const steps = readTexts(given).map((step) => step.trim());
  if (steps.length !== readArray(given).length || steps.some((step) => step === "")) {
    throw new ApiError(400, "Cannot save the job: every member of execute_steps must be a command");
  }
  for (const step of steps) {
    if (splitCommand(step)[0] !== "dbt") {
      throw new ApiError(400, `Cannot run "${step}": a step starts with dbt, such as "dbt build"`);
    }
    refuseState(step);
  }
  return steps;
}

function normalizeTriggers(given: JsonRecord): JsonRecord {
  return {
    github_webhook: given["github_webhook"] === true,
    git_provider_webhook: readFlag(given["git_provider_webhook"]),
    schedule: given["schedule"] === true,
    on_merge: readFlag(given["on_merge"]),
    custom_branch_only: readFlag(given["custom_branch_only"]),
  };
}

function readFlag(given: unknown): boolean | null {
  return typeof given === "boolean" ? given : null;
}

function normalizeSettings(given: JsonRecord): JsonRecord {
  return {
    threads: Math.max(1, readNumber(given["threads"]) ?? 1),
    target_name: readText(given["target_name"]) ?? "default",
  };
}

// As in dbt Cloud, `scheduled` and `other` follow from the triggers; the other types are what was asked for.
function inferJobType(given: unknown, triggers: JsonRecord): string {
  if (typeof given === "string" && AUTHORITATIVE_TYPES.has(given)) return given;
  if (triggers["on_merge"] === true) return "merge";
  if (triggers["github_webhook"] === true || triggers["git_provider_webhook"] === true) return "ci";
  return triggers["schedule"] === true ? "scheduled" : "other";
}

function normalizeCompletion(given: unknown): JsonRecord | null {
  const condition = readRecord(readRecord(given)["condition"]);
  const jobId = readNumber(condition["job_id"]);
  if (jobId === null) return null;
  return {
    condition: {
      job_id: jobId,
      project_id: readNumber(condition["project_id"]),
      statuses: readArray(condition["statuses"])
        .map(readNumber)
        .filter((status) => status !== null),
    },
  };
}

/** The job whose end starts this one; null when none does. */
export function getAwaitedJob(job: JsonRecord): number | null {
  const { condition } = readRecord(job["job_completion_trigger_condition"]);
  return readNumber(readRecord(condition)["job_id"]);
}

function normalizeFeatures(given: unknown): readonly string[] {
  const features = readTexts(given);
  return features.includes("dbt_state") ? ["dbt_state"] : features;
}
