import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { EngineCommand, EngineMessage } from "./engine-thread.ts";
import type { EngineStart } from "./run-engine.ts";

/** How long the engine may take to hear that it shall stop: a template or a regular expression does not listen. */
const HEAR_WITHIN_MS = 2_000;
/** How long it may take to stop what it does, once it has heard. */
const STOP_WITHIN_MS = 30_000;
const LOOK_FOR_PARENT_EVERY_MS = 500;
const STDERR = 2;

/** Ends without waiting: an orderly exit would first join the thread that runs a statement. */
function exitNow(): void {
  process.kill(process.pid, "SIGKILL");
}

function say(text: string): void {
  try {
    writeSync(STDERR, `${text}\n`);
  } catch {
    // Nobody is there to hear it.
  }
}

function stopOnSignals(engine: Worker): void {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isStopping) exitNow();
      isStopping = true;
      stop(engine, signal);
    });
  }
}

function stop(engine: Worker, signal: NodeJS.Signals): void {
  // Dies of the signal it got, as a program without a handler: whoever waits for it learns the truth.
  const giveUp = (): void => {
    say(`dbt does not stop after ${signal}: ended`);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  let timer = setTimeout(giveUp, HEAR_WITHIN_MS);
  timer.unref();
  engine.on("message", (message: EngineMessage) => {
    clearTimeout(timer);
    if (message.kind !== "stopping") return;
    timer = setTimeout(giveUp, STOP_WITHIN_MS);
    timer.unref();
  });
  engine.postMessage("stop" satisfies EngineCommand);
}

function exitWithParent(): void {
  process.once("disconnect", exitNow);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) exitNow();
  }, LOOK_FOR_PARENT_EVERY_MS);
  timer.unref();
}

function describeFailure(error: unknown, memoryMb: number | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (!("code" in error) || error.code !== "ERR_WORKER_OUT_OF_MEMORY") {
    return error.stack ?? error.message;
  }
  return memoryMb === undefined
    ? "dbt ran out of memory: a template or a result of a query is too large"
    : `dbt ran out of memory: its templates and results may take half of the step's ${memoryMb} MB; raise "dbtMemoryMb" in airloom.config.json`;
}

function openThread(start: EngineStart, memoryMb: number | undefined): Worker {
  // A thread has no compile cache before it asks for one, and asking in a file of ours is late: Node would first load what strips its types.
  const program = new URL("./engine-thread.ts", import.meta.url);
  const asks = `require("node:module").enableCompileCache(); import(${JSON.stringify(program.href)});`;
  return new Worker(asks, {
    eval: true,
    workerData: start,
    // What was loaded into this thread to watch the parent must not watch a second time.
    execArgv: [],
    ...(memoryMb === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: Math.floor(memoryMb / 2) } }),
  });
}

/**
 * Runs the engine in a thread of its own, so that this one always hears signals and the end of its parent:
 * signals stop it, its parent's death ends it, and its exit code is resolved to.
 */
export function runSupervised(start: EngineStart, exitsWithParent: boolean): Promise<number> {
  const memoryMb = start.cage === undefined ? undefined : Number(JSON.parse(start.cage).memoryMb);
  const engine = openThread(start, memoryMb);
  stopOnSignals(engine);
  if (exitsWithParent) exitWithParent();
  const letGo = (): void => {
    process.removeListener("disconnect", exitNow);
    if (process.connected) process.disconnect();
  };
  return new Promise((resolve) => {
    engine.on("message", (message: EngineMessage) => {
      if (message.kind !== "ended") return;
      letGo();
      resolve(message.exitCode);
    });
    engine.on("error", (error) => {
      say(describeFailure(error, memoryMb));
      letGo();
      resolve(1);
    });
  });
}
