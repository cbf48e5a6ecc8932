import {
  AirloomError,
  type Connection,
  type JsonObject,
  type JsonValue,
  MAX_XCOM_BYTES,
  type TaskApi,
  type TaskNode,
} from "@airloom/core";

/** What a Dag under test finds instead of a platform. */
export interface TestWorld {
  readonly variables: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, Partial<Connection>>>;
}

/** A task API over maps, with what the attempts left in it. */
export interface MemoryTaskApi extends TaskApi {
  /** XComs by task id and key. */
  readonly xcoms: ReadonlyMap<string, Map<string, JsonValue>>;
  readonly nodes: ReadonlyMap<string, TaskNode>;
  readonly renderedFields: ReadonlyMap<string, JsonObject>;
}

/** Makes one. Task instance ids are task ids here: there is one run. */
export function makeMemoryTaskApi(world: TestWorld): MemoryTaskApi {
  const xcoms = new Map<string, Map<string, JsonValue>>();
  const nodes = new Map<string, TaskNode>();
  const renderedFields = new Map<string, JsonObject>();
  const variables = new Map(Object.entries(world.variables));
  const states = new Map<string, JsonValue>();
  return {
    xcoms,
    nodes,
    renderedFields,
    start: async () => true,
    findXCom: async (_attempt, { taskId, key }) => xcoms.get(taskId)?.get(key),
    async saveXCom({ taskInstanceId }, key, value) {
      checkSize(key, value);
      const own = xcoms.get(taskInstanceId) ?? new Map<string, JsonValue>();
      xcoms.set(taskInstanceId, own.set(key, value));
    },
    async findVariable(_attempt, key) {
      const value = variables.get(key);
      if (value === undefined) return undefined;
      return { key, value, description: null, isSecret: false, updatedAt: null };
    },
    async saveVariable(_attempt, key, value) {
      variables.set(key, value);
    },
    async findConnection(_attempt, connectionId) {
      const written = world.connections[connectionId];
      return written === undefined ? undefined : { ...EMPTY_CONNECTION, connectionId, ...written };
    },
    async saveRenderedFields({ taskInstanceId }, fields) {
      renderedFields.set(taskInstanceId, fields);
    },
    async saveNodes(_attempt, reported) {
      for (const node of reported) nodes.set(node.uniqueId, node);
    },
    async saveTaskState({ taskInstanceId }, key, value) {
      states.set(`${taskInstanceId}/${key}`, value);
    },
    findTaskState: async ({ taskInstanceId }, key) => states.get(`${taskInstanceId}/${key}`),
    async triggerDag(_attempt, { dagId }) {
      throw new AirloomError(
        "dag.not_found",
        `Cannot start Dag "${dagId}" from dag.test(): it runs one Dag only`,
      );
    },
    findRunState: async () => undefined,
  };
}

function checkSize(key: string, value: JsonValue): void {
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size <= MAX_XCOM_BYTES) return;
  throw new AirloomError(
    "xcom.too_large",
    `Cannot keep XCom "${key}" of ${size} bytes: at most ${MAX_XCOM_BYTES} are allowed`,
  );
}

const EMPTY_CONNECTION = {
  connType: "generic",
  description: null,
  host: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: null,
} as const;
