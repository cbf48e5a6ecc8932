import { AirloomError } from "@airloom/core";

/** SQLSTATE classes and codes of a server that is away, going or coming. */
const AWAY_STATES = /^(?:08|57P0[1-5]|53300)/u;

const AWAY_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Texts of the driver, which gives these failures no code. */
const AWAY_TEXTS =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/u;

/** True when the database could not be reached or went away meanwhile. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AirloomError) return error.code === "database.unavailable";
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return AWAY_CODES.has(code) || AWAY_STATES.test(code) || AWAY_TEXTS.test(error.message);
}

/** True when the database rolled back for the sake of another transaction: the same again may succeed. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** Puts a lost or refused connection into our words; any other failure stays what it is. */
export function unavailableError(cause: unknown): unknown {
  if (cause instanceof AirloomError || !isUnavailable(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AirloomError("database.unavailable", `Cannot reach the database: ${reason}`, {
    cause,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
