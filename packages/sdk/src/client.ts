import type { Connection, JsonObject, JsonValue, RunState, TaskNode } from "@airloom/core";

/** A dbt node as a task reports it: who it is and how it stands; everything else as far as it is known. */
export type NodeReport = Pick<TaskNode, "uniqueId" | "name" | "resourceType" | "state"> &
  Partial<Omit<TaskNode, "uniqueId" | "name" | "resourceType" | "state">>;

/** Names an XCom; what is left out is that of the asking task. */
export interface XComAddress {
  /** @default "return_value" */
  readonly key?: string;
  readonly dagId?: string;
  readonly runId?: string;
  readonly taskId?: string;
  /** @default -1, a task that is not mapped */
  readonly mapIndex?: number;
}

/** What a task or a trigger may ask of the platform, always in the name of its own attempt. */
export interface TaskClient {
  /** Answers null when there is no such variable. */
  getVariable(key: string): Promise<string | null>;
  /** Throws `VariableNotFoundError` when there is no such variable. */
  getVariableOrThrow(key: string): Promise<string>;
  setVariable(key: string, value: string): Promise<void>;
  /** Answers null when there is no such connection. Its secrets are masked in this attempt's logs from here on. */
  getConnection(connectionId: string): Promise<Connection | null>;
  /** Throws `ConnectionNotFoundError` when there is no such connection. */
  getConnectionOrThrow(connectionId: string): Promise<Connection>;
  /** Answers null when nothing was pushed under that key. */
  getXCom(address: XComAddress): Promise<JsonValue | null>;
  setXCom(entry: { readonly key: string; readonly value: JsonValue }): Promise<void>;
  /** State of this task that outlives its process; it is empty again after a clear. Null when nothing was saved. */
  getTaskState(key: string): Promise<JsonValue | null>;
  /** Durable when it resolves: an intent saved here before an outside call is found again after a crash. */
  setTaskState(key: string, value: JsonValue): Promise<void>;
  /** Shows dbt nodes under this task, live. A node that is left out stays as it was. */
  reportNodes(nodes: readonly NodeReport[]): Promise<void>;
  /** Starts a run of another Dag and answers its run id. */
  triggerDag(request: {
    readonly dagId: string;
    readonly runId?: string;
    readonly conf?: JsonObject;
    readonly logicalDate?: Date;
  }): Promise<string>;
  /** Answers null when there is no such run. */
  getRunState(run: { readonly dagId: string; readonly runId: string }): Promise<RunState | null>;
  /**
   * Hides a value in all that people are shown of this attempt from now on: logs, errors, XComs, rendered fields, nodes.
   * Other tasks receive XComs as they are; a variable that is set to a text with the value in it becomes a secret one.
   */
  maskSecret(value: string): void;
}
