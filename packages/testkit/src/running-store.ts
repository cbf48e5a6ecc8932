import type { Store } from "@airloom/core";

/** The part of the store that moves runs: what scheduler, group commit and operations ask for. */
export type RunningStore = Pick<
  Store,
  | "clearXComs"
  | "countActiveRuns"
  | "createRun"
  | "findDag"
  | "findDagVersion"
  | "findPreviousRun"
  | "findRun"
  | "findTaskInstance"
  | "findTaskInstanceById"
  | "findTaskState"
  | "findXCom"
  | "listDags"
  | "listPools"
  | "listRuns"
  | "listTaskInstances"
  | "loadActiveRuns"
  | "loadDeferred"
  | "loadDueDags"
  | "loadExpiredLeases"
  | "loadTaskHistory"
  | "renewLeases"
  | "saveAudit"
  | "saveHeartbeat"
  | "saveHoldReasons"
  | "saveNextRun"
  | "savePool"
  | "saveTaskNote"
  | "saveTaskState"
  | "saveXCom"
  | "setPaused"
  | "transition"
>;

/** What a call of the running store gives, at once: the work behind an answer that comes later. */
export type Work<Name extends keyof RunningStore> = (
  ...args: Parameters<RunningStore[Name]>
) => Awaited<ReturnType<RunningStore[Name]>>;

/** The work behind several calls. */
export type Works<Names extends keyof RunningStore> = { readonly [Name in Names]: Work<Name> };
