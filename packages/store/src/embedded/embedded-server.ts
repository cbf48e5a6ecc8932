import { existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectOptions } from "../connect-options.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { findPostmaster, isServerAlive } from "./postmaster.ts";
import { type ServerPlan, startPostmaster, stopPostmaster } from "./postmaster-process.ts";

const WATCH_MS = 200;

/** Watches one server and starts it again when it was killed. */
export class EmbeddedServer implements EmbeddedPostgres {
  readonly url: string;
  readonly connectionOptions: ConnectOptions;
  readonly isReused: boolean;
  readonly #plan: ServerPlan;
  readonly #listeners = new Set<() => void>();
  readonly #watch: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #pid: number;
  #restart: Promise<void> | undefined;
  /** Also while starts fail, which leave no trace of what they start for. */
  #isKilled = false;

  constructor(options: {
    readonly plan: ServerPlan;
    readonly connection: ConnectOptions;
    readonly pid: number;
    readonly isReused: boolean;
    readonly url: string;
  }) {
    this.url = options.url;
    this.connectionOptions = options.connection;
    this.isReused = options.isReused;
    this.#plan = options.plan;
    this.#pid = options.pid;
    this.#watch = setInterval(() => {
      this.#look();
    }, WATCH_MS).unref();
  }

  get pid(): number {
    return this.#pid;
  }

  onRestart(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    await this.close();
    const { dataDir } = this.#plan.place;
    // A restart that was under way may have brought up a newer process than the one we know.
    const pid = findPostmaster(dataDir)?.pid ?? this.#pid;
    await stopPostmaster(pid, dataDir);
    // Empty after a shutdown in order; anything else in it is somebody's and stays.
    await rmdir(this.connectionOptions.host).catch(() => undefined);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#closing.abort();
    await this.#restart;
  }

  #look(): void {
    const { dataDir } = this.#plan.place;
    if (this.#restart !== undefined || isServerAlive(this.#pid, dataDir)) return;
    // A server that was shut down in order removes this file: somebody wanted it to stop.
    this.#isKilled ||= existsSync(join(dataDir, "postmaster.pid"));
    if (!this.#isKilled) return;
    this.#restart = this.#start().finally(() => {
      this.#restart = undefined;
    });
  }

  async #start(): Promise<void> {
    try {
      const { pid } = await startPostmaster(this.#plan, this.#closing.signal);
      this.#pid = pid;
      this.#isKilled = false;
    } catch {
      // The server's own log says why; the next look tries again.
      return;
    }
    for (const listener of this.#listeners) listener();
  }
}
