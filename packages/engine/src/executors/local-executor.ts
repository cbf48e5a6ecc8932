import type { Executor, LiveEvents, Logger, LogStore, TaskApi } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";

/** The numbers a local executor goes by. */
export interface LocalExecutorSettings {
  /** Most attempts at once. @default 32 */
  readonly parallelism: number;
  /** Processes that are kept when there is nothing to do. @default 1 */
  readonly idleProcesses: number;
  /** How long an idle process above that number is kept. @default 30_000 */
  readonly idleMs: number;
  /** A process is replaced after so many attempts. @default 200 */
  readonly attemptsPerProcess: number;
  /** JavaScript heap of a process. @default 1_024 */
  readonly heapLimitMb: number;
  /** Resident memory of a process beyond which its attempt is killed; Buffers and native code count too. @default none */
  readonly memoryLimitMb: number | null;
  /** How long `onKill` of an operator may take. @default 10_000 */
  readonly killHookMs: number;
  /** Between SIGTERM and SIGKILL. @default 5_000 */
  readonly killGraceMs: number;
}

/** What `openLocalExecutor` needs. */
export interface LocalExecutorOptions {
  readonly modules: ModuleSettings;
  readonly taskApi: TaskApi;
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly logger: Logger;
  readonly settings?: Partial<LocalExecutorSettings>;
}

/** Opens an executor that runs attempts in processes of this machine. */
export function openLocalExecutor(_options: LocalExecutorOptions): Executor {
  throw new Error("The local executor is not written yet");
}
