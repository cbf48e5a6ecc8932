import { ApiError } from "@airloom/api";
import { askServer } from "../../api/ask-server.ts";
import type { DbtPage } from "./dbt-wire.ts";

interface Envelope {
  readonly data: unknown;
  readonly extra?: { readonly pagination?: { readonly total_count?: number } };
}

interface AskOptions {
  readonly signal?: AbortSignal;
  /** Given: a POST with this body. */
  readonly body?: unknown;
}

/** Asks the job service and returns the envelope's `data`. */
export async function askDbt<T>(path: string, options: AskOptions = {}): Promise<T> {
  // What the service returns at an address is its published contract.
  return (await ask(path, options)).data as T;
}

/** Asks for a list and returns one page of it. */
export async function listDbt<T>(path: string, options: AskOptions = {}): Promise<DbtPage<T>> {
  const { data, extra } = await ask(path, options);
  const items = Array.isArray(data) ? data : [];
  return { items, total: extra?.pagination?.total_count ?? items.length };
}

async function ask(path: string, { signal, body }: AskOptions): Promise<Envelope> {
  const response = await askServer(path, {
    method: body === undefined ? "GET" : "POST",
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, null, userMessageOf(answer, response));
  return answer as Envelope;
}

function userMessageOf(answer: unknown, response: Response): string {
  const status =
    typeof answer === "object" && answer !== null && "status" in answer ? answer.status : null;
  const message =
    typeof status === "object" && status !== null && "user_message" in status
      ? status.user_message
      : null;
  return typeof message === "string" ? message : `The job service answered ${response.status}`;
}
