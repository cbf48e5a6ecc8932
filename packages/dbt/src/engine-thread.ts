import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** What the engine's thread is started with. */
export interface EngineStart {
  readonly args: readonly string[];
  /** The cage as the job service wrote it; none when a person runs dbt. */
  readonly cage: string | undefined;
  readonly useColors: boolean;
}

/** What the engine's thread tells the one that supervises it. */
export type EngineMessage =
  | { readonly kind: "stopping" }
  | { readonly kind: "ended"; readonly exitCode: number };

/** What it is told. */
export type EngineCommand = "stop";

const RETRY_WRITE_MS = 5;
const STDOUT = 1;

// Written at once and by this thread: what is said before a kill is not lost, and a slow reader slows the engine down.
function write(text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(STDOUT, left));
    } catch (error) {
      if (!isCode(error, "EAGAIN")) {
        // Nobody reads any more: what is left to do is done without saying so.
        if (isCode(error, "EPIPE")) return;
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WRITE_MS);
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function main(start: EngineStart): Promise<void> {
  const controller = new AbortController();
  const port = parentPort;
  const tell = (message: EngineMessage): void => port?.postMessage(message);
  port?.on("message", () => {
    tell({ kind: "stopping" });
    controller.abort();
  });
  const { parseCage } = await import("./cage/cage.ts");
  const { runDbt } = await import("./run-dbt.ts");
  const { exitCode } = await runDbt(start.args, {
    cwd: process.cwd(),
    env: process.env,
    cage: start.cage === undefined ? undefined : parseCage(start.cage),
    signal: controller.signal,
    useColors: start.useColors,
    write,
  });
  tell({ kind: "ended", exitCode });
  port?.close();
}

await main(workerData);
