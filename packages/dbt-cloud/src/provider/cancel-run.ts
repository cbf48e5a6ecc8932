import type { TaskLog } from "@airloom/sdk";
import { type FinishedStatus, isFinished } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";
import type { Timing } from "../http/timing.ts";
import { planIntervalS } from "./wait.ts";

const LONGEST_INTERVAL_S = 5;

/** What cancelling works with. */
export interface CancelOptions {
  /** How long to look for the end of the run. */
  readonly withinS: number;
  readonly log: TaskLog;
  readonly timing: Timing;
}

/** What was seen of a run that was told to stop. */
export type Stop =
  | { readonly kind: "ended"; readonly status: FinishedStatus; readonly run: DbtRun }
  /** It may still be running. */
  | { readonly kind: "not_seen"; readonly isMissing: boolean; readonly why: string };

/** Cancels a run and looks until it has ended. What was not seen to end is never called cancelled. */
export async function cancelAndVerify(
  client: DbtCloudClient,
  runId: number,
  { withinS, log, timing }: CancelOptions,
): Promise<Stop> {
  const startedMs = timing.now().getTime();
  let isHeard = false;
  for (;;) {
    let why = "it was still under way";
    let isMissing = false;
    let retryAfterMs = 0;
    try {
      // Cancelling twice is cancelling once: after an unknown outcome it is simply asked again.
      if (!isHeard) await client.once.cancelRun(runId);
      isHeard = true;
    } catch (error) {
      why = explain(error);
      log.warning(`Cannot cancel dbt run ${runId} yet: ${why}`);
    }
    try {
      // Whatever became of the request: how the run stands decides.
      const run = await client.once.getRun(runId);
      const { status } = run;
      if (isFinished(status)) return { kind: "ended", status, run };
    } catch (error) {
      why = explain(error);
      isMissing = error instanceof DbtCloudError && error.failure === "not_found";
      retryAfterMs = error instanceof DbtCloudError ? (error.retryAfterMs ?? 0) : 0;
    }
    const elapsedS = (timing.now().getTime() - startedMs) / 1_000;
    if (elapsedS >= withinS) return { kind: "not_seen", isMissing, why };
    const intervalS = Math.max(planIntervalS(elapsedS, LONGEST_INTERVAL_S), retryAfterMs / 1_000);
    await timing.sleep(Math.min(intervalS, withinS - elapsedS));
  }
}

/** Cancels a run that could not be found for long: once, and with patience only where it turns up again. */
export async function cancelMissing(
  client: DbtCloudClient,
  runId: number,
  options: CancelOptions,
): Promise<Stop> {
  const stop = await cancelAndVerify(client, runId, { ...options, withinS: 0 });
  const isDone = stop.kind === "ended" || stop.isMissing;
  return isDone ? stop : cancelAndVerify(client, runId, options);
}

function explain(error: unknown): string {
  if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
  return error.message;
}
