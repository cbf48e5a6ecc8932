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
  /** When the run was asked for last: from then on it may turn up in lists, late. */
  readonly requestedAt: Date;
  /** When waiting for the run ends. */
  readonly deadlineAt: Date;
  /** For a rerun, which leaves no `cause` of ours: the run it resumes. */
  readonly retryingRunId: number | null;
  readonly runId: number | null;
  /** Page of the run, for people. */
  readonly runUrl: string | null;
  readonly phase: RunPhase;
}

/** The record of a run whose id is known. */
export type KnownRun = RunRecord & { readonly runId: number };

/** How far the asking came. */
export type RunPhase = (typeof PHASES)[number];

const PHASES = [
  /** Asked for, the answer unknown: looked for before it is asked for again. */
  "intended",
  /** Refused, so that there is no run. */
  "refused",
  /** Known and not over. */
  "running",
  /** Lost sight of in an outage; it may still be running, and the next try goes on with it. */
  "unseen",
  /** Told to stop, the stop not seen; it may still be running, and the next try stops it before it starts another. */
  "not_stopped",
  /** Not found for as long as patience goes, nobody knows why: the next try asks for it once more, then starts anew. */
  "unfound",
  /** Deleted: the next try starts anew. */
  "gone",
  "success",
  "error",
  "cancelled",
] as const;

/** True while a run of this record may be going on. */
export function isOpen({ phase }: RunRecord): boolean {
  return ["intended", "running", "unseen", "not_stopped", "unfound"].includes(phase);
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
    runUrl: readText(saved["runUrl"]),
  };
}

function parsePhase(given: unknown): RunPhase | undefined {
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
