import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Outcome, Workload } from "@airloom/core";
import {
  type Attempt,
  type AttemptResult,
  describeFailure,
  openAttempt,
} from "@airloom/sdk/runtime";
import { captureOutput } from "./capture-output.ts";
import { type ImportDag, makeDagImporter } from "./import-dag.ts";
import { installModuleHooks, type ModuleHooks } from "./module-hooks.ts";
import { openParentLink } from "./parent-link.ts";
import { type RunnerMessage, type RunnerRequest, reviveWorkload, TAKEN_AWAY } from "./protocol.ts";
import { makeRemoteTaskApi } from "./remote-task-api.ts";

// The process in which tasks run, one attempt at a time. All it knows of the platform goes through its parent.

/** How long code may go on after it was told to stop, before its process is ended. */
const SETTLE_MS = 500;

/** The attempt under way. */
interface Current {
  readonly workload: Workload;
  readonly mark: string;
  readonly abort: AbortController;
  readonly confirmed: PromiseWithResolvers<boolean>;
  readonly settled: PromiseWithResolvers<void>;
  attempt: Attempt | undefined;
  /** Errors that nobody caught: they fail the attempt, since its code is in no known state any more. */
  readonly stray: PromiseWithResolvers<never>;
  hasStray: boolean;
}

let hooks: ModuleHooks | undefined;
let importDag: ImportDag = makeDagImporter();
let current: Current | undefined;
let idleResources = 0;

const link = openParentLink((message) => void handle(asRequest(message)));
const say = (message: RunnerMessage): void => link.send(message);
const remote = makeRemoteTaskApi(say);
const countTimers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "Immediate")
    .length;

async function handle(request: RunnerRequest): Promise<void> {
  switch (request.kind) {
    case "start":
      await start(request);
      return;
    case "run":
      await run({ ...request, workload: reviveWorkload(request.workload) });
      return;
    case "confirm":
      current?.confirmed.resolve(request.isConfirmed);
      return;
    case "abort":
      await abort(request.reason);
      return;
    case "answer":
    case "refusal":
      remote.receive(request);
      return;
  }
}

async function start(request: Extract<RunnerRequest, { readonly kind: "start" }>): Promise<void> {
  await import(pathToFileURL(request.entry).href);
  hooks = installModuleHooks(request);
  importDag = makeDagImporter();
  captureOutput(say);
  idleResources = countTimers();
  say({ kind: "ready" });
}

async function run({
  workload,
  mark,
  isConfirmed,
}: Extract<RunnerRequest, { readonly kind: "run" }>): Promise<void> {
  if (hooks?.isStale() === true) {
    say({ kind: "stale" });
    return;
  }
  const stray = Promise.withResolvers<never>();
  // Whoever races against it handles it; without a race there is nothing to tell.
  stray.promise.catch(() => undefined);
  const now: Current = {
    workload,
    mark,
    abort: new AbortController(),
    confirmed: Promise.withResolvers(),
    settled: Promise.withResolvers(),
    attempt: undefined,
    stray,
    hasStray: false,
  };
  current = now;
  if (isConfirmed) now.confirmed.resolve(true);
  const result = await runAttempt(now).catch((error: unknown) => failWith(error));
  now.settled.resolve();
  // A promise rejected in the last moment is announced after the microtasks of this turn.
  await new Promise((resolve) => setImmediate(resolve));
  finish(now, now.hasStray ? await now.stray.promise.catch(failWith) : result);
}

async function runAttempt(now: Current): Promise<AttemptResult> {
  const { workload } = now;
  const dag = await Promise.race([
    importDag(workload.file, workload.taskInstance.dagId),
    now.stray.promise,
  ]);
  now.attempt = openAttempt(dag, workload, {
    api: remote.api,
    signal: now.abort.signal,
    log: (level, text) => say({ kind: "log", source: "task", level, text }),
    maskSecret: (value) => say({ kind: "mask", value }),
    now: () => new Date(),
  });
  if (!(await now.confirmed.promise)) {
    return { outcome: TAKEN_AWAY, skip: [] };
  }
  return Promise.race([now.attempt.run(), now.stray.promise]);
}

function failWith(error: unknown): AttemptResult {
  const failure = describeFailure(error, "error");
  say({ kind: "log", source: "task", level: "error", text: failure.stack ?? failure.message });
  const outcome: Outcome = { kind: "failed", failure, retryable: true };
  return { outcome, skip: [] };
}

function finish(now: Current, result: AttemptResult): void {
  current = undefined;
  for (const fd of [1, 2]) writeMark(fd, now.mark);
  const isClean = !now.hasStray && countTimers() <= idleResources;
  say({ kind: "finished", outcome: result.outcome, skip: result.skip, isClean });
}

/** Tells the parent where this attempt's output ends. A stream that the task closed has ended already. */
function writeMark(fd: number, mark: string): void {
  try {
    writeSync(fd, `${mark}\n`);
  } catch {
    // The parent does not wait for ever.
  }
}

async function abort(reason: string): Promise<void> {
  say({ kind: "aborting" });
  const now = current;
  now?.abort.abort(new Error(reason));
  try {
    await now?.attempt?.kill();
  } catch (error) {
    const { message, stack } = describeFailure(error, "error");
    say({
      kind: "log",
      source: "task",
      level: "error",
      text: `onKill failed: ${stack ?? message}`,
    });
  }
  const patience = new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await Promise.race([now?.settled.promise, patience]);
  say({ kind: "cancelled" });
}

function onStrayError(error: unknown): void {
  if (current === undefined) process.exit(1);
  current.hasStray = true;
  current.stray.reject(error);
}

process.on("uncaughtException", onStrayError);
process.on("unhandledRejection", onStrayError);

// The parent is our own code; it sends nothing else.
function asRequest(message: unknown): RunnerRequest {
  return message as RunnerRequest;
}
