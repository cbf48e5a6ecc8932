import type { JsonObject, JsonValue } from "./json.ts";

export const TRIGGER_RULES = [
  "all_success",
  "all_failed",
  "all_done",
  "all_done_min_one_success",
  "all_skipped",
  "one_failed",
  "one_success",
  "one_done",
  "none_failed",
  "none_failed_min_one_success",
  "none_skipped",
  "always",
] as const;
export type TriggerRule = (typeof TRIGGER_RULES)[number];

export const WEIGHT_RULES = ["downstream", "upstream", "absolute"] as const;
export type WeightRule = (typeof WEIGHT_RULES)[number];

/** When a Dag runs by itself. Presets are spelled out as cron when the Dag file is read. */
export type ScheduleSpec =
  | { readonly kind: "none" }
  | { readonly kind: "once" }
  | { readonly kind: "continuous" }
  /** `preset` keeps what the author wrote, such as `@daily`, for people to read. */
  | {
      readonly kind: "cron";
      readonly expression: string;
      readonly timezone: string;
      readonly preset?: string;
    }
  | { readonly kind: "interval"; readonly seconds: number };

/** Where a task's argument comes from. */
export type InputSpec =
  | { readonly kind: "xcom"; readonly taskId: string; readonly key: string }
  | { readonly kind: "literal"; readonly value: JsonValue };

/**
 * How a branching task chooses. The task's `return_value` is checked against it, and the direct
 * downstream tasks that were not chosen are skipped.
 */
export type BranchSpec =
  | { readonly kind: "if"; readonly then: string | null; readonly else: string | null }
  | { readonly kind: "switch"; readonly cases: readonly string[] };

export interface TaskSpec {
  /** Full id, with its groups as prefix: `group.task`. */
  readonly taskId: string;
  readonly groupId: string | null;
  readonly displayName: string;
  /** What kind of task it is, for people: `task`, `if`, `switch`, `empty`, `run_dbt_cloud_job`, … */
  readonly operator: string;
  /** True for a task without user code: the scheduler sets it to success by itself, as Airflow does for EmptyOperator. */
  readonly isEmpty: boolean;
  readonly owner: string;
  readonly docMd: string | null;
  readonly upstream: readonly string[];
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** The fields whose strings are rendered as templates before the task starts, with what was written. */
  readonly templateFields: JsonObject;
  readonly branch: BranchSpec | null;
  readonly triggerRule: TriggerRule;
  readonly retries: number;
  /** Seconds. */
  readonly retryDelay: number;
  /** 0 is off; 2 doubles the delay on every further try. */
  readonly retryExponentialBackoff: number;
  /** Seconds; null is Airflow's global cap of 24 hours. */
  readonly maxRetryDelay: number | null;
  /** Seconds per attempt. */
  readonly executionTimeout: number | null;
  readonly dependsOnPast: boolean;
  readonly waitForDownstream: boolean;
  readonly pool: string;
  readonly poolSlots: number;
  readonly priorityWeight: number;
  readonly weightRule: WeightRule;
  readonly queue: string;
  readonly maxActiveTisPerDag: number | null;
  readonly maxActiveTisPerDagrun: number | null;
  /** Names of links this task pushes, such as "Monitor Job Run"; each reads the XCom named beside it. */
  readonly links: readonly { readonly name: string; readonly xcomKey: string }[];
  /** TypeScript name of what it returns, where the author's declaration gives one. */
  readonly returns: string | null;
}

export interface GroupSpec {
  readonly groupId: string;
  readonly parentId: string | null;
  readonly tooltip: string;
}

/** A Dag as data: what a Dag file becomes, and all the scheduler ever sees of it. Canonical JSON of this is its version. */
export interface DagSpec {
  readonly dagId: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly docMd: string | null;
  readonly tags: readonly string[];
  readonly owners: readonly string[];
  readonly schedule: ScheduleSpec;
  /** ISO instant. */
  readonly startDate: string | null;
  readonly endDate: string | null;
  /** IANA zone in which `ds` and schedules are told to people. */
  readonly timezone: string;
  readonly catchup: boolean;
  readonly maxActiveRuns: number;
  readonly maxActiveTasks: number;
  readonly maxConsecutiveFailedDagRuns: number;
  /** Seconds. */
  readonly dagrunTimeout: number | null;
  readonly failFast: boolean;
  /** null: the installation's default. */
  readonly isPausedUponCreation: boolean | null;
  readonly params: JsonObject;
  readonly renderTemplateAsNativeObj: boolean;
  readonly tasks: readonly TaskSpec[];
  readonly groups: readonly GroupSpec[];
}
