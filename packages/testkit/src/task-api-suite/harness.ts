import type {
  AttemptKey,
  Connection,
  JsonObject,
  TaskApi,
  TaskNode,
  TaskState,
  Variable,
  XComKey,
} from "@airloom/core";

/** What a task may ask for once its start is confirmed. */
export type TaskCalls = Omit<TaskApi, "start">;

/**
 * What the platform holds in every test of the suite, beside the attempt of Dag "dag": these, the same connection under
 * other ids for some Dags only, and a Dag "other" without runs. Each of the two is tagged `of_` and its id.
 */
export const TASK_WORLD: {
  readonly connection: Connection;
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  readonly variable: Omit<Variable, "updatedAt">;
} = {
  scopes: {
    by_id: ["dag"],
    by_pattern: ["none", "d*g"],
    by_tag: ["tag:of_dag"],
    other_id: ["other"],
    other_pattern: ["oth*"],
    other_tag: ["tag:of_other"],
    nobody: ["gone"],
  },
  connection: {
    connectionId: "db",
    connType: "postgres",
    description: null,
    host: "db.example",
    login: "user",
    password: "pass/word+with ünusual?signs",
    schema: null,
    port: 5432,
    extra: '{"api_key": "k"}',
  },
  variable: { key: "token", value: "t0ken", description: "of the API", isSecret: true },
};

/** One opened task API with an attempt that may use it. */
export interface TaskCallsHarness<Api extends TaskCalls = TaskCalls> {
  readonly api: Api;
  readonly attempt: AttemptKey;
  /** Whose attempt it is. */
  readonly place: Omit<XComKey, "key">;
  /** The attempt is taken away: its task instance is cleared, and the next attempt, which is answered, is queued. */
  readonly clear: () => Promise<AttemptKey>;
  readonly loadState: () => Promise<TaskState>;
  /** The nodes kept of the attempt. */
  readonly loadNodes: () => Promise<readonly TaskNode[]>;
  /** The rendered fields kept of the attempt. */
  readonly loadRenderedFields: () => Promise<JsonObject | undefined>;
  close(): Promise<void>;
}

/** Attempts that are almost the given one. */
export function strangersTo(attempt: AttemptKey): readonly AttemptKey[] {
  return [
    { ...attempt, leaseToken: "made up" },
    { ...attempt, tryNumber: attempt.tryNumber + 1 },
    { ...attempt, taskInstanceId: "999999" },
  ];
}
