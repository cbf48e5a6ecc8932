import type { JsonObject, JsonValue } from "./json.ts";
import type { NodeState, RunState, RunType, TaskState, TriggeredBy } from "./state.ts";

/** A dag run as stored. `(dagId, runId)` names it; `id` is its row. */
export interface DagRun {
  readonly id: string;
  readonly dagId: string;
  readonly runId: string;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly triggeringUser: string | null;
  readonly state: RunState;
  readonly logicalDate: Date | null;
  readonly dataIntervalStart: Date | null;
  readonly dataIntervalEnd: Date | null;
  readonly runAfter: Date;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly conf: JsonObject;
  readonly note: string | null;
  /** The Dag version this run is pinned to. */
  readonly dagVersion: number;
  readonly dagHash: string;
  /** How often it was cleared after it had finished. */
  readonly clearNumber: number;
}

/** Why an attempt failed: what the UI shows first. */
export interface Failure {
  readonly message: string;
  /** `file:line:column` in the author's file, from the project's folder, where known. */
  readonly place: string | null;
  readonly stack: string | null;
  /** Machine-readable kind: `error`, `timeout`, `killed`, `lost`, `skipped`, `fail`. */
  readonly kind: string;
}

/** A wait handed to the triggerer. */
export interface Deferral {
  /** Registered name of the trigger class, such as `dbt_cloud.run_job`. */
  readonly trigger: string;
  readonly input: JsonObject;
  /** Absolute end of the wait; the task is then resumed with a timeout. */
  readonly timeoutAt: string | null;
}

/** What a resumed task finds: its trigger's event, or the news that the wait timed out. */
export type Resumption =
  | { readonly kind: "event"; readonly payload: JsonValue }
  | { readonly kind: "timeout" }
  | { readonly kind: "error"; readonly message: string };

export interface TaskInstance {
  readonly id: string;
  readonly dagRunId: string;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number;
  readonly state: TaskState;
  /** 0 before the first attempt is scheduled. */
  readonly tryNumber: number;
  readonly maxTries: number;
  /** Counts clears: attempts of one chain belong together, and at most one of a chain succeeds. */
  readonly chain: number;
  /** How often an attempt of this chain was lost with its environment; such tries do not use up `retries`. */
  readonly lostCount: number;
  readonly operator: string;
  readonly pool: string;
  readonly poolSlots: number;
  readonly priorityWeight: number;
  readonly queue: string;
  /** Names the one process entitled to write for the current attempt. */
  readonly leaseToken: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly scheduledAt: Date | null;
  readonly queuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** When a task in `up_for_retry` or `up_for_reschedule` may start again. */
  readonly nextTryAt: Date | null;
  readonly deferral: Deferral | null;
  readonly resumption: Resumption | null;
  readonly failure: Failure | null;
  /** Why the scheduler last held it back, in its own words; null when it did not. */
  readonly holdReason: string | null;
  /** What a person wrote on it: it stays through tries, marks and clears, so no transition changes it. */
  readonly note: string | null;
  readonly worker: string | null;
}

/** One dbt node (model, test, seed, …) inside a task instance's attempt. */
export interface TaskNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly resourceType: string;
  readonly state: NodeState;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly executionTimeS: number | null;
  readonly message: string | null;
  readonly failures: number | null;
  readonly compiledSql: string | null;
  readonly relationName: string | null;
  /** Path in the dbt project of what failed, with the line of that file where the error names one. */
  readonly file: string | null;
  readonly line: number | null;
  /** The line of `compiledSql` at which the database stopped. */
  readonly compiledLine?: number | null;
  readonly dependsOn: readonly string[];
  /** Order of first appearance. */
  readonly index: number;
}

/** One attempt that is over, kept for people and for the invariant checker. */
export interface TaskTry {
  readonly tryNumber: number;
  readonly state: TaskState;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly queuedAt: Date | null;
  readonly failure: Failure | null;
  readonly worker: string | null;
}
