import type { JsonObject, TaskClient, TaskLog } from "@airloom/sdk";
import { openClient } from "../connection.ts";
import { isFinished } from "../contract/status.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError, isTransient } from "../http/dbt-cloud-error.ts";
import { cancelAndVerify } from "./cancel-run.ts";
import { renderFailure } from "./failure-text.ts";
import { RunView } from "./run-view.ts";
import { planIntervalS } from "./wait.ts";

const MISSING_LIMIT = 3;
const VERIFY_CANCEL_S = 60;

/** Which run to wait for, and how. Goes through JSON: it is what the trigger gets. */
export type FollowInput = JsonObject & {
  readonly connectionId: string;
  readonly accountId: number | null;
  readonly runId: number;
  readonly checkIntervalS: number;
  /** ISO instant. */
  readonly deadlineAt: string;
  /** True for the task that started the run: it shows logs and nodes, and cancels the run when time is up. */
  readonly isOwner: boolean;
};

/** What waiting needs, in a task process and in the triggerer alike. */
export interface FollowContext {
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  readonly client: TaskClient;
  now(): Date;
  sleep(seconds: number): Promise<void>;
}

/** How the wait ended. */
export type FollowEnd = JsonObject & {
  readonly status: "success" | "error" | "cancelled" | "timeout" | "lost";
  readonly runId: number;
  readonly message: string;
};

/**
 * Waits until a run is over.
 *
 * Outages of dbt Cloud are waited out until the deadline; at the deadline the run is looked at once more before it
 * counts as late.
 */
export async function followRun(input: FollowInput, context: FollowContext): Promise<FollowEnd> {
  const startedMs = context.now().getTime();
  const deadlineMs = Date.parse(input.deadlineAt);
  const view = input.isOwner ? new RunView(context) : undefined;
  const poller = new Poller(input, context);
  for (;;) {
    const look = await poller.look();
    if (look.kind === "lost") return { status: "lost", runId: input.runId, message: look.message };
    if (look.kind === "seen") {
      if (isFinished(look.run.status)) return conclude(look.client, look.run, view);
      await view?.update(look.client, look.run);
    }
    const leftMs = deadlineMs - context.now().getTime();
    if (leftMs <= 0) return giveUp(input, context, { poller, view });
    const elapsedS = (context.now().getTime() - startedMs) / 1_000;
    await context.sleep(Math.min(planIntervalS(elapsedS, input.checkIntervalS), leftMs / 1_000));
  }
}

type Look =
  | { readonly kind: "seen"; readonly run: DbtRun; readonly client: DbtCloudClient }
  | { readonly kind: "unclear" }
  | { readonly kind: "lost"; readonly message: string };

/** Looks at one run again and again, and knows what may be waited out. */
class Poller {
  readonly #input: FollowInput;
  readonly #context: FollowContext;
  #client: DbtCloudClient | undefined;
  #missing = 0;
  #isTokenReread = false;
  #isDown = false;

  constructor(input: FollowInput, context: FollowContext) {
    this.#input = input;
    this.#context = context;
  }

  async look(): Promise<Look> {
    try {
      const client = await this.open();
      const related = this.#input.isOwner ? ["run_steps", "job"] : [];
      const run = await client.getRun(this.#input.runId, related);
      if (this.#isDown) this.#context.log.info("dbt Cloud answers again");
      this.#isDown = false;
      this.#missing = 0;
      this.#isTokenReread = false;
      return { kind: "seen", run, client };
    } catch (error) {
      if (!(error instanceof DbtCloudError)) throw error;
      return this.#judge(error);
    }
  }

  async open(): Promise<DbtCloudClient> {
    this.#client ??= openClient(
      await this.#context.client.getConnectionOrThrow(this.#input.connectionId),
      { accountId: this.#input.accountId, signal: this.#context.signal, maxAttempts: 2 },
    );
    return this.#client;
  }

  #judge(error: DbtCloudError): Look {
    if (isTransient(error)) {
      if (!this.#isDown)
        this.#context.log.warning(`${error.message}: asking again until it answers`);
      this.#isDown = true;
      return { kind: "unclear" };
    }
    if (error.failure === "unauthorized" && !this.#isTokenReread) {
      // The token may have been changed while the run went on.
      this.#isTokenReread = true;
      this.#client = undefined;
      return { kind: "unclear" };
    }
    if (error.failure === "not_found" && this.#missing < MISSING_LIMIT) {
      this.#missing += 1;
      return { kind: "unclear" };
    }
    if (error.failure === "aborted") throw error;
    return { kind: "lost", message: explainLoss(this.#input, error) };
  }
}

function explainLoss(input: FollowInput, error: DbtCloudError): string {
  if (error.failure === "unauthorized") {
    return `Cannot watch dbt run ${input.runId}: the token of connection "${input.connectionId}" is no longer accepted; put a valid one there and clear this task. ${error.message}`;
  }
  if (error.failure === "not_found") {
    return `Cannot watch dbt run ${input.runId}: it was deleted, or the token of connection "${input.connectionId}" may no longer see it. ${error.message}`;
  }
  return `Cannot watch dbt run ${input.runId}: ${error.message}`;
}

async function conclude(
  client: DbtCloudClient,
  run: DbtRun,
  view: RunView | undefined,
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

async function giveUp(
  input: FollowInput,
  context: FollowContext,
  given: { readonly poller: Poller; readonly view: RunView | undefined },
): Promise<FollowEnd> {
  const late = `dbt run ${input.runId} was not over in time (until ${input.deadlineAt})`;
  if (!input.isOwner) return { status: "timeout", runId: input.runId, message: late };
  context.log.warning(`${late}: cancelling it`);
  const client = await given.poller.open();
  const ended = await cancelAndVerify(client, input.runId, {
    withinS: VERIFY_CANCEL_S,
    now: () => context.now(),
    sleep: (seconds) => context.sleep(seconds),
    log: context.log,
  });
  // It may have ended well between the last look and the cancel.
  if (ended?.status === "success") {
    return conclude(client, await client.getRun(input.runId, ["run_steps", "job"]), given.view);
  }
  const proof = ended === undefined ? "; it could not be seen to stop" : " and was cancelled";
  return { status: "timeout", runId: input.runId, message: `${late}${proof}` };
}
