import type { Connection, ConnectionTestResult } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";

/** Tries a connection with the tester its kind was defined with, in a process of its own. */
export async function testConnectionInProcess(
  _modules: ModuleSettings,
  _connection: Connection,
  _timeoutMs: number,
): Promise<ConnectionTestResult> {
  throw new Error("Connection tests are not written yet");
}
