import { AirloomError, type ErrorCode } from "@airloom/core";

/** What the process answers to scripts. Documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  timeout: 5,
  conflict: 6,
  bug: 70,
  interrupted: 130,
} as const;

const BY_SUBJECT: Readonly<Partial<Record<ErrorCode, number>>> = {
  "auth.forbidden": EXIT.auth,
  "auth.unauthorized": EXIT.auth,
  "connection.not_found": EXIT.notFound,
  "dag.not_found": EXIT.notFound,
  "database.locked": EXIT.conflict,
  "environment.not_running": EXIT.failed,
  "input.invalid": EXIT.usage,
  "pool.not_found": EXIT.notFound,
  "port.taken": EXIT.conflict,
  "project.bad_config": EXIT.usage,
  "project.exists": EXIT.conflict,
  "project.not_found": EXIT.notFound,
  "run.conflict": EXIT.conflict,
  "run.not_found": EXIT.notFound,
  "task.not_found": EXIT.notFound,
  "task.running": EXIT.conflict,
  timeout: EXIT.timeout,
  "variable.not_found": EXIT.notFound,
};

/** The exit code that stands for an error a command ended with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AirloomError) return BY_SUBJECT[error.code] ?? EXIT.failed;
  return EXIT.bug;
}
