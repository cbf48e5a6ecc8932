import { parentPort, workerData } from "node:worker_threads";
import { type EngineStart, runEngine } from "./run-engine.ts";

/** What the engine's thread tells the one that supervises it. */
export type EngineMessage =
  | { readonly kind: "stopping" }
  | { readonly kind: "ended"; readonly exitCode: number };

/** What it is told. */
export type EngineCommand = "stop";

async function main(start: EngineStart): Promise<void> {
  const controller = new AbortController();
  const port = parentPort;
  const tell = (message: EngineMessage): void => port?.postMessage(message);
  port?.on("message", () => {
    tell({ kind: "stopping" });
    controller.abort();
  });
  tell({ kind: "ended", exitCode: await runEngine(start, controller.signal) });
  port?.close();
}

await main(workerData);
