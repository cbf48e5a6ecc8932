import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AirloomError, type ErrorCode } from "@airloom/core";
import { type EnvironmentInfo, findEnvironment } from "../project/environment-file.ts";
import { environmentLogFile } from "../project/log-files.ts";
import type { Project } from "../project/project.ts";
import type { StartMessage, StartRequest } from "./messages.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

export interface Started {
  readonly info: EnvironmentInfo;
  /** Things a person should know, such as a port that was moved. */
  readonly notes: readonly string[];
  readonly wasRunning: boolean;
}

/**
 * Starts the environment of a project in the background and resolves once everything in it is healthy.
 *
 * Errors: whatever kept it from starting, with its code; `timeout` when it is not ready in time (it goes on trying);
 * `database.locked` when another process holds the project.
 */
export async function startEnvironment(
  project: Project,
  request: StartRequest,
  {
    timeoutMs,
    onProgress,
  }: { readonly timeoutMs: number; readonly onProgress: (step: string) => void },
): Promise<Started> {
  const running = findEnvironment(project);
  if (running !== undefined) return { info: running, notes: [], wasRunning: true };

  mkdirSync(join(project.stateDir, "logs"), { recursive: true });
  const log = openSync(environmentLogFile(project), "a", 0o600);
  const child = spawn(process.execPath, [MAIN, JSON.stringify(request)], {
    cwd: project.dir,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(tooLate(project, timeoutMs))), timeoutMs);

    function settle(answer: () => void): void {
      clearTimeout(timer);
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      child.unref();
      answer();
    }

    child.on("message", (message: StartMessage) => {
      if (message.kind === "progress") onProgress(message.step);
      if (message.kind === "failed") settle(() => reject(failureOf(message)));
      if (message.kind === "ready") {
        settle(() => resolve({ info: message.info, notes: message.notes, wasRunning: false }));
      }
    });
    child.on("exit", (code, signal) => settle(() => reject(died(project, code, signal))));
    child.on("error", (error) => settle(() => reject(error)));
  });
}

function failureOf(message: Extract<StartMessage, { kind: "failed" }>): AirloomError {
  // The code crossed a process boundary as text; it was an ErrorCode on the other side.
  return message.code === null
    ? new AirloomError("environment.not_running", message.message)
    : new AirloomError(message.code as ErrorCode, message.message);
}

function tooLate(project: Project, timeoutMs: number): AirloomError {
  return new AirloomError(
    "timeout",
    `The environment was not healthy after ${timeoutMs / 1000} s; it goes on trying. See ${environmentLogFile(project)}, or wait longer with --wait`,
  );
}

function died(project: Project, code: number | null, signal: string | null): AirloomError {
  return new AirloomError(
    "environment.not_running",
    `The environment ended before it was ready (${signal ?? `exit code ${code}`}). See ${environmentLogFile(project)}`,
  );
}
