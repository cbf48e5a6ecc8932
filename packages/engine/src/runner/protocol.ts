import {
  AirloomError,
  type ErrorCode,
  type JsonValue,
  type LogLine,
  type Outcome,
  type TaskApi,
  type Workload,
} from "@airloom/core";

/** What a task process is told. */
export type RunnerRequest =
  | { readonly kind: "start"; readonly entry: string; readonly cacheDir: string }
  /**
   * `mark` is what the process writes to its standard streams when the attempt is over. Where the attempt is not confirmed
   * yet, `confirm` follows: until then its Dag file can be imported, but none of its code may run.
   */
  | {
      readonly kind: "run";
      readonly workload: Workload;
      readonly mark: string;
      readonly isConfirmed: boolean;
    }
  /** Whether the attempt may run: its start is durable, or it was taken away. */
  | { readonly kind: "confirm"; readonly isConfirmed: boolean }
  | { readonly kind: "abort"; readonly reason: string }
  | Answer;

/** The answer to a call. */
export type Answer =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly id: number; readonly error: WireError };

/** What a task process says, in order. */
export type RunnerMessage =
  | { readonly kind: "ready" }
  /** Files it has imported were changed: it cannot run this workload and ends. */
  | { readonly kind: "stale" }
  | LogMessage
  | { readonly kind: "mask"; readonly value: string }
  | CallMessage
  /** It has heard that it is to stop. */
  | { readonly kind: "aborting" }
  /** It has cancelled what it could. */
  | { readonly kind: "cancelled" }
  | {
      readonly kind: "finished";
      readonly outcome: Outcome;
      readonly skip: readonly string[];
      /** False when the attempt left timers or unhandled errors behind. */
      readonly isClean: boolean;
    };

/** Output of an attempt: a whole text of its author, or a piece of a stream. */
export interface LogMessage {
  readonly kind: "log";
  readonly source: "task" | "stdout" | "stderr";
  readonly level: LogLine["level"];
  readonly text: string;
}

/** A call of the task API, without the attempt: whose it is, the other side knows. */
export interface CallMessage {
  readonly kind: "call";
  readonly id: number;
  readonly method: CallableMethod;
  readonly args: readonly unknown[];
}

/** An error that crosses a process border. */
export interface WireError {
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** What of the task API user code reaches; the start of an attempt is no business of its own. */
export const CALLABLE_METHODS = [
  "findXCom",
  "saveXCom",
  "findVariable",
  "saveVariable",
  "findConnection",
  "saveRenderedFields",
  "saveNodes",
  "saveTaskState",
  "findTaskState",
  "triggerDag",
  "findRunState",
] as const satisfies readonly (keyof TaskApi)[];
export type CallableMethod = (typeof CALLABLE_METHODS)[number];

export function toWireError(error: unknown): WireError {
  if (error instanceof AirloomError) return { code: error.code, message: error.message };
  return { code: null, message: error instanceof Error ? error.message : String(error) };
}

export function fromWireError({ code, message }: WireError): Error {
  return code === null ? new Error(message) : new AirloomError(code, message);
}

/** Makes dates again of what JSON made texts of. */
export function reviveWorkload(workload: Workload): Workload {
  const { run, taskInstance } = workload;
  return {
    ...workload,
    run: reviveDates(run, [
      "logicalDate",
      "dataIntervalStart",
      "dataIntervalEnd",
      "runAfter",
      "queuedAt",
      "startedAt",
      "endedAt",
    ]),
    taskInstance: reviveDates(taskInstance, [
      "leaseExpiresAt",
      "scheduledAt",
      "queuedAt",
      "startedAt",
      "endedAt",
      "nextTryAt",
    ]),
  };
}

/** Makes dates again of the given fields. */
export function reviveDates<T extends object>(record: T, fields: readonly (keyof T)[]): T {
  const dates = fields.flatMap((field) => {
    const value: unknown = record[field];
    return typeof value === "string" ? [[field, new Date(value)] as const] : [];
  });
  return { ...record, ...Object.fromEntries(dates) };
}

/** Makes dates again in the arguments of a call. */
export function reviveCall({ method, args }: CallMessage): readonly unknown[] {
  if (method !== "saveNodes") return args;
  const [nodes] = args;
  if (!Array.isArray(nodes)) throw new AirloomError("input.invalid", "Cannot read reported nodes");
  return [
    nodes.map((node: Readonly<Record<string, JsonValue>>) =>
      reviveDates(node, ["startedAt", "endedAt"]),
    ),
  ];
}

/** How an attempt ends that lost its place before any of its code ran. */
export const TAKEN_AWAY = {
  kind: "lost",
  message: "the attempt was taken away before it began",
} as const satisfies Outcome;
