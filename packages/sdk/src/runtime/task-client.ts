import { type AttemptKey, RUN_STATES, type RunState, type TaskNode } from "@airloom/core";
import { toJsonValue } from "../authoring/wire.ts";
import type { NodeReport, TaskClient } from "../client.ts";
import type { AttemptIdentity } from "../context.ts";
import { ConnectionNotFoundError, VariableNotFoundError } from "../not-found.ts";
import type { AttemptHost } from "./attempt-host.ts";

/** The client of one attempt, over the platform's task API. */
export function makeTaskClient(
  attempt: AttemptKey,
  identity: AttemptIdentity,
  host: Pick<AttemptHost, "api" | "maskSecret">,
): TaskClient {
  const { api } = host;
  const nodes = makeNodeBook();
  const client: TaskClient = {
    async getVariable(key) {
      const variable = await api.findVariable(attempt, key);
      if (variable?.isSecret === true) host.maskSecret(variable.value);
      return variable?.value ?? null;
    },
    async getVariableOrThrow(key) {
      const value = await client.getVariable(key);
      if (value === null) throw new VariableNotFoundError(key);
      return value;
    },
    setVariable: (key, value) => api.saveVariable(attempt, key, value),
    getConnection: async (id) => (await api.findConnection(attempt, id)) ?? null,
    async getConnectionOrThrow(id) {
      const connection = await client.getConnection(id);
      if (connection === null) throw new ConnectionNotFoundError(id);
      return connection;
    },
    async getXCom(address) {
      const isOwn = address.taskId === undefined || address.taskId === identity.taskId;
      const key = {
        dagId: address.dagId ?? identity.dagId,
        runId: address.runId ?? identity.runId,
        taskId: address.taskId ?? identity.taskId,
        mapIndex: address.mapIndex ?? (isOwn ? identity.mapIndex : -1),
        key: address.key ?? "return_value",
      };
      return (await api.findXCom(attempt, key)) ?? null;
    },
    setXCom: ({ key, value }) => api.saveXCom(attempt, key, toJsonValue(value, `XCom "${key}"`)),
    getTaskState: async (key) => (await api.findTaskState(attempt, key)) ?? null,
    setTaskState: (key, value) =>
      api.saveTaskState(attempt, key, toJsonValue(value, `task state "${key}"`)),
    reportNodes: (reports) => api.saveNodes(attempt, reports.map(nodes)),
    triggerDag: (request) =>
      api.triggerDag(attempt, {
        dagId: request.dagId,
        runId: request.runId ?? null,
        conf: request.conf ?? {},
        logicalDate: request.logicalDate?.toISOString() ?? null,
      }),
    getRunState: async (run) => parseRunState(await api.findRunState(attempt, run)),
    maskSecret: (value) => host.maskSecret(value),
  };
  return client;
}

function parseRunState(text: string | undefined): RunState | null {
  return RUN_STATES.find((state) => state === text) ?? null;
}

/** Fills up reports of nodes, and numbers nodes in the order in which they first appear. */
function makeNodeBook(): (report: NodeReport) => TaskNode {
  const known = new Map<string, TaskNode>();
  return (report) => {
    const before = known.get(report.uniqueId);
    const node: TaskNode = { ...EMPTY_NODE, index: known.size, ...before, ...report };
    known.set(report.uniqueId, node);
    return node;
  };
}

const EMPTY_NODE = {
  startedAt: null,
  endedAt: null,
  executionTimeS: null,
  message: null,
  failures: null,
  compiledSql: null,
  relationName: null,
  file: null,
  line: null,
  dependsOn: [],
} as const;
