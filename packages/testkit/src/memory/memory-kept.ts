import type { XComKey } from "@airloom/core";
import type { Works } from "../running-store.ts";
import { cutPage } from "./memory-page.ts";
import type { MemoryRows } from "./memory-rows.ts";
import { countSlots } from "./memory-transitions.ts";

/** What the store keeps beside runs: XComs, state of tasks, pools, the audit log, signs of life. */
export function makeKeptWork(
  rows: MemoryRows,
): Works<
  | "clearXComs"
  | "findTaskState"
  | "findXCom"
  | "listPools"
  | "saveAudit"
  | "saveHeartbeat"
  | "savePool"
  | "saveTaskState"
  | "saveXCom"
> {
  return {
    clearXComs: (key) => {
      const scope = `${renderScope(key)} `;
      for (const known of rows.xcoms.keys()) if (known.startsWith(scope)) rows.xcoms.delete(known);
    },
    findXCom: (key) => rows.xcoms.get(`${renderScope(key)} ${key.key}`),
    saveXCom: (entry, now) => {
      rows.xcoms.set(`${renderScope(entry)} ${entry.key}`, {
        ...entry,
        shown: entry.shown ?? null,
        at: now,
      });
    },
    findTaskState: (taskInstanceId, chain, key) =>
      rows.taskStates.get(`${taskInstanceId} ${chain} ${key}`),
    saveTaskState: (taskInstanceId, chain, key, value) => {
      rows.taskStates.set(`${taskInstanceId} ${chain} ${key}`, value);
    },
    listPools: (page) => {
      const pools = [...rows.pools.values()];
      return cutPage(
        pools.map((pool) => ({ ...pool, ...countSlots(rows, pool.name) })),
        page,
      );
    },
    savePool: (pool) => {
      rows.pools.set(pool.name, pool);
    },
    saveAudit: (entry) => {
      rows.audit.push({ ...entry, id: String(rows.audit.length + 1) });
    },
    saveHeartbeat: () => undefined,
  };
}

function renderScope(key: Omit<XComKey, "key">): string {
  return JSON.stringify([key.dagId, key.runId, key.taskId, key.mapIndex]);
}
