import { Worker } from "node:worker_threads";
import type { NodeAnswers, NodeRequest } from "./node-thread.ts";

const IDLE_MS = 60_000;
/** Some ten times what the manifest of ten thousand nodes takes. Past it the thread ends, and the service goes on. */
const MAX_MEMORY_MB = 2_048;
/** So many nodes at a time cross to the thread that serves: it holds up nobody with a few hundred. */
const PAGE = 250;

interface Waiting {
  readonly resolve: (given: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Reads the nodes of runs out of artifacts, in a thread that is started when it is needed and ends when it idles. */
export class NodeReader {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  readonly #maxMemoryMb: number;
  readonly #waiting = new Map<number, Waiting>();

  constructor({ maxMemoryMb = MAX_MEMORY_MB }: { readonly maxMemoryMb?: number } = {}) {
    this.#maxMemoryMb = maxMemoryMb;
  }

  /** Reads the artifacts of a finished step and hands out its nodes, as JSON text, a few at a time and in their order. */
  async read(
    artifacts: Omit<Extract<NodeRequest, { kind: "open" }>, "kind">,
    save: (nodes: string, from: number) => Promise<void>,
  ): Promise<NodeAnswers["open"]> {
    const about = await this.#ask({ kind: "open", ...artifacts });
    const { opened } = about;
    try {
      for (let from = 0; ; ) {
        const { text, count } = await this.#ask({ kind: "take", opened, count: PAGE });
        if (count === 0) return about;
        await save(text, from);
        from += count;
      }
    } finally {
      await this.#ask({ kind: "drop", opened }).catch(() => undefined);
    }
  }

  /** A page of the nodes of a step that runs, from what it has printed and its manifest as it is now. */
  async readLive(
    asked: Omit<Extract<NodeRequest, { kind: "live" }>, "kind">,
  ): Promise<NodeAnswers["live"]> {
    return this.#ask({ kind: "live", ...asked });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  async #ask<K extends NodeRequest["kind"]>(
    request: Extract<NodeRequest, { kind: K }>,
  ): Promise<NodeAnswers[K]> {
    const id = ++this.#lastId;
    const worker = this.#open();
    try {
      return await new Promise<NodeAnswers[K]>((resolve, reject) => {
        // What the thread says to a request of a kind is of that kind.
        this.#waiting.set(id, { resolve: (given) => resolve(given as NodeAnswers[K]), reject });
        worker.postMessage({ id, request });
      });
    } finally {
      this.#waiting.delete(id);
      this.#idle?.refresh();
    }
  }

  #open(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL("./node-thread.ts", import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#maxMemoryMb },
    });
    worker.unref();
    worker.on("message", ({ id, given, error }) => {
      if (error === undefined) this.#waiting.get(id)?.resolve(given);
      else this.#waiting.get(id)?.reject(new Error(error));
    });
    worker.on("error", (error) => this.#fail(worker, this.#describe(error)));
    worker.on("exit", () => this.#fail(worker, new Error("the thread that reads artifacts ended")));
    this.#idle = setTimeout(() => {
      if (this.#waiting.size > 0) this.#idle?.refresh();
      else void worker.terminate();
    }, IDLE_MS).unref();
    this.#worker = worker;
    return worker;
  }

  #describe(error: unknown): Error {
    const isFull =
      error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    return new Error(
      isFull
        ? `reading its artifacts takes more than ${this.#maxMemoryMb} MB of memory`
        : String(error),
    );
  }

  // Whoever waits hears of it, and the next request starts another thread.
  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
