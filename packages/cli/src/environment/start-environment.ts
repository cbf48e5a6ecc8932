import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AirloomError, type ErrorCode } from "@airloom/core";
import { type EnvironmentInfo, findEnvironment } from "../project/environment-file.ts";
import { environmentLogFile } from "../project/log-files.ts";
import type { Project } from "../project/project.ts";
import type { StartMessage, StartRequest } from "./messages.ts";
import { stopEnvironment } from "./stop-environment.ts";
import {
  describeRestart,
  findSupervision,
  readSupervision,
  SUPERVISE,
  SUPERVISOR_NAME,
  supervisionFile,
} from "./supervise.ts";
import { wayInto } from "./view.ts";
import { prepareWeb } from "./web-build.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

const POLL_MS = 25;

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
  if (running !== undefined) return wasRunning(project, running);
  const back = await untilItIsBack(project, timeoutMs);
  if (back !== undefined) return back;

  // Before the wait begins: how long it may take says nothing of how long a checkout's pages take to build.
  await prepareWeb(onProgress);
  mkdirSync(join(project.stateDir, "logs"), { recursive: true });
  const log = openSync(environmentLogFile(project), "a", 0o600);
  const [file = "", ...args] = commandOf(project, request);
  const child = spawn(file, args, {
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

/** The supervisor with its main process; where root keeps the project to itself, with a way to it for user code. */
function commandOf(project: Project, request: StartRequest): readonly string[] {
  const main = [process.execPath, MAIN, JSON.stringify(request)];
  const supervised = [
    "/bin/sh",
    "-c",
    SUPERVISE,
    SUPERVISOR_NAME,
    supervisionFile(project),
    ...main,
  ];
  return [...(wayInto(project) ?? []), ...supervised];
}

/**
 * An environment that died is coming back by itself: waited for while it opens. One that still waits to be started again
 * has no need to: its supervisor is told to go, and `undefined` says that all is free for another start.
 */
async function untilItIsBack(project: Project, timeoutMs: number): Promise<Started | undefined> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const supervision = findSupervision(project);
    if (supervision === undefined) return undefined;
    if (supervision.phase === "waits") {
      await stopEnvironment(project, { graceMs: 0, keepDatabase: true });
      return undefined;
    }
    const info = findEnvironment(project);
    if (info !== undefined) return wasRunning(project, info);
    if (performance.now() > until) throw tooLate(project, timeoutMs);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Whoever starts what runs already may have seen it die. */
function wasRunning(project: Project, info: EnvironmentInfo): Started {
  const restart = describeRestart(readSupervision(project));
  return { info, notes: restart === undefined ? [] : [restart], wasRunning: true };
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
