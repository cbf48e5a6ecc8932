import { writeSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import type { EngineCommand, EngineMessage } from "./engine-thread.ts";

/** How long the engine may take to hear that it shall stop: a template or a regular expression does not listen. */
const HEAR_WITHIN_MS = 2_000;
/** How long it may take to stop what it does, once it has heard. */
const STOP_WITHIN_MS = 30_000;
const LOOK_FOR_PARENT_EVERY_MS = 500;
const STDERR = 2;

/** What the supervision of an engine goes by. */
export interface Supervision {
  readonly exitsWithParent: boolean;
  /** What a step may take of memory; none when a person runs dbt. */
  readonly memoryMb: number | undefined;
}

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

/** Takes the process to the engine's end: signals stop it, its parent's death ends it, its exit code becomes ours. */
export function superviseEngine(engine: Worker, supervision: Supervision): void {
  stopOnSignals(engine);
  if (process.connected || supervision.exitsWithParent) exitWithParent();
  engine.on("message", (message: EngineMessage) => {
    if (message.kind !== "ended") return;
    process.exitCode = message.exitCode;
    process.removeListener("disconnect", exitNow);
    if (process.connected) process.disconnect();
  });
  engine.on("error", (error) => {
    say(describeFailure(error, supervision.memoryMb));
    process.exitCode = 1;
    process.removeListener("disconnect", exitNow);
    if (process.connected) process.disconnect();
  });
}
