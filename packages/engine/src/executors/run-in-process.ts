import { AirloomError, type JsonValue } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { type ChildExit, openChild } from "../runner/open-child.ts";
import { programUrl } from "../runner/program-url.ts";
import { fromWireError, type WireError } from "../runner/protocol.ts";
import { openReaper } from "../runner/reaper.ts";

/** A function of a module, to be called in a process of its own. */
export interface ProcessCall {
  /** Absolute path or URL of the module. */
  readonly module: string;
  /** Name of the exported function: `(argument, { signal }) => JsonValue | Promise<JsonValue>`. */
  readonly export: string;
  readonly argument: JsonValue;
  readonly timeoutMs: number;
}

/** What the process is told. */
export interface CallRequest {
  readonly entry: string;
  readonly cacheDir: string;
  readonly module: string;
  readonly export: string;
  readonly argument: JsonValue;
}

/** What the process says. */
export type CallAnswer =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: WireError };

/** Calls it with scrubbed environment and limits, and kills the process group when it takes too long (`timeout`). */
export async function runInProcess(modules: ModuleSettings, call: ProcessCall): Promise<JsonValue> {
  const answered = Promise.withResolvers<CallAnswer>();
  const reaper = openReaper();
  const child = openChild({
    program: programUrl("./call-main", import.meta.url),
    modules,
    reaper,
    heapLimitMb: 512,
    output: "ignore",
    onMessage: (message) => answered.resolve(asAnswer(message)),
  });
  const timer = setTimeout(() => {
    const seconds = call.timeoutMs / 1_000;
    answered.reject(
      new AirloomError("timeout", `The call of "${call.export}" took longer than ${seconds} s`),
    );
  }, call.timeoutMs);
  void child.exited.then((exit) => answered.reject(describeExit(call, exit)));
  const { entry, cacheDir } = modules;
  child.send({
    entry,
    cacheDir,
    module: call.module,
    export: call.export,
    argument: call.argument,
  });
  try {
    const answer = await answered.promise;
    if (answer.kind === "error") throw fromWireError(answer.error);
    return asJson(answer.value);
  } finally {
    clearTimeout(timer);
    await child.destroy();
    await child.exited;
    reaper.close();
  }
}

function describeExit(call: ProcessCall, { code, signal, breach }: ChildExit): Error {
  return new Error(
    `The process of "${call.export}" ended (${breach ?? signal ?? `exit code ${code}`}) without an answer`,
  );
}

// It came through JSON.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}

// Only our own program knows the nonce in front of its messages.
function asAnswer(message: unknown): CallAnswer {
  return message as CallAnswer;
}
