import type { JsonObject } from "../json.ts";
import type { TriggeredBy } from "../state.ts";
import type { DagRun, TaskInstance } from "../task-instance.ts";
import type { Connection } from "./config-store.ts";

export interface TriggerRequest {
  readonly dagId: string;
  readonly runId?: string;
  readonly conf?: JsonObject;
  readonly logicalDate?: Date | null;
  readonly runAfter?: Date;
  readonly note?: string | null;
  readonly triggeredBy: TriggeredBy;
  readonly user: string | null;
}

/** Airflow's ClearTaskInstancesBody, with its defaults resolved by the API layer. */
export interface ClearRequest {
  readonly dagId: string;
  readonly runId?: string;
  readonly startDate?: Date;
  readonly endDate?: Date;
  readonly taskIds?: readonly string[];
  readonly onlyFailed: boolean;
  readonly onlyRunning: boolean;
  readonly includeUpstream: boolean;
  readonly includeDownstream: boolean;
  readonly includePast: boolean;
  readonly includeFuture: boolean;
  readonly resetDagRuns: boolean;
  readonly runOnLatestVersion: boolean;
  readonly preventRunningTask: boolean;
  readonly dryRun: boolean;
  readonly user: string | null;
  /** State the dbt operator of the new chain starts with, such as a selection to rerun; per task id. */
  readonly taskState?: Readonly<Record<string, JsonObject>>;
}

export interface ConnectionTestResult {
  readonly ok: boolean;
  readonly message: string;
  /** What the test saw, for people: host, account, projects, permissions, duration. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/**
 * What people do to runs, whichever way they ask (API, UI, CLI, another task). Every adapter must pass
 * `describeOperations` of the testkit.
 *
 * Contract: what is refused, and a dry run, changes nothing; what two people ask at once takes effect once; every
 * change leaves one row in the audit log.
 *
 * Errors: `dag.not_found`, `run.not_found`, `task.not_found`, `run.conflict` (run id taken), `run.date_taken`,
 * `task.running` (with `preventRunningTask`), `input.invalid`.
 */
export interface Operations {
  triggerRun(request: TriggerRequest): Promise<DagRun>;
  /** Answers the affected task instances as they are before the clear. */
  clear(request: ClearRequest): Promise<readonly TaskInstance[]>;
  /** Marks task instances; a running one is stopped. Answers the affected. */
  markTasks(request: {
    readonly dagId: string;
    readonly runId: string;
    readonly taskId: string;
    readonly mapIndex?: number;
    readonly state: "success" | "failed" | "skipped";
    readonly includeUpstream: boolean;
    readonly includeDownstream: boolean;
    readonly includePast: boolean;
    readonly includeFuture: boolean;
    readonly dryRun: boolean;
    readonly user: string | null;
  }): Promise<readonly TaskInstance[]>;
  /** Marks a run: unfinished tasks are stopped and set to skipped (success) or failed (failed). `queued` clears it. */
  markRun(request: {
    readonly dagId: string;
    readonly runId: string;
    readonly state: "success" | "failed" | "queued";
    readonly user: string | null;
  }): Promise<DagRun>;
  setPaused(dagId: string, isPaused: boolean, user: string | null): Promise<void>;
  /** Runs in a task process, never in the server (S-14, S-20). */
  testConnection(connection: Connection): Promise<ConnectionTestResult>;
  /** Why a task instance has not run yet: the scheduler's own reasons, in order of weight; empty when it may run or did. */
  explain(
    taskInstanceId: string,
  ): Promise<readonly { readonly code: string; readonly message: string }[]>;
}
