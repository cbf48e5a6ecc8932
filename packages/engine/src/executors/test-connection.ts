import { type Connection, type ConnectionTestResult, SecretMask } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { programUrl } from "../runner/program-url.ts";
import { runInProcess } from "./run-in-process.ts";

/**
 * Tries a connection with the tester its kind was defined with, in a process of its own.
 *
 * Whatever goes wrong is a result for people to read; the connection's secrets are masked in it.
 */
export async function testConnectionInProcess(
  modules: ModuleSettings,
  connection: Connection,
  timeoutMs: number,
): Promise<ConnectionTestResult> {
  const mask = new SecretMask();
  mask.addConnection(connection);
  try {
    const result = await runInProcess(modules, {
      module: programUrl("./connection-tester", import.meta.url).href,
      export: "callConnectionTester",
      argument: { ...connection },
      timeoutMs,
    });
    return mask.maskShown(asResult(result));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message: mask.mask(message), facts: [] };
  }
}

// The tester's own type says what it answers.
function asResult(value: unknown): ConnectionTestResult {
  return value as ConnectionTestResult;
}
