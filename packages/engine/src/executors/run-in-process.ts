import type { JsonValue } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";

/** A function of a module, to be called in a process of its own. */
export interface ProcessCall {
  /** Absolute path or URL of the module. */
  readonly module: string;
  /** Name of the exported function: `(argument, { signal }) => JsonValue | Promise<JsonValue>`. */
  readonly export: string;
  readonly argument: JsonValue;
  readonly timeoutMs: number;
}

/** Calls it with scrubbed environment and limits, and kills the process group when it takes too long (`timeout`). */
export async function runInProcess(
  _modules: ModuleSettings,
  _call: ProcessCall,
): Promise<JsonValue> {
  throw new Error("Calls in a process are not written yet");
}
