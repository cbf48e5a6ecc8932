import { mkdirSync } from "node:fs";
import { AirloomError } from "@airloom/core";
import { findFreePort } from "@airloom/server";
import {
  readEnvironmentInfo,
  removeEnvironmentInfo,
  saveEnvironmentInfo,
} from "../project/environment-file.ts";
import { loadProject, type Project } from "../project/project.ts";
import { openConsoleLogger } from "./console-logger.ts";
import type { StartMessage, StartRequest } from "./messages.ts";
import { type Environment, openEnvironment } from "./open-environment.ts";
import {
  type Birth,
  beginSupervision,
  CRASHED,
  describeStatus,
  endWait,
  removeSupervision,
  takeBirth,
} from "./supervise.ts";

/** What never was ready has something wrong with it that a second start does not mend. */
let codeOfCrash = 1;

const PORTS_WITHIN_MS = 10_000;
const PORT_POLL_MS = 50;

const logger = openConsoleLogger("environment");

/** The environment's main process: opens everything, tells its starter, and stays until it is told to stop. */
async function main(): Promise<void> {
  const asked = parseRequest(process.argv[2]);
  const project = loadProject(asked.projectDir);
  const birth = takeBirth(process.env);
  if (!(await mayOpen(project, birth))) return;
  const request = birth.status === undefined ? asked : await withPortsOfBefore(asked, project);
  let environment: Environment;
  try {
    environment = await openEnvironment(project, request, {
      onProgress: (step) => tell({ kind: "progress", step }),
    });
  } catch (error) {
    fail(error, birth);
    return;
  }
  saveEnvironmentInfo(project, environment.info);
  logger.log("info", "ready", { url: environment.info.url });
  tell({ kind: "ready", info: environment.info, notes: environment.notes });
  codeOfCrash = CRASHED;

  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second signal is a person who does not want to wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.log("info", "stopping", { signal });
    void environment.close().then(
      () => {
        removeEnvironmentInfo(project);
        removeSupervision(project);
        logger.log("info", "stopped");
        process.exit(0);
      },
      (error: unknown) => {
        logger.log("error", "could not stop cleanly", { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", stop);
}

/** Waits where the one before has died, and gives up where too many have. */
async function mayOpen(project: Project, birth: Birth): Promise<boolean> {
  mkdirSync(project.stateDir, { recursive: true });
  const verdict = beginSupervision(project, birth, new Date());
  const isSupervised = (): boolean => process.ppid === birth.supervisorPid;
  // Somebody stopped the environment in just this moment.
  if (!isSupervised()) process.exit(0);
  if (birth.status !== undefined) {
    logger.log("error", "the main process died and is started again", {
      how: describeStatus(birth.status),
      afterMs: verdict.kind === "start" ? verdict.afterMs : null,
    });
  }
  if (verdict.kind === "give_up") {
    fail(new AirloomError("environment.not_running", `Gave up: ${verdict.reason}`), undefined);
    return false;
  }
  if (verdict.afterMs === 0) return true;
  await new Promise((resolve) => setTimeout(resolve, verdict.afterMs));
  if (!isSupervised()) process.exit(0);
  endWait(project, new Date());
  return true;
}

/** People and connections know the addresses of the one before; its children may hold them a little longer. */
async function withPortsOfBefore(request: StartRequest, project: Project): Promise<StartRequest> {
  const before = readEnvironmentInfo(project);
  if (before === undefined) return request;
  const host = request.host ?? project.config.host;
  const port = Number(new URL(before.url).port);
  const service = before.dbtServiceUrl;
  const dbtServicePort = service === null ? request.dbtServicePort : Number(new URL(service).port);
  const until = performance.now() + PORTS_WITHIN_MS;
  for (const wanted of [port, dbtServicePort ?? 0]) {
    while ((await findFreePort(wanted, host)) !== wanted && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, PORT_POLL_MS));
    }
  }
  return { ...request, port, dbtServicePort };
}

function fail(error: unknown, birth: Birth | undefined): void {
  const message = error instanceof Error ? error.message : String(error);
  logger.log("error", "could not start", { error: message });
  if (error instanceof Error && !(error instanceof AirloomError))
    process.stdout.write(`${error.stack ?? ""}\n`);
  const code = error instanceof AirloomError ? error.code : null;
  // What died once may be held up by what it left behind; who holds the project now, holds it for good.
  const isWorthAnother = birth?.status !== undefined && code !== "database.locked";
  tell({ kind: "failed", code, message }, () => process.exit(isWorthAnother ? CRASHED : 1));
}

function tell(message: StartMessage, then: () => void = () => undefined): void {
  // Its starter may be gone: then nobody waits for the answer.
  if (process.send === undefined || !process.connected) then();
  else process.send(message, undefined, {}, then);
}

// Only `startEnvironment` starts this process; what it passes has this shape.
function parseRequest(text: string | undefined): StartRequest {
  return JSON.parse(text ?? "{}") as StartRequest;
}

process.on("uncaughtException", (error) => {
  logger.log("error", "uncaught", { error: String(error) });
  process.stdout.write(`${error.stack ?? ""}\n`);
  process.exit(codeOfCrash);
});

await main();
