import type { JsonObject, JsonValue } from "../json.ts";
import type { NodeState } from "../state.ts";
import type { TaskNode } from "../task-instance.ts";

/** Things that belong to an attempt and are shown on its page. */
export interface AttemptStore {
  /** Upserts by `uniqueId`; a node that is left out stays as it was. */
  saveNodes(taskInstanceId: string, tryNumber: number, nodes: readonly TaskNode[]): Promise<void>;
  listNodes(taskInstanceId: string, tryNumber?: number): Promise<readonly TaskNode[]>;
  /** Node states of many runs for the grid: small rows only. */
  loadNodeGrid(
    dagId: string,
    runIds: readonly string[],
  ): Promise<
    readonly {
      readonly runId: string;
      readonly taskId: string;
      readonly uniqueId: string;
      readonly name: string;
      readonly resourceType: string;
      readonly state: string;
      readonly index: number;
    }[]
  >;
  /** How many nodes of each state the newest attempts of these runs have: node health of the Dags page in one query. */
  loadNodeCounts(dagRunIds: readonly string[]): Promise<
    readonly {
      readonly dagRunId: string;
      readonly state: NodeState;
      readonly count: number;
    }[]
  >;
  saveRenderedFields(taskInstanceId: string, tryNumber: number, fields: JsonObject): Promise<void>;
  findRenderedFields(taskInstanceId: string, tryNumber?: number): Promise<JsonObject | undefined>;
  /**
   * State of a task that outlives its process, per chain: the record of an intent before an outside call.
   * A clear starts a new chain and with it an empty state.
   */
  saveTaskState(
    taskInstanceId: string,
    chain: number,
    key: string,
    value: JsonValue,
  ): Promise<void>;
  findTaskState(taskInstanceId: string, chain: number, key: string): Promise<JsonValue | undefined>;
}
