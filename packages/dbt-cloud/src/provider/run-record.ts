import type { JsonObject, TaskClient } from "@airloom/sdk";
import { readNumber, readRecord, readText } from "../contract/json-read.ts";

const KEY = "dbt_cloud.run";
const RERUN_KEY = "dbt_cloud.rerun";

/**
 * What this task has asked of dbt Cloud. Saved before it asks, so that a process that dies in between leaves enough to
 * find the run again.
 */
export interface RunRecord {
  /** Unique text in the run's `cause`, and its idempotency key. */
  readonly marker: string;
  readonly connectionId: string;
  readonly accountId: number;
  readonly jobId: number;
  readonly requestedAt: Date;
  /** When waiting for the run ends. */
  readonly deadlineAt: Date;
  /** For a rerun, which leaves no `cause` of ours: the run it resumes. */
  readonly retryingRunId: number | null;
  readonly runId: number | null;
  /** `intended`: asked, answer unknown. `running`: known and not over. */
  readonly phase: "intended" | "running" | "success" | "error" | "cancelled";
}

/** What this task asked for last, in this chain of tries. */
export async function loadRunRecord(client: TaskClient): Promise<RunRecord | undefined> {
  const saved = readRecord(await client.getTaskState(KEY));
  const marker = readText(saved["marker"]);
  const phase = parsePhase(saved["phase"]);
  if (marker === null || phase === undefined) return undefined;
  return {
    marker,
    phase,
    connectionId: readText(saved["connectionId"]) ?? "dbt_cloud_default",
    accountId: readNumber(saved["accountId"]) ?? 0,
    jobId: readNumber(saved["jobId"]) ?? 0,
    requestedAt: new Date(readText(saved["requestedAt"]) ?? 0),
    deadlineAt: new Date(readText(saved["deadlineAt"]) ?? 0),
    retryingRunId: readNumber(saved["retryingRunId"]),
    runId: readNumber(saved["runId"]),
  };
}

const PHASES = ["intended", "running", "success", "error", "cancelled"] as const;

function parsePhase(given: unknown): RunRecord["phase"] | undefined {
  return PHASES.find((phase) => phase === given);
}

/** Durable when it resolves. */
export async function saveRunRecord(client: TaskClient, record: RunRecord): Promise<void> {
  const saved: JsonObject = {
    ...record,
    requestedAt: record.requestedAt.toISOString(),
    deadlineAt: record.deadlineAt.toISOString(),
  };
  await client.setTaskState(KEY, saved);
}

/** What a person asked for when clearing the task: some nodes again, or what failed. */
export type RerunWish =
  | { readonly kind: "select"; readonly select: string }
  | { readonly kind: "from_failure" };

/** The wish a clear left behind for this chain of tries. */
export async function loadRerunWish(client: TaskClient): Promise<RerunWish | undefined> {
  const saved = readRecord(await client.getTaskState(RERUN_KEY));
  const select = readText(saved["select"])?.trim() ?? "";
  if (select !== "") return { kind: "select", select };
  return saved["fromFailure"] === true ? { kind: "from_failure" } : undefined;
}
