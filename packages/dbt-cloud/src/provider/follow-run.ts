import type { JsonObject, TaskClient, TaskLog } from "@airloom/sdk";
import { isFinished } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";
import { DEFAULT_PATIENCE_S, type Timing } from "../http/timing.ts";
import { cancelAndVerify, cancelMissing, type Stop } from "./cancel-run.ts";
import { renderFailure } from "./failure-text.ts";
import { judgeMissing } from "./missing-run.ts";
import { renderNotStopped } from "./not-stopped.ts";
import { Poller } from "./poller.ts";
import { RunView } from "./run-view.ts";
import { planIntervalS } from "./wait.ts";

/** Which run to wait for, and how. Goes through JSON: it is what the trigger gets. */
export type FollowInput = JsonObject & {
  readonly connectionId: string;
  readonly accountId: number | null;
  readonly runId: number;
  readonly jobId?: number | null;
  readonly runUrl?: string | null;
  readonly checkIntervalS: number;
  /** How long no clear sight of the run is waited out. */
  readonly patienceS?: number;
  /** ISO instant. */
  readonly deadlineAt: string;
  /** True for the task that started the run: it shows logs and nodes, and cancels the run when time is up. */
  readonly isOwner: boolean;
};

/** What waiting needs, in a task process and in the triggerer alike. */
export interface FollowContext extends Timing {
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  readonly client: TaskClient;
}

/** How a wait may end: as the run did, or without its end having been seen. */
export const FOLLOW_STATUSES = [
  "success",
  "error",
  "cancelled",
  /** Time was up, and the run was seen to stop. */
  "timeout",
  "unseen",
  "not_stopped",
  "unfound",
  "gone",
] as const;

/** How the wait ended. */
export type FollowEnd = JsonObject & {
  readonly status: (typeof FOLLOW_STATUSES)[number];
  readonly runId: number;
  readonly message: string;
};

interface Following {
  readonly input: FollowInput;
  readonly context: FollowContext;
  readonly patienceS: number;
  readonly poller: Poller;
  readonly view: RunView | undefined;
}

/**
 * Waits until a run is over.
 *
 * Outages of dbt Cloud are waited out for as long as patience goes; at the deadline the run is looked at once more
 * before it counts as late.
 */
export async function followRun(input: FollowInput, context: FollowContext): Promise<FollowEnd> {
  const startedMs = context.now().getTime();
  const deadlineMs = Date.parse(input.deadlineAt);
  const patienceS = input.patienceS ?? DEFAULT_PATIENCE_S;
  const view = input.isOwner ? new RunView(context) : undefined;
  const poller = new Poller(input, context, patienceS);
  const following: Following = { input, context, patienceS, poller, view };
  for (;;) {
    const look = await poller.look();
    if (look.kind === "unseen") return endUnseen(following, look.why);
    if (look.kind === "missing") return endMissing(following, look.why);
    if (look.kind === "seen") {
      if (isFinished(look.run.status)) return conclude(following, look.client, look.run);
      await view?.update(look.client.once, look.run);
    }
    const nowMs = context.now().getTime();
    const leftMs = deadlineMs - nowMs;
    if (leftMs <= 0) return giveUp(following);
    const intervalS = planIntervalS((nowMs - startedMs) / 1_000, input.checkIntervalS);
    const afterS = look.kind === "unclear" ? look.afterMs / 1_000 : 0;
    // In an outage it is looked at often enough not to miss its end.
    const longestS = look.kind === "unclear" ? Math.max(1, patienceS / 10) : intervalS;
    await context.sleep(Math.min(Math.max(Math.min(intervalS, longestS), afterS), leftMs / 1_000));
  }
}

async function conclude(
  { view }: Pick<Following, "view">,
  client: DbtCloudClient,
  run: DbtRun,
): Promise<FollowEnd> {
  const nodes = (await view?.complete(client, run)) ?? [];
  const runUrl = client.getRunUrl(run);
  switch (run.status) {
    case "success":
      return { status: "success", runId: run.id, message: `dbt run ${run.id} succeeded` };
    case "cancelled":
      return {
        status: "cancelled",
        runId: run.id,
        message: `dbt run ${run.id} was cancelled${run.statusMessage === null ? "" : `: ${run.statusMessage}`}\n${runUrl}`,
      };
    default:
      return { status: "error", runId: run.id, message: renderFailure(run, nodes, runUrl) };
  }
}

function endUnseen({ input }: Following, why: string): FollowEnd {
  const next = input.isOwner ? ", and the next try of this task goes on with it" : "";
  const message = `Cannot watch dbt run ${input.runId}: ${why}. The run may still be running${next}.${renderPage(input)}`;
  return { status: "unseen", runId: input.runId, message };
}

/** Not there for as long as patience goes: cancelled once, if it can be, and told from what was deleted. */
async function endMissing(following: Following, said: string): Promise<FollowEnd> {
  const { input, poller } = following;
  const { runId, connectionId, jobId = null } = input;
  const client = await poller.open();
  const stop = input.isOwner
    ? await cancelMissing(client, runId, cancelOptions(following))
    : undefined;
  if (stop !== undefined && !(stop.kind === "not_seen" && stop.isMissing)) {
    return endStopped(following, {
      client,
      stop,
      because: `dbt run ${runId} was missing for long`,
    });
  }
  const { kind, why } = await judgeMissing(client, { runId, jobId, connectionId });
  const message =
    kind === "gone"
      ? `dbt run ${runId} is gone: ${why}. The next try starts anew. ${said}`
      : `dbt run ${runId} cannot be found: ${why}. It may still be running. The next try asks for it once more and then starts anew. ${said}${renderPage(input)}`;
  return { status: kind, runId, message };
}

async function giveUp(following: Following): Promise<FollowEnd> {
  const { input, context, poller } = following;
  const late = `dbt run ${input.runId} was not over in time (until ${input.deadlineAt})`;
  if (!input.isOwner) return { status: "timeout", runId: input.runId, message: late };
  context.log.warning(`${late}: cancelling it`);
  const client = await poller.open();
  const stop = await cancelAndVerify(client, input.runId, cancelOptions(following));
  return endStopped(following, { client, stop, because: late });
}

async function endStopped(
  following: Following,
  given: { readonly client: DbtCloudClient; readonly stop: Stop; readonly because: string },
): Promise<FollowEnd> {
  const { client, stop, because } = given;
  const { runId } = following.input;
  if (stop.kind === "not_seen") {
    const message = `${because}; ${renderNotStopped(following.input, stop.why)}`;
    return { status: stop.isMissing ? "unfound" : "not_stopped", runId, message };
  }
  // It may have ended by itself between the last look and the cancel.
  if (stop.run.status !== "cancelled") {
    return conclude(following, client, await loadWhole(client, stop.run));
  }
  return { status: "timeout", runId, message: `${because} and was cancelled` };
}

async function loadWhole(client: DbtCloudClient, run: DbtRun): Promise<DbtRun> {
  try {
    return await client.getRun(run.id, ["run_steps", "job"]);
  } catch (error) {
    if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
    return run;
  }
}

function cancelOptions({ context, patienceS }: Following): {
  readonly withinS: number;
  readonly log: TaskLog;
  readonly timing: Timing;
} {
  return { withinS: patienceS, log: context.log, timing: context };
}

function renderPage({ runUrl }: FollowInput): string {
  return runUrl === null || runUrl === undefined ? "" : `\n${runUrl}`;
}
