import { setTimeout as sleep } from "node:timers/promises";
import type { Victim } from "./victim.ts";

const TRIGGER_MS = 60_000;
const SETTLE_MS = 240_000;
const POLL_MS = 250;

/** A trigger whose answer was lost is asked again under the same name: it must not make a second run. */
export async function triggerRun(victim: Victim, dagId: string, runId: string): Promise<void> {
  const until = performance.now() + TRIGGER_MS;
  for (;;) {
    try {
      await victim.connect().api.triggerDagRun({ dag_id: dagId, body: { dag_run_id: runId } });
      return;
    } catch (error) {
      if (isStatus(error, 409)) return;
      victim.checkAlive();
      if (performance.now() > until) throw error;
      await sleep(POLL_MS);
    }
  }
}

/** Resolves when no run of the Dag is open any more, or after far longer than that could take: the evidence then says what is stuck. */
export async function untilSettled(victim: Victim, dagId: string): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  while (performance.now() < until && (await hasOpenRuns(victim, dagId))) await sleep(POLL_MS);
}

async function hasOpenRuns(victim: Victim, dagId: string): Promise<boolean> {
  try {
    const { dag_runs: open } = await victim.connect().api.listDagRuns({
      dag_id: dagId,
      state: ["queued", "running"],
      limit: 1_000,
    });
    return open.length > 0;
  } catch {
    // The database that was killed last is still recovering.
    victim.checkAlive();
    return true;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}
