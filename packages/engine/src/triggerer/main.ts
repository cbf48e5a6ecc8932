import { pathToFileURL } from "node:url";
import type { Workload } from "@airloom/core";
import {
  findTrigger,
  makeTriggerContext,
  openAttempt,
  type TriggerHost,
  toJsonValue,
} from "@airloom/sdk/runtime";
import { makeDagImporter } from "../runner/import-dag.ts";
import { installModuleHooks, type ModuleHooks } from "../runner/module-hooks.ts";
import { openParentLink } from "../runner/parent-link.ts";
import { reviveWorkload } from "../runner/protocol.ts";
import { makeRemoteTaskApi, type RemoteTaskApi } from "../runner/remote-task-api.ts";
import { makeLongTimer } from "./long-timer.ts";
import type { TriggererMessage, TriggererRequest, WaitRequest } from "./triggerer-protocol.ts";

// The process in which deferred tasks wait: one event loop for all of them. It decides nothing; whatever it loses by
// dying it is told again.

interface Wait {
  readonly request: WaitRequest;
  readonly abort: AbortController;
  readonly remote: RemoteTaskApi;
  readonly host: TriggerHost;
}

const waits = new Map<number, Wait>();
const importDag = makeDagImporter();
let hooks: ModuleHooks | undefined;
let handling: Promise<void> = Promise.resolve();

const link = openParentLink((message) => {
  const request = asRequest(message);
  // Only the start has to be over before anything else; waits then go on side by side.
  if (request.kind === "start") handling = start(request);
  else void handling.then(() => handle(request));
});
const say = (message: TriggererMessage): void => link.send(message);

async function start(
  request: Extract<TriggererRequest, { readonly kind: "start" }>,
): Promise<void> {
  await import(pathToFileURL(request.entry).href);
  for (const module of request.triggerModules) {
    await import(module.startsWith("file:") ? module : pathToFileURL(module).href);
  }
  hooks = installModuleHooks(request);
  say({ kind: "ready" });
}

async function handle(
  request: Exclude<TriggererRequest, { readonly kind: "start" }>,
): Promise<void> {
  switch (request.kind) {
    case "wait":
      await wait(request);
      return;
    case "end":
      await end(request);
      return;
    case "answered":
      say({ kind: "entered", id: request.id });
      waits.get(request.id)?.remote.receive(request.answer);
      return;
    case "ping":
      say({ kind: "pong", count: request.count });
      return;
  }
}

async function wait(request: WaitRequest): Promise<void> {
  const { id } = request;
  const opened = openWait(request);
  waits.set(id, opened);
  try {
    const trigger = await loadTrigger(request);
    say({ kind: "entered", id });
    const payload = await trigger.run(request.input, makeTriggerContext(request, opened.host));
    const json = toJsonValue(payload, `the event of trigger "${request.trigger}"`);
    if (!opened.abort.signal.aborted) say({ kind: "fired", id, payload: json });
  } catch (error) {
    if (opened.abort.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error)
      say({ kind: "log", id, level: "error", text: error.stack ?? message });
    say({ kind: "failed", id, message: `Trigger "${request.trigger}" failed: ${message}` });
  } finally {
    if (!opened.abort.signal.aborted) waits.delete(id);
  }
}

function openWait(request: WaitRequest): Wait {
  const { id } = request;
  const abort = new AbortController();
  const remote = makeRemoteTaskApi((call) => say({ kind: "called", id, call }));
  const host: TriggerHost = {
    api: remote.api,
    signal: abort.signal,
    log: (level, text) => say({ kind: "log", id, level, text }),
    maskSecret: (value) => say({ kind: "mask", id, value }),
    now: () => new Date(),
    schedule: (milliseconds, callback) =>
      makeLongTimer(milliseconds, () => {
        say({ kind: "entered", id });
        callback();
      }),
  };
  return { request, abort, remote, host };
}

async function loadTrigger({ trigger, file, taskInstance }: WaitRequest): Promise<{
  run(
    input: WaitRequest["input"],
    context: ReturnType<typeof makeTriggerContext>,
  ): Promise<unknown>;
}> {
  const known = findTrigger(trigger);
  if (known !== undefined && hooks?.isStale() !== true) return known;
  // Code that is out of date would go on for ever: modules are never imported twice.
  if (hooks?.isStale() === true) return askForRestart();
  if (file !== null) await importDag(file, taskInstance.dagId);
  const found = findTrigger(trigger);
  if (found !== undefined) return found;
  throw new Error("nothing that is imported defines it: import its module in the Dag file");
}

function askForRestart(): Promise<never> {
  say({ kind: "stale" });
  // The parent ends this process.
  return new Promise(() => undefined);
}

async function end(request: Extract<TriggererRequest, { readonly kind: "end" }>): Promise<void> {
  const ended = waits.get(request.id);
  if (ended === undefined) return;
  ended.abort.abort(new Error(request.reason));
  try {
    if (request.killed !== null) await cancel(ended, request.killed);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: "log", id: request.id, level: "error", text: `onKill failed: ${text}` });
  } finally {
    say({ kind: "cancelled", id: request.id });
    waits.delete(request.id);
  }
}

/** Lets the operator of a deferred task cancel what it has running outside. */
async function cancel({ request, host }: Wait, { run }: Pick<Workload, "run">): Promise<void> {
  const { file, taskInstance, leaseToken } = request;
  if (file === null) return;
  const dag = await importDag(file, taskInstance.dagId);
  const task = dag.toSpec().tasks.find((spec) => spec.taskId === taskInstance.taskId);
  if (task === undefined) return;
  const base = { taskInstance, leaseToken, run, task, file, fileHash: "", resumption: null };
  await openAttempt(dag, reviveWorkload(base), host).kill();
}

function onStray(error: unknown): void {
  say({
    kind: "stray",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

process.on("uncaughtException", onStray);
process.on("unhandledRejection", onStray);

// The parent is our own code; it sends nothing else.
function asRequest(message: unknown): TriggererRequest {
  return message as TriggererRequest;
}
