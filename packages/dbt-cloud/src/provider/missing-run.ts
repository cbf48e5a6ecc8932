import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import { DbtCloudError } from "../http/dbt-cloud-error.ts";

const LISTED = 100;

/** Why dbt Cloud says that a run is not there which should be. */
export interface MissingRun {
  /** `gone`: deleted for sure. `unfound`: the responses may be wrong, and the run may still be running. */
  readonly kind: "gone" | "unfound";
  readonly why: string;
}

interface Asked {
  readonly runId: number;
  readonly jobId: number | null;
  readonly connectionId: string;
}

/** Tells a run that was deleted from one that cannot be found, by what else the account shows. */
export async function judgeMissing(client: DbtCloudClient, asked: Asked): Promise<MissingRun> {
  const { runId, jobId, connectionId } = asked;
  const account = await ask(() => client.once.getAccount());
  if (account !== "there") {
    const why = `account ${client.accountId} is not shown either; it was deleted, or the token of connection "${connectionId}" may no longer see it`;
    return { kind: "unfound", why };
  }
  if (jobId === null) return { kind: "gone", why: "it was deleted" };
  const job = await ask(() => client.once.getJob(jobId));
  if (job === "missing") return { kind: "gone", why: `its job ${jobId} was deleted` };
  const listed = await ask(async () => {
    const runs = await client.once.listRuns({ jobId, orderBy: "-created_at", limit: LISTED });
    if (runs.some((run) => run.id === runId)) return;
    // Newer runs may have pushed it off the page: then the list does not tell.
    const isPushedOff = runs.length === LISTED && runs.every((run) => run.id > runId);
    throw new DbtCloudError(isPushedOff ? "unknown_outcome" : "not_found", "");
  });
  if (job === "there" && listed === "missing") {
    return { kind: "gone", why: `it was deleted from job ${jobId}` };
  }
  return { kind: "unfound", why: `nothing says that it was deleted from job ${jobId}` };
}

async function ask(look: () => Promise<unknown>): Promise<"there" | "missing" | "unclear"> {
  try {
    await look();
    return "there";
  } catch (error) {
    if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
    return error.failure === "not_found" ? "missing" : "unclear";
  }
}
