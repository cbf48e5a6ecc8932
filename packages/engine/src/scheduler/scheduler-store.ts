import type { Store } from "@airloom/core";

/** What a scheduler asks of the store. */
export type SchedulerStore = Pick<
  Store,
  | "clearXComs"
  | "countActiveRuns"
  | "createRun"
  | "findDag"
  | "findPreviousRun"
  | "findRun"
  | "findTaskInstanceById"
  | "findXCom"
  | "listDags"
  | "listPools"
  | "listRuns"
  | "loadActiveRuns"
  | "loadDueDags"
  | "loadExpiredLeases"
  | "renewLeases"
  | "saveHeartbeat"
  | "saveHoldReasons"
  | "saveNextRun"
  | "saveXCom"
  | "setPaused"
>;
