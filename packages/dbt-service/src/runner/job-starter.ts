import { readArray, readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { findNextRun } from "../domain/schedule.ts";
import type { ServiceLogger } from "../options.ts";
import type { RunCommands } from "../run-commands.ts";
import type { Resource, ResourceStore } from "../store/resource-store.ts";
import type { RunEnd } from "../store/run-queue.ts";
import type { RunRow } from "../store/run-row.ts";
import type { RunStore } from "../store/run-store.ts";

const TICK_MS = 10_000;
const MAX_JOBS = 10_000;

/** Starts jobs by their schedules and after other jobs. A run is made once however often it is tried. */
export class JobStarter {
  readonly #ports: {
    readonly resources: ResourceStore;
    readonly runs: RunStore;
    readonly commands: RunCommands;
    readonly logger: ServiceLogger;
  };
  #timer: NodeJS.Timeout | undefined;
  #since = new Date();

  constructor(ports: {
    readonly resources: ResourceStore;
    readonly runs: RunStore;
    readonly commands: RunCommands;
    readonly logger: ServiceLogger;
  }) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#tick(new Date()), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #tick(now: Date): Promise<void> {
    try {
      for (const job of await this.#listJobs("schedule")) await this.#startIfDue(job, now);
      this.#since = now;
    } catch (error) {
      // The stretch of time since the last good look is looked at again.
      this.#ports.logger.warn("Cannot look at schedules", { error: String(error) });
    }
  }

  async #startIfDue(job: Resource, now: Date): Promise<void> {
    const cron = readText(readRecord(job.body["schedule"])["cron"]);
    const due = cron === null ? undefined : findNextRun(cron, this.#since);
    if (due === undefined || due > now) return;
    const run = await this.#ports.commands.trigger(
      job,
      { cause: "Scheduled" },
      {
        actor: "schedule",
        causeCategory: "scheduled",
        idempotencyKey: `schedule:${job.id}:${due.toISOString()}`,
      },
    );
    await this.#ports.runs.collapseScheduled(job.id, run.id);
  }

  /** Starts the jobs that wait for this one to end in such a way. */
  async onFinished(run: RunRow, end: RunEnd): Promise<void> {
    for (const job of await this.#listJobs("completion")) {
      const condition = readRecord(
        readRecord(job.body["job_completion_trigger_condition"])["condition"],
      );
      if (readNumber(condition["job_id"]) !== run.jobId) continue;
      if (!readArray(condition["statuses"]).includes(end.status)) continue;
      await this.#ports.commands.trigger(
        job,
        { cause: `Triggered by the end of run ${run.id}` },
        {
          actor: "job completion",
          causeCategory: "job completion",
          idempotencyKey: `completion:${run.id}:${job.id}`,
        },
      );
    }
  }

  async #listJobs(kind: "schedule" | "completion"): Promise<readonly Resource[]> {
    const accounts = await this.#ports.resources.listAccountIds();
    const pages = await Promise.all(
      accounts.map((accountId) =>
        this.#ports.resources.list({
          kind: "job",
          accountId,
          scope: { kind: "all" },
          states: [1],
          limit: MAX_JOBS,
          offset: 0,
        }),
      ),
    );
    return pages
      .flatMap((page) => page.rows)
      .filter((job) =>
        kind === "schedule"
          ? readRecord(job.body["triggers"])["schedule"] === true
          : job.body["job_completion_trigger_condition"] !== null,
      );
  }
}
