import type { OperationId } from "@airloom/api";
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

/** Keeps who did what to which thing, and from where. The rest of a body stays out: it may hold secrets. */
export async function saveAudit(context: ServerContext, call: AuditedCall): Promise<void> {
  const named = entriesOf(call.request.params);
  await context.store.saveAudit({
    at: context.clock.now(),
    actor: call.user?.username ?? call.actor ?? "anonymous",
    event: call.id.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
    dagId: textOf(named.get("dag_id")),
    runId: textOf(named.get("dag_run_id")),
    taskId: textOf(named.get("task_id")),
    extra: describe(call),
  });
}

function describe({ id, request }: AuditedCall): JsonObject {
  const target = targetOf(id, request);
  return {
    ip: request.ip,
    method: request.method,
    requestId: request.id,
    ...(target === null ? {} : { target }),
  };
}

/** What was changed, as the address names it; what is made or tried is named in the body. */
function targetOf(id: string, { params, body }: FastifyRequest): string | null {
  const named = entriesOf(params);
  const target = named.get("connection_id") ?? named.get("variable_key") ?? named.get("pool_name");
  return textOf(target ?? entriesOf(body).get(NAME_IN_BODY.get(id) ?? ""));
}

const NAME_IN_BODY: ReadonlyMap<string, string> = new Map<OperationId, string>([
  ["createConnection", "connection_id"],
  ["createPool", "name"],
  ["createVariable", "key"],
  ["testConnection", "connection_id"],
]);

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0")
    ? value.slice(0, 250)
    : null;
}
