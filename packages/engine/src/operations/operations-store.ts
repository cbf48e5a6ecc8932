import type { Store } from "@airloom/core";

/** What operations ask of the store. */
export type OperationsStore = Pick<
  Store,
  | "createRun"
  | "findDag"
  | "findDagVersion"
  | "findRun"
  | "listRuns"
  | "listTaskInstances"
  | "saveAudit"
  | "saveTaskState"
  | "setPaused"
>;
