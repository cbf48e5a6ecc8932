import { ApiError } from "@airloom/api/client";
import { AirloomError, type ErrorCode } from "@airloom/core";
import { EXIT } from "./exit-codes.ts";
import { renderOwnCommands } from "./own-command.ts";
import type { Terminal } from "./terminal.ts";

const EXIT_OF_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  "auth.forbidden": EXIT.auth,
  "auth.unauthorized": EXIT.auth,
  "connection.bad_value": EXIT.usage,
  "connection.not_found": EXIT.notFound,
  "dag.not_found": EXIT.notFound,
  "database.locked": EXIT.conflict,
  "input.invalid": EXIT.usage,
  "pool.not_found": EXIT.notFound,
  "port.taken": EXIT.conflict,
  "project.bad_config": EXIT.usage,
  "project.exists": EXIT.conflict,
  "project.not_found": EXIT.notFound,
  "run.conflict": EXIT.conflict,
  "run.date_taken": EXIT.conflict,
  "run.not_found": EXIT.notFound,
  "task.not_found": EXIT.notFound,
  "task.running": EXIT.conflict,
  timeout: EXIT.timeout,
  "user.conflict": EXIT.conflict,
  "user.last_admin": EXIT.conflict,
  "user.not_found": EXIT.notFound,
  "variable.not_found": EXIT.notFound,
};

const EXIT_OF_STATUS: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.auth,
  404: EXIT.notFound,
  409: EXIT.conflict,
  422: EXIT.usage,
  504: EXIT.timeout,
};

/** Tells what a command ended with, and answers the exit code that stands for it. */
export function reportError(error: unknown, terminal: Terminal): number {
  const message = renderOwnCommands(error instanceof Error ? error.message : String(error));
  const code = exitCodeOf(error);
  terminal.say(`${terminal.style("red", "Error")}  ${message}`);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (process.env["AIRLOOM_DEBUG"] !== undefined) terminal.say(stack);
  else if (code === EXIT.bug) {
    terminal.say("This should not happen. AIRLOOM_DEBUG=1 shows where it did");
  }
  return code;
}

/** The exit code that stands for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AirloomError) return EXIT_OF_CODE[error.code] ?? EXIT.failed;
  if (error instanceof ApiError) return EXIT_OF_STATUS[error.status] ?? EXIT.failed;
  // What the operating system refuses, such as a full disk or a folder without rights, is no bug.
  return error instanceof Error && "syscall" in error ? EXIT.failed : EXIT.bug;
}
