import { readNumber } from "@airloom/dbt-cloud/contract";
import type { RunEnd } from "../store/run-queue.ts";
import type { RunRow } from "../store/run-row.ts";
import { isDatabaseAway, whileAway } from "../while-away.ts";
import { driveRun, findTimeoutMs } from "./drive-run.ts";
import type { RunnerPorts } from "./run-context.ts";
import { removeLeftFolders, removeRunFolder } from "./tidy-runs.ts";

const HEARTBEAT_MS = 2_000;

interface ActiveRun {
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

/** Starts queued runs as slots come free and carries each to its end. */
export class Dispatcher {
  readonly #ports: RunnerPorts;
  readonly #onFinished: () => void;
  readonly #active = new Map<number, ActiveRun>();
  readonly #shutdown = new AbortController();
  #heartbeat: NodeJS.Timeout | undefined;
  #claiming: Promise<void> | undefined;
  #wantsAnother = false;

  constructor(ports: RunnerPorts, onFinished: () => void) {
    this.#ports = ports;
    this.#onFinished = onFinished;
  }

  /** Goes on with runs an earlier life left unfinished, then takes queued ones. */
  async start(): Promise<void> {
    await this.#reclaim();
    await removeLeftFolders(this.#ports);
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.wake();
  }

  /** Looks for queued runs now. */
  wake(): void {
    if (this.#shutdown.signal.aborted) return;
    if (this.#claiming !== undefined) {
      this.#wantsAnother = true;
      return;
    }
    this.#claiming = this.#claimAll().finally(() => {
      this.#claiming = undefined;
      if (this.#wantsAnother) {
        this.#wantsAnother = false;
        this.wake();
      }
    });
  }

  /** Stops a run that executes here; runs that execute elsewhere hear of it with their next heartbeat. */
  cancel(runId: number, reason: string): void {
    this.#active.get(runId)?.cancel.abort(reason);
  }

  /** Stops every child. Runs stay as they are and go on at the next start. */
  async close(): Promise<void> {
    this.#shutdown.abort();
    clearInterval(this.#heartbeat);
    await this.#claiming;
    await Promise.all([...this.#active.values()].map((active) => active.done));
  }

  async #claimAll(): Promise<void> {
    try {
      for (;;) {
        if (this.#shutdown.signal.aborted) return;
        const run = await this.#ports.queue.claim();
        if (run === undefined) return;
        this.#drive(run);
      }
    } catch (error) {
      // The next heartbeat tries again: a queued run waits, it is not lost.
      this.#ports.logger.error("Cannot claim runs", { error: String(error) });
    }
  }

  /** Goes on with runs that nobody carries: of an earlier life, of a service gone silent, or claimed with a lost answer. */
  async #reclaim(): Promise<void> {
    for (const run of await this.#ports.queue.reclaim()) {
      if (this.#active.has(run.id)) continue;
      this.#ports.logger.info("Going on with an unfinished run", { run: run.id });
      this.#drive(run);
    }
  }

  #drive(run: RunRow): void {
    // Claimed just now, and found by a look at unfinished runs before that answer came.
    if (this.#active.has(run.id)) return;
    const cancel = new AbortController();
    if (run.cancelRequestedAt !== null) cancel.abort("Cancelled by user.");
    const done = this.#driveToEnd(run, cancel).finally(() => {
      this.#active.delete(run.id);
      if (!this.#shutdown.signal.aborted) this.#onFinished();
      this.wake();
    });
    this.#active.set(run.id, { cancel, done });
  }

  async #driveToEnd(run: RunRow, cancel: AbortController): Promise<void> {
    const { queue, logger } = this.#ports;
    let timer: NodeJS.Timeout | undefined;
    try {
      timer = await this.#startTimeout(run, cancel);
      const end = await driveRun(this.#ports, run, {
        cancel: cancel.signal,
        shutdown: this.#shutdown.signal,
      });
      if (end === undefined) return;
      await this.#finish(run.id, end);
    } catch (error) {
      if (this.#shutdown.signal.aborted) return;
      if (isDatabaseAway(error)) {
        // The run is not to blame: it goes on at the step it stood in, as after a restart of the service.
        logger.warn("The database is away: the run waits for it", { run: run.id });
        await whileAway(() => queue.renew([run.id]));
        return this.#driveToEnd(run, cancel);
      }
      logger.error("A run broke", { run: run.id, error: String(error) });
      const message = error instanceof Error ? error.message : String(error);
      // Whatever broke, a run always ends; were the database away, its lease runs out and it is taken up again.
      await this.#finish(run.id, { status: 20, message }).catch(() => undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  async #finish(id: number, end: RunEnd): Promise<void> {
    await this.#ports.queue.finish(id, end);
    // Its slot is free: the next run need not wait for the tidying.
    this.wake();
    await removeRunFolder(this.#ports, id);
  }

  async #startTimeout(run: RunRow, cancel: AbortController): Promise<NodeJS.Timeout | undefined> {
    const account = await this.#ports.resources.find("account", run.accountId);
    const limitMs = findTimeoutMs(run, readNumber(account?.body["run_duration_limit_seconds"]));
    if (limitMs === null) return undefined;
    const spentMs = run.startedAt === null ? 0 : Date.now() - run.startedAt.getTime();
    return setTimeout(
      () => cancel.abort(`Cancelled: the run took longer than its ${limitMs / 1_000} seconds.`),
      Math.min(Math.max(0, limitMs - spentMs), 2 ** 31 - 1),
    );
  }

  async #beat(): Promise<void> {
    try {
      const wanted = await this.#ports.queue.renew([...this.#active.keys()]);
      for (const id of wanted) this.cancel(id, "Cancelled by user.");
      await this.#reclaim();
      this.wake();
    } catch (error) {
      this.#ports.logger.warn("The database did not answer the heartbeat", {
        error: String(error),
      });
    }
  }
}
