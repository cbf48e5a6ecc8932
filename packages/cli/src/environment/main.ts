import { AirloomError } from "@airloom/core";
import { removeEnvironmentInfo, saveEnvironmentInfo } from "../project/environment-file.ts";
import { loadProject } from "../project/project.ts";
import { openConsoleLogger } from "./console-logger.ts";
import type { StartMessage, StartRequest } from "./messages.ts";
import { type Environment, openEnvironment } from "./open-environment.ts";

const logger = openConsoleLogger("environment");

/** The environment's main process: opens everything, tells its starter, and stays until it is told to stop. */
async function main(): Promise<void> {
  const request = parseRequest(process.argv[2]);
  const project = loadProject(request.projectDir);
  let environment: Environment;
  try {
    environment = await openEnvironment(project, request, {
      onProgress: (step) => tell({ kind: "progress", step }),
    });
  } catch (error) {
    fail(error);
    return;
  }
  saveEnvironmentInfo(project, environment.info);
  logger.log("info", "ready", { url: environment.info.url });
  tell({ kind: "ready", info: environment.info, notes: environment.notes });

  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second signal is a person who does not want to wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.log("info", "stopping", { signal });
    void environment.close().then(
      () => {
        removeEnvironmentInfo(project);
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

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  logger.log("error", "could not start", { error: message });
  if (error instanceof Error && !(error instanceof AirloomError))
    process.stdout.write(`${error.stack ?? ""}\n`);
  const code = error instanceof AirloomError ? error.code : null;
  tell({ kind: "failed", code, message }, () => process.exit(1));
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
  process.exit(1);
});

await main();
