import type { JsonObject, User } from "@airloom/core";
import type { FastifyRequest } from "fastify";
import type { ServerContext } from "../context.ts";

/** What happened, and on whose request. */
export interface AuditedCall {
  /** The operation; its snake_case form is the event's name. */
  readonly id: string;
  readonly request: FastifyRequest;
  readonly user: User | undefined;
  readonly actor?: string;
}

/** Keeps who did what, and from where. Bodies stay out: they may hold secrets. */
export async function saveAudit(context: ServerContext, call: AuditedCall): Promise<void> {
  const named = new Map(
    typeof call.request.params === "object" && call.request.params !== null
      ? Object.entries(call.request.params)
      : [],
  );
  await context.store.saveAudit({
    at: context.clock.now(),
    actor: call.user?.username ?? call.actor ?? "anonymous",
    event: call.id.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
    dagId: textOf(named.get("dag_id")),
    runId: textOf(named.get("dag_run_id")),
    taskId: textOf(named.get("task_id")),
    extra: describe(call.request, named),
  });
}

function describe(request: FastifyRequest, named: ReadonlyMap<string, unknown>): JsonObject {
  const target = ["connection_id", "variable_key", "pool_name"]
    .map((name) => textOf(named.get(name)))
    .find((text) => text !== null);
  return {
    ip: request.ip,
    method: request.method,
    requestId: request.id,
    ...(target === undefined ? {} : { target }),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0")
    ? value.slice(0, 250)
    : null;
}
