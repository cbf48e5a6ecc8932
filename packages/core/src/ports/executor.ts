import type { TaskSpec } from "../dag-spec.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type {
  DagRun,
  Deferral,
  Failure,
  Resumption,
  TaskInstance,
  TaskNode,
} from "../task-instance.ts";
import type { Connection, Variable } from "./config-store.ts";

/** One attempt to run: all a task process is told. Contains no secret. */
export interface Workload {
  readonly taskInstance: TaskInstance;
  readonly leaseToken: string;
  readonly run: DagRun;
  readonly task: TaskSpec;
  /** Absolute path of the Dag file. */
  readonly file: string;
  /** Content hash of that file: routes to a process that has imported it already. */
  readonly fileHash: string;
  readonly resumption: Resumption | null;
}

/** How an attempt ended, in the words of the process that ran it. */
export type Outcome =
  | { readonly kind: "success" }
  | { readonly kind: "skipped"; readonly message: string | null }
  /** `retryable: false` is the author's `TaskFailed`: no further try. */
  | { readonly kind: "failed"; readonly failure: Failure; readonly retryable: boolean }
  | { readonly kind: "deferred"; readonly deferral: Deferral }
  | { readonly kind: "rescheduled"; readonly nextTryAt: Date }
  /** The process died with its environment, not by the author's code. */
  | { readonly kind: "lost"; readonly message: string };

export type ExecutorEvent =
  /** Its start was confirmed: user code runs from now on. */
  | { readonly kind: "started"; readonly taskInstanceId: string; readonly tryNumber: number }
  | {
      readonly kind: "finished";
      readonly taskInstanceId: string;
      readonly tryNumber: number;
      readonly leaseToken: string;
      readonly outcome: Outcome;
      /** For a branching task: the direct downstream task ids that were not chosen. */
      readonly skip: readonly string[];
    };

/**
 * Runs attempts somewhere. The scheduler owns state; an executor only carries work and says what became of it.
 * Every adapter must pass `describeExecutor` of the testkit.
 *
 * Contract: `finished` is reported exactly once for every workload that was given to `start`, also when its process is
 * killed; no code of one runs before its start is confirmed, and one whose start is not confirmed is `lost`; `abort` of
 * an unknown attempt does nothing; after `close` no process of an attempt is left, and what had not finished is `lost`.
 */
export interface Executor {
  /** How many more workloads would start at once; more than that wait. */
  readonly freeSlots: number;
  start(workload: Workload): void;
  /** Asks all attempts of the task instance to stop: abort signal, SIGTERM to the process group, SIGKILL after the grace time. */
  abort(taskInstanceId: string, reason: string): void;
  onEvent(listener: (event: ExecutorEvent) => void): void;
  close(): Promise<void>;
}

/**
 * What a task process (or the triggerer, for a deferred one) may ask of the platform, always in the name of its own attempt.
 * Every adapter must pass `describeTaskApi` of the testkit, and what only carries calls `describeTaskCalls`.
 *
 * Contract: every call carries the attempt's lease and is refused with `auth.forbidden` to whoever never held it. Once
 * the lease is gone, calls that change something are refused too; those that only read are still answered to an attempt
 * that was running, which may have to cancel what it began outside.
 */
export interface TaskApi {
  /** Confirms the start, once: `queued` → `running` is durable before any user code runs. False: do not run. */
  start(attempt: AttemptKey): Promise<boolean>;
  findXCom(
    attempt: AttemptKey,
    key: { dagId: string; runId: string; taskId: string; mapIndex: number; key: string },
  ): Promise<JsonValue | undefined>;
  /** `shown` is what people see of a value that holds a secret: the platform says it, user code cannot. */
  saveXCom(
    attempt: AttemptKey,
    key: string,
    value: JsonValue,
    shown?: JsonValue | null,
  ): Promise<void>;
  findVariable(attempt: AttemptKey, key: string): Promise<Variable | undefined>;
  /** `isSecret`: the value holds a secret, and is kept as one from now on. The platform says it, user code cannot. */
  saveVariable(attempt: AttemptKey, key: string, value: string, isSecret?: boolean): Promise<void>;
  findConnection(attempt: AttemptKey, connectionId: string): Promise<Connection | undefined>;
  saveRenderedFields(attempt: AttemptKey, fields: JsonObject): Promise<void>;
  saveNodes(attempt: AttemptKey, nodes: readonly TaskNode[]): Promise<void>;
  saveTaskState(attempt: AttemptKey, key: string, value: JsonValue): Promise<void>;
  findTaskState(attempt: AttemptKey, key: string): Promise<JsonValue | undefined>;
  /** Starts a run of another Dag; answers its run id. */
  triggerDag(
    attempt: AttemptKey,
    request: { dagId: string; runId: string | null; conf: JsonObject; logicalDate: string | null },
  ): Promise<string>;
  findRunState(
    attempt: AttemptKey,
    key: { dagId: string; runId: string },
  ): Promise<string | undefined>;
}

export interface AttemptKey {
  readonly taskInstanceId: string;
  readonly tryNumber: number;
  readonly leaseToken: string;
}
