import type { TaskLog } from "@airloom/sdk";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";
import type { Timing } from "../http/timing.ts";
import type { RunRecord } from "./run-record.ts";
import { planIntervalS } from "./wait.ts";

const LONGEST_INTERVAL_S = 10;

/** What looking for a run works with. */
export interface FindOptions {
  readonly timing: Timing;
  readonly log: TaskLog;
  readonly patienceS: number;
}

/** What looking for a run came to. */
export type Found =
  | { readonly kind: "found"; readonly run: DbtRun }
  /** No run was started. `keepsKeys`: asking again under the same key cannot start a second one. */
  | { readonly kind: "absent"; readonly keepsKeys: boolean };

/**
 * Looks for the run of an intent whose answer was lost, by the marker in its cause.
 *
 * A list may lag, and lag anew after an outage: a run counts as not started only when lists without it have come for as
 * long as patience goes, or one from a server that keeps idempotency keys. Twice the patience after the request, any list is
 * conclusive. Throws when no list came for as long as patience goes: then nobody can tell.
 */
export async function findRun(
  client: DbtCloudClient,
  record: RunRecord,
  options: FindOptions,
): Promise<Found> {
  const { timing, log, patienceS } = options;
  const startedMs = timing.now().getTime();
  const patienceMs = patienceS * 1_000;
  const latestMs = record.requestedAt.getTime() + patienceMs;
  let firstListMs: number | undefined;
  let failingSinceMs: number | undefined;
  for (;;) {
    let retryAfterMs = 0;
    try {
      const { runs, keepsKeys } = await client.once.findRecentRuns(record.jobId, record.marker);
      failingSinceMs = undefined;
      const run = await pickOurs(client, runs, { record, log });
      if (run !== undefined) return { kind: "found", run };
      const nowMs = timing.now().getTime();
      firstListMs ??= Math.min(nowMs, latestMs);
      if (keepsKeys || nowMs >= firstListMs + patienceMs) return { kind: "absent", keepsKeys };
    } catch (error) {
      if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
      const nowMs = timing.now().getTime();
      if (failingSinceMs === undefined) {
        log.warning(`${error.message}: asking again for up to ${patienceS} s`);
      }
      failingSinceMs ??= nowMs;
      if (nowMs - failingSinceMs >= patienceMs) throw cannotTell(record, error, patienceS);
      retryAfterMs = error.retryAfterMs ?? 0;
    }
    const elapsedS = (timing.now().getTime() - startedMs) / 1_000;
    const intervalS = planIntervalS(elapsedS, LONGEST_INTERVAL_S);
    await timing.sleep(Math.max(intervalS, retryAfterMs / 1_000));
  }
}

function cannotTell(record: RunRecord, error: DbtCloudError, patienceS: number): DbtCloudError {
  return new DbtCloudError(
    error.failure,
    `Cannot tell whether a run of dbt job ${record.jobId} was started: its answer was lost, and the list of runs could not be read for ${patienceS} s. The next try looks for it, by "${record.marker}" in its cause, before it starts one. ${error.message}`,
    { status: error.status, cause: error },
  );
}

/** Of several with our marker, which a gateway makes that sends a request twice, the first is ours; the others are stopped. */
async function pickOurs(
  client: DbtCloudClient,
  runs: readonly DbtRun[],
  { record, log }: { readonly record: RunRecord; readonly log: TaskLog },
): Promise<DbtRun | undefined> {
  const [ours, ...others] = runs
    .filter((run) => isOf(run, record))
    .toSorted((one, other) => one.id - other.id);
  for (const other of others) {
    log.warning(`One request started run ${other.id} too: cancelling it`);
    await client.once.cancelRun(other.id);
  }
  return ours;
}

function isOf(run: DbtRun, record: RunRecord): boolean {
  if (record.retryingRunId !== null && run.retryingRunId === record.retryingRunId) return true;
  return run.cause?.includes(record.marker) ?? false;
}
