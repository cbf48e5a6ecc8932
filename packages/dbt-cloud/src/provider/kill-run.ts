import type { TaskContext } from "@airloom/sdk";
import { openClient } from "../connection.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";
import type { OpenTiming, Timing } from "../http/timing.ts";
import { cancelAndVerify } from "./cancel-run.ts";
import { findRun } from "./find-run.ts";
import { renderNotStopped } from "./not-stopped.ts";
import {
  isOpen,
  type KnownRun,
  loadRunRecord,
  type RunRecord,
  saveRunRecord,
} from "./run-record.ts";

/** What the platform leaves a task to cancel is ten seconds: a little less for finding the run and for stopping it. */
const KILL_S = 8;
const LOOK_EVERY_S = 0.25;

/** Cancels the run of a task that is told to stop, whether its process or its trigger waited for it. */
export async function cancelOnKill(context: TaskContext, openTiming: OpenTiming): Promise<void> {
  const record = await loadRunRecord(context.client);
  if (record === undefined || !isOpen(record)) return;
  // The task's own signal is aborted by now: what is left to do has its own short time.
  const signal = AbortSignal.timeout(KILL_S * 1_100);
  const timing = openTiming(signal);
  const untilMs = timing.now().getTime() + KILL_S * 1_000;
  const client = openClient(await context.client.getConnectionOrThrow(record.connectionId), {
    accountId: record.accountId,
    signal,
    timing,
  });
  const known = await findKnown(context, client, { record, timing, untilMs });
  if (known === undefined) {
    context.log.warning(
      `A run of dbt job ${record.jobId} may have been started and may still be running: none with "${record.marker}" in its cause was found within ${KILL_S} s. The next try of this task looks for it`,
    );
    return;
  }
  // Saved first: nobody knows whether there is time left for what comes after.
  await keep(context, { ...known, phase: "not_stopped" });
  const stop = await cancelAndVerify(client, known.runId, {
    withinS: Math.max(0, untilMs - timing.now().getTime()) / 1_000,
    log: context.log,
    timing,
  });
  if (stop.kind === "not_seen") {
    context.log.warning(renderNotStopped(known, stop.why));
    return;
  }
  context.log.info(`dbt run ${known.runId} ended as ${stop.status}`);
  await keep(context, { ...known, phase: stop.status });
}

interface Search {
  readonly record: RunRecord;
  readonly timing: Timing;
  readonly untilMs: number;
}

/** The run as the task itself comes to know it, whose request is heard to its end, or as the list of runs shows it. */
async function findKnown(
  context: TaskContext,
  client: DbtCloudClient,
  { record, timing, untilMs }: Search,
): Promise<KnownRun | undefined> {
  const options = { timing, log: context.log, patienceS: 0 };
  for (;;) {
    const now = (await loadRunRecord(context.client)) ?? record;
    if (now.runId !== null) return { ...now, runId: now.runId };
    if (!isOpen(now)) return undefined;
    try {
      const found = await findRun(client, record, options);
      if (found.kind === "found") {
        return { ...record, runId: found.run.id, runUrl: client.getRunUrl(found.run) };
      }
    } catch (error) {
      if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
    }
    if (timing.now().getTime() >= untilMs) return undefined;
    await timing.sleep(LOOK_EVERY_S);
  }
}

// A task that was stopped may be refused its notes; its run is cancelled all the same.
async function keep(context: TaskContext, record: RunRecord): Promise<void> {
  try {
    await saveRunRecord(context.client, record);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.log.warning(`Cannot note how dbt run ${record.runId ?? ""} stands: ${why}`);
  }
}
