import { STATUS_OF_ERROR } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import type { FastifyError } from "fastify";
import { InvalidInput } from "./invalid-input.ts";

/** An error as a client sees it: no stack, no path, no SQL. */
export interface ErrorReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** When to come again. */
  readonly retryAfterS?: number;
}

/** Codes whose messages speak of the machine the server runs on. */
const PRIVATE_CODES: ReadonlySet<string> = new Set([
  "database.locked",
  "database.newer",
  "database.unavailable",
  "environment.not_running",
  "port.taken",
  "project.bad_config",
  "secret.unreadable",
]);

const WORDS: Readonly<Record<number, string>> = {
  400: "The request is malformed",
  404: "Cannot find this address",
  413: "The body of the request is larger than what this address takes",
  415: "Expected a body of type application/json",
  500: "The server failed; its log names the request id",
  503: "The database does not answer; try again",
};

/** What to answer for an error, whatever threw it. */
export function describeError(error: unknown): ErrorReply {
  if (error instanceof InvalidInput) return { status: 422, body: { detail: error.issues } };
  if (error instanceof AirloomError) {
    const status = STATUS_OF_ERROR[error.code];
    const detail = PRIVATE_CODES.has(error.code) ? wordsFor(status) : error.message;
    const { retryAfterS } = error.details;
    return {
      status,
      body: { detail, code: error.code },
      ...(typeof retryAfterS === "number" ? { retryAfterS } : {}),
    };
  }
  const status = statusOf(error);
  return { status, body: { detail: wordsFor(status) } };
}

function statusOf(error: unknown): number {
  // What serves files calls a folder forbidden: there is nothing at its address.
  if (error instanceof Error && error.name === "ForbiddenError") return 404;
  if (!(error instanceof Error) || !isFastifyError(error)) return 500;
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function isFastifyError(error: Error): error is FastifyError {
  return "statusCode" in error && "code" in error;
}

function wordsFor(status: number): string {
  return WORDS[status] ?? (status < 500 ? "The request is malformed" : "The server failed");
}
