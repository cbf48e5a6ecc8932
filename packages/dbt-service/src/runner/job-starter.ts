import { readArray, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { getAwaitedJob } from "../domain/job.ts";
import { findLastDue } from "../domain/schedule.ts";
import type { ServiceLogger } from "../options.ts";
import type { RunCommands } from "../run-commands.ts";
import type { JobStartStore } from "../store/job-start-store.ts";
import type { Resource, ResourceStore } from "../store/resource-store.ts";
import type { RunRow } from "../store/run-row.ts";
import type { RunStore } from "../store/run-store.ts";
import { isDatabaseAway } from "../while-away.ts";

const TICK_MS = 10_000;
/** How often a start is tried that fails for a reason other than the database being away. */
const MAX_TRIES = 5;

/** What starting jobs works with. */
export interface JobStarterPorts {
  readonly resources: ResourceStore;
  readonly runs: RunStore;
  readonly starts: JobStartStore;
  readonly commands: Pick<RunCommands, "trigger">;
  readonly logger: ServiceLogger;
}

/**
 * Starts jobs by their schedules and after other jobs.
 *
 * What is due stands in the database alone, and a run is made once however often it is tried.
 */
export class JobStarter {
  readonly #ports: JobStarterPorts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** From when on to look at the schedules of jobs whose start failed: the others are looked at from the last look on. */
  readonly #owedSince = new Map<number, Date>();
  /** Failed tries by what was to be started. */
  readonly #tries = new Map<string, number>();

  constructor(ports: JobStarterPorts) {
    this.#ports = ports;
  }

  start(): void {
    const tick = (): void => {
      this.#look(() => this.startDue(new Date()));
      this.wake();
    };
    this.#timer = setInterval(tick, TICK_MS);
    tick();
  }

  /** Looks now for jobs that wait for a run that has ended. */
  wake(): void {
    this.#look(() => this.startFollowers());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(work: () => Promise<void>): void {
    this.#looking = this.#looking.then(work).catch((error: unknown) => {
      // Nothing is marked as done: the next look finds it again.
      this.#ports.logger.warn("Cannot look for jobs to start", { error: String(error) });
    });
  }

  /** Starts every job whose schedule was due since the last look; of several missed times the latest alone. */
  async startDue(now: Date): Promise<void> {
    const since = await this.#ports.starts.loadLookedUntil(now);
    for (const accountId of await this.#ports.resources.listAccountIds()) {
      for (const job of await this.#listJobs(accountId)) {
        const from = this.#owedSince.get(job.id) ?? since;
        const start = (): Promise<void> => this.#startIfDue(job, from, now);
        if (await this.#isSettled(job, `the schedule of job ${job.id}`, start)) {
          this.#owedSince.delete(job.id);
        } else {
          this.#owedSince.set(job.id, from);
        }
      }
    }
    await this.#ports.starts.saveLookedUntil(now);
  }

  /**
   * Tries a start; false where it is to be tried again with the next look. What is wrong with one job holds up no other; a
   * database that is away holds up all, and is thrown.
   */
  async #isSettled(job: Resource, of: string, start: () => Promise<void>): Promise<boolean> {
    try {
      await start();
      this.#tries.delete(of);
      return true;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const tries = (this.#tries.get(of) ?? 0) + 1;
      const isLast = tries >= MAX_TRIES;
      if (isLast) this.#tries.delete(of);
      else this.#tries.set(of, tries);
      this.#ports.logger.error(
        isLast ? "Cannot start a job: given up" : "Cannot start a job: trying again",
        { job: job.id, name: job.name, of, tries, error: String(error) },
      );
      return isLast;
    }
  }

  async #startIfDue(job: Resource, since: Date, now: Date): Promise<void> {
    const cron = readText(readRecord(job.body["schedule"])["cron"]);
    if (cron === null || readRecord(job.body["triggers"])["schedule"] !== true) return;
    const due = findLastDue(cron, since, now);
    if (due === undefined) return;
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

  /** Starts the jobs that wait for another one to end in the way it did. */
  async startFollowers(): Promise<void> {
    const unfollowed = await this.#ports.starts.listUnfollowed();
    for (const [accountId, runs] of Map.groupBy(unfollowed, (run) => run.accountId)) {
      const jobs = await this.#listJobs(accountId);
      for (const run of runs) await this.#startFollowersOf(run, jobs);
    }
  }

  async #startFollowersOf(run: RunRow, jobs: readonly Resource[]): Promise<void> {
    let isOver = true;
    for (const job of jobs.filter((one) => isFollower(one, run))) {
      const of = `the end of run ${run.id} for job ${job.id}`;
      isOver = (await this.#isSettled(job, of, () => this.#startFollower(job, run))) && isOver;
    }
    if (isOver) await this.#ports.starts.markFollowed(run.id);
  }

  async #startFollower(job: Resource, run: RunRow): Promise<void> {
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

  async #listJobs(accountId: number): Promise<readonly Resource[]> {
    const { rows } = await this.#ports.resources.list({
      kind: "job",
      accountId,
      scope: { kind: "all" },
      states: [1],
    });
    return rows;
  }
}

function isFollower(job: Resource, run: RunRow): boolean {
  const { condition } = readRecord(job.body["job_completion_trigger_condition"]);
  return (
    getAwaitedJob(job.body) === run.jobId &&
    readArray(readRecord(condition)["statuses"]).includes(run.status)
  );
}
