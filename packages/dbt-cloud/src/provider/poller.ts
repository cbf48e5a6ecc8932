import { AirloomError } from "@airloom/sdk";
import { openClient } from "../connection.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun } from "../decode.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";
import type { FollowContext, FollowInput } from "./follow-run.ts";

/** What one look at a run showed. */
export type Look =
  | { readonly kind: "seen"; readonly run: DbtRun; readonly client: DbtCloudClient }
  /** To be asked again, no sooner than that. */
  | { readonly kind: "unclear"; readonly afterMs: number }
  /** Nothing usable for as long as patience goes. */
  | { readonly kind: "unseen"; readonly why: string }
  /** Said to be missing, and nothing else, for as long as patience goes. */
  | { readonly kind: "missing"; readonly why: string };

/** Looks at one run again and again, and decides how long unclear responses are waited out. */
export class Poller {
  readonly #input: FollowInput;
  readonly #context: FollowContext;
  readonly #patienceMs: number;
  #client: DbtCloudClient | undefined;
  #unclearSinceMs: number | undefined;
  #missingSinceMs: number | undefined;

  constructor(input: FollowInput, context: FollowContext, patienceS: number) {
    this.#input = input;
    this.#context = context;
    this.#patienceMs = patienceS * 1_000;
  }

  async look(): Promise<Look> {
    try {
      const client = await this.open();
      const related = this.#input.isOwner ? ["run_steps", "job"] : [];
      const run = await client.once.getRun(this.#input.runId, related);
      if (this.#unclearSinceMs !== undefined) this.#context.log.info("dbt Cloud answers again");
      this.#unclearSinceMs = undefined;
      this.#missingSinceMs = undefined;
      return { kind: "seen", run, client };
    } catch (error) {
      if (error instanceof DbtCloudError && error.failure !== "aborted") return this.#judge(error);
      // The connection may be put right while the run goes on.
      if (error instanceof AirloomError) return this.#judge(error);
      throw error;
    }
  }

  /** A client of the connection as it is now, that waits out outages. */
  async open(): Promise<DbtCloudClient> {
    const { input, context } = { input: this.#input, context: this.#context };
    this.#client ??= openClient(await context.client.getConnectionOrThrow(input.connectionId), {
      accountId: input.accountId,
      signal: context.signal,
      patienceS: this.#patienceMs / 1_000,
      timing: context,
      onRetry: (error) => context.log.warning(`${error.message}: asking again until it answers`),
    });
    return this.#client;
  }

  #judge(error: DbtCloudError | AirloomError): Look {
    const nowMs = this.#context.now().getTime();
    const failure = error instanceof DbtCloudError ? error.failure : "connection";
    if (this.#unclearSinceMs === undefined) {
      const forS = this.#patienceMs / 1_000;
      this.#context.log.warning(`${error.message}: asking again for up to ${forS} s`);
    }
    this.#unclearSinceMs ??= nowMs;
    if (failure === "not_found") this.#missingSinceMs ??= nowMs;
    else this.#missingSinceMs = undefined;
    // Token, account and host may have been changed while the run goes on.
    if (failure !== "unknown_outcome" && failure !== "not_reached") this.#client = undefined;
    const sinceMs = this.#missingSinceMs ?? this.#unclearSinceMs;
    if (nowMs - sinceMs < this.#patienceMs) {
      const afterMs = error instanceof DbtCloudError ? (error.retryAfterMs ?? 0) : 0;
      return { kind: "unclear", afterMs };
    }
    return failure === "not_found"
      ? { kind: "missing", why: error.message }
      : { kind: "unseen", why: this.#explain(failure, error.message) };
  }

  #explain(failure: string, message: string): string {
    const { connectionId } = this.#input;
    const forS = this.#patienceMs / 1_000;
    return failure === "unauthorized"
      ? `the token of connection "${connectionId}" is no longer accepted; put a valid one there. ${message}`
      : `dbt Cloud gave no usable answer for ${forS} s, the patience of this task. ${message}`;
  }
}
