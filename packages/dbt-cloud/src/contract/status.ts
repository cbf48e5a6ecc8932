/** dbt Cloud's codes for where a run or a step stands. */
export const RUN_STATUS = {
  queued: 1,
  starting: 2,
  running: 3,
  success: 10,
  error: 20,
  cancelled: 30,
} as const;

/** Where a run stands, by name. */
export type RunStatus = keyof typeof RUN_STATUS;

/** Where a run stands, as dbt Cloud writes it. */
export type RunStatusCode = (typeof RUN_STATUS)[RunStatus];

const BY_CODE: ReadonlyMap<number, RunStatus> = new Map([
  [1, "queued"],
  [2, "starting"],
  [3, "running"],
  [10, "success"],
  [20, "error"],
  [30, "cancelled"],
]);

/** The status behind a code from outside; `undefined` for a code dbt Cloud never had. */
export function findRunStatus(code: unknown): RunStatus | undefined {
  if (typeof code !== "number" && typeof code !== "string") return undefined;
  return BY_CODE.get(Number(code));
}

/** A status that never changes again. */
export type FinishedStatus = "success" | "error" | "cancelled";

export function isFinished(status: RunStatus): status is FinishedStatus {
  return status === "success" || status === "error" || status === "cancelled";
}

/** dbt Cloud's word for a status, as in `status_humanized`. */
export function humanizeStatus(status: RunStatus): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}
