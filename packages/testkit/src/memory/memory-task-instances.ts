import type { TaskInstance } from "@airloom/core";
import type { Works } from "../running-store.ts";
import { cutPage, isWanted } from "./memory-page.ts";
import type { MemoryRows } from "./memory-rows.ts";
import { applyTransitions } from "./memory-transitions.ts";

/** What the store answers about task instances. */
export function makeTaskWork(
  rows: MemoryRows,
): Works<
  | "findTaskInstance"
  | "findTaskInstanceById"
  | "listTaskInstances"
  | "loadDeferred"
  | "loadExpiredLeases"
  | "loadTaskHistory"
  | "renewLeases"
  | "saveHoldReasons"
  | "saveTaskNote"
  | "transition"
> {
  const tasks = (): readonly TaskInstance[] => [...rows.taskInstances.values()];
  return {
    findTaskInstance: (key) =>
      tasks().find(
        ({ dagId, runId, taskId, mapIndex }) =>
          dagId === key.dagId &&
          runId === key.runId &&
          taskId === key.taskId &&
          mapIndex === (key.mapIndex ?? -1),
      ),
    findTaskInstanceById: (id) => rows.taskInstances.get(id),
    listTaskInstances: ({ dagIds, runIds, taskIds, states }, page) =>
      cutPage(
        tasks().filter(
          ({ dagId, runId, taskId, state }) =>
            isWanted(dagIds, dagId) &&
            isWanted(runIds, runId) &&
            isWanted(taskIds, taskId) &&
            isWanted(states, state),
        ),
        page,
      ),
    loadDeferred: () => tasks().filter(({ state }) => state === "deferred"),
    loadExpiredLeases: (now) =>
      tasks().filter(({ leaseExpiresAt }) => leaseExpiresAt !== null && leaseExpiresAt < now),
    loadTaskHistory: (dagRunId) => rows.history.filter((row) => row.dagRunId === dagRunId),
    renewLeases: (leases, expiresAt) =>
      leases.flatMap(({ taskInstanceId, leaseToken }) => {
        const held = rows.taskInstances.get(taskInstanceId);
        if (held?.leaseToken !== leaseToken) return [];
        rows.taskInstances.set(taskInstanceId, { ...held, leaseExpiresAt: expiresAt });
        return [taskInstanceId];
      }),
    saveHoldReasons: (holds) => {
      for (const { taskInstanceId, reason } of holds) {
        const held = rows.taskInstances.get(taskInstanceId);
        if (held !== undefined) {
          rows.taskInstances.set(taskInstanceId, { ...held, holdReason: reason });
        }
      }
    },
    saveTaskNote: (taskInstanceId, note) => {
      const noted = rows.taskInstances.get(taskInstanceId);
      if (noted === undefined) return false;
      rows.taskInstances.set(taskInstanceId, { ...noted, note });
      return true;
    },
    transition: (batch) => applyTransitions(rows, batch),
  };
}
