import type { TaskLog } from "@airloom/sdk";
import { isFinished } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError, isTransient } from "../http/dbt-cloud-error.ts";

const LOOK_EVERY_S = 1;

/** What cancelling works with. */
export interface CancelOptions {
  readonly withinS: number;
  readonly log: TaskLog;
  now(): Date;
  sleep(seconds: number): Promise<void>;
}

/** Cancels a run and looks until it has ended. Answers how it ended; `undefined` when that could not be seen in time. */
export async function cancelAndVerify(
  client: DbtCloudClient,
  runId: number,
  options: CancelOptions,
): Promise<DbtRun | undefined> {
  const untilMs = options.now().getTime() + options.withinS * 1_000;
  let isAsked = false;
  for (;;) {
    try {
      // Cancelling twice is cancelling once: after an unknown outcome it is simply asked again.
      if (!isAsked) await client.cancelRun(runId);
      isAsked = true;
      const run = await client.getRun(runId);
      if (isFinished(run.status)) return run;
    } catch (error) {
      if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
      options.log.warning(`Cannot cancel dbt run ${runId} yet: ${error.message}`);
      if (!isTransient(error)) {
        if (isAsked) return undefined;
        // Refused, for instance because it has just ended: how it stands decides.
        isAsked = true;
      }
    }
    if (options.now().getTime() >= untilMs) return undefined;
    await options.sleep(LOOK_EVERY_S);
  }
}
