import type { Clock, LoadedFile, Logger } from "@airloom/core";
import { retryWhileAway } from "../commit/retry-while-away.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { type Child, openChild } from "../runner/open-child.ts";
import { programUrl } from "../runner/program-url.ts";
import { openReaper, type Reaper } from "../runner/reaper.ts";
import type { ProcessorMessage, ProcessorRequest } from "./processor-protocol.ts";

/** What `openLoader` needs. */
export interface LoaderOptions {
  /** Absolute path of the folder of Dag files, such as `<project>/dags`. */
  readonly bundleDir: string;
  readonly modules: ModuleSettings;
  /**
   * Called for every file that is new or changed, with the project's files that it imports, one call at a time; called
   * again where the database was away.
   */
  readonly onLoaded: (loaded: LoadedFile, dependencies: readonly string[]) => void | Promise<void>;
  /** Called with files, relative to the bundle, that are gone. */
  readonly onRemoved: (files: readonly string[]) => void | Promise<void>;
  /** Called with every Dag file there is, each time all were looked at. */
  readonly onScanned?: (files: readonly string[]) => void | Promise<void>;
  /** Called with what is there and cannot be read; where it resolves to true, it can be now, and is looked at again. */
  readonly onClosed?: (paths: readonly string[]) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long one file may take to import. @default 30_000 */
  readonly importTimeoutMs?: number;
  /** JavaScript heap of an import. @default 512 */
  readonly heapLimitMb?: number;
  /** All files are looked at again after this time, whatever the file system told. @default 30_000 */
  readonly rescanMs?: number;
}

/** The dag processor: a process of its own that turns Dag files into Dags. */
export interface Loader {
  /** Process id of the dag processor; another one after it was restarted. */
  readonly pid: number;
  /** Looks at all files now; resolves when everything found was reported. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the dag processor. It looks at all files at once; `refresh` waits for that, an endless import included. */
export function openLoader(options: LoaderOptions): Loader {
  const loader = new LoaderHandle(options);
  void loader.refresh();
  return loader;
}

const MAX_BACKOFF_MS = 10_000;

class LoaderHandle implements Loader {
  readonly #options: LoaderOptions;
  readonly #reaper: Reaper = openReaper();
  readonly #refreshes = new Map<number, () => void>();
  #refreshCount = 0;
  #restarts = 0;
  #isClosed = false;
  #handling: Promise<void> = Promise.resolve();
  #child: Child;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#child = this.#start();
  }

  get pid(): number {
    return this.#child.pid;
  }

  refresh(): Promise<void> {
    return new Promise((resolve) => {
      this.#refreshCount += 1;
      this.#refreshes.set(this.#refreshCount, resolve);
      this.#send({ kind: "refresh", id: this.#refreshCount });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#child.destroy();
    await this.#child.exited;
    this.#reaper.close();
    await this.#handling;
    for (const resolve of this.#refreshes.values()) resolve();
    this.#refreshes.clear();
  }

  #start(): Child {
    const { bundleDir, modules } = this.#options;
    const child = openChild({
      program: programUrl("./main", import.meta.url),
      modules,
      reaper: this.#reaper,
      heapLimitMb: 1_024,
      output: "ignore",
      onMessage: (message) => this.#queue(asMessage(message)),
    });
    this.#child = child;
    void child.exited.then(() => this.#restart());
    this.#send({
      kind: "start",
      bundleDir,
      modules,
      importTimeoutMs: this.#options.importTimeoutMs ?? 30_000,
      heapLimitMb: this.#options.heapLimitMb ?? 512,
      rescanMs: this.#options.rescanMs ?? 30_000,
    });
    return child;
  }

  /** A new dag processor knows nothing yet, so it reports every file again. */
  #restart(): void {
    if (this.#isClosed) return;
    this.#restarts += 1;
    const delayMs = Math.min(100 * 2 ** this.#restarts, MAX_BACKOFF_MS);
    this.#options.logger.log("error", "The dag processor ended and is started again", { delayMs });
    setTimeout(() => {
      if (this.#isClosed) return;
      this.#start();
      // Whoever waited for the old one waits for the new one.
      const waiting = this.#refreshes.size === 0 ? [0] : [...this.#refreshes.keys()];
      for (const id of waiting) this.#send({ kind: "refresh", id });
    }, delayMs).unref();
  }

  #send(request: ProcessorRequest): void {
    this.#child.send(request);
  }

  #queue(message: ProcessorMessage): void {
    const { clock, logger } = this.#options;
    // The dag processor reports a file once: what it read must outlast a database that is away.
    const rim = { clock, logger, isClosed: () => this.#isClosed };
    this.#handling = this.#handling
      .then(() => retryWhileAway(() => this.#handle(message), rim))
      .catch((error: unknown) => {
        const cause = error instanceof Error ? error.message : String(error);
        this.#options.logger.log("error", `Cannot take over what the dag processor read: ${cause}`);
      });
  }

  async #handle(message: ProcessorMessage): Promise<void> {
    switch (message.kind) {
      case "loaded":
        await this.#options.onLoaded(message.loaded, message.dependencies);
        return;
      case "removed":
        await this.#options.onRemoved(message.files);
        return;
      case "closed":
        if (this.#options.onClosed?.(message.paths) === true)
          this.#send({ kind: "refresh", id: 0 });
        return;
      case "scanned":
        this.#restarts = 0;
        await this.#options.onScanned?.(message.files);
        return;
      case "refreshed":
        this.#refreshes.get(message.id)?.();
        this.#refreshes.delete(message.id);
        return;
    }
  }
}

// Only our own program knows the nonce in front of its messages.
function asMessage(message: unknown): ProcessorMessage {
  return message as ProcessorMessage;
}
