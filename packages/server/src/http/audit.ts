import type { OperationId } from "@airloom/api";
import type { AuditEntry, JsonObject, JsonValue, User } from "@airloom/core";
import type { FastifyRequest } from "fastify";
import type { ServerContext } from "../context.ts";
import { clientAddressOf } from "./client-address.ts";

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
  await context.store.saveAudit(entryOf(context, call));
}

/** The same for what anybody can bring about as often as they like. */
export async function saveRepeatedAudit(context: ServerContext, call: AuditedCall): Promise<void> {
  await context.repeated.saveAudit(entryOf(context, call));
}

function entryOf(context: ServerContext, call: AuditedCall): Omit<AuditEntry, "id"> {
  const named = entriesOf(call.request.params);
  return {
    at: context.clock.now(),
    actor: call.user?.username ?? textOf(call.actor) ?? "anonymous",
    event: call.id.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
    dagId: textOf(named.get("dag_id")),
    runId: textOf(named.get("dag_run_id")),
    taskId: textOf(named.get("task_id")),
    extra: describe(context, call),
  };
}

function describe(context: ServerContext, { id, request }: AuditedCall): JsonObject {
  const target = targetOf(id, request);
  return {
    ip: clientAddressOf(context, request),
    method: request.method,
    requestId: request.id,
    ...(target === null ? {} : { target }),
    ...detailsOf(id, request),
  };
}

const NAMES_IN_PATH = ["connection_id", "variable_key", "pool_name", "username"] as const;

/** What was changed, as the address names it; what is made or tried is named in the body. */
function targetOf(id: string, { params, body }: FastifyRequest): string | null {
  const named = entriesOf(params);
  const target = NAMES_IN_PATH.map((name) => named.get(name)).find((name) => name !== undefined);
  return textOf(target ?? entriesOf(body).get(NAME_IN_BODY.get(id) ?? ""));
}

const NAME_IN_BODY: ReadonlyMap<string, string> = new Map<OperationId, string>([
  ["createApiToken", "name"],
  ["createConnection", "connection_id"],
  ["createPool", "name"],
  ["createUser", "username"],
  ["createVariable", "key"],
  ["testConnection", "connection_id"],
]);

/** Fields whose values say what was decided about somebody or something, and hold no secret. */
const TOLD = new Map<string, readonly string[]>(
  Object.entries({
    createUser: ["role"],
    patchUser: ["role", "is_active"],
    createApiToken: ["expires_in_days"],
    saveUserGrant: ["dags", "role"],
    deleteUserGrant: ["dags"],
    createConnection: ["dags"],
    patchConnection: ["dags"],
  } satisfies Partial<Record<OperationId, readonly string[]>>),
);

function detailsOf(id: string, { params, body }: FastifyRequest): JsonObject {
  const told = TOLD.get(id);
  if (told === undefined) return {};
  const given = new Map([...entriesOf(params), ...entriesOf(body)]);
  const values = told.flatMap((name) => {
    const value = toldValue(name, given.get(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const hasPassword = typeof given.get("password") === "string";
  return { ...Object.fromEntries(values), ...(hasPassword ? { password: "***" } : {}) };
}

function toldValue(name: string, value: unknown): JsonValue | undefined {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
    return value;
  }
  if (name !== "dags") return undefined;
  // Open to every Dag is what a reader of the log looks for: it must not look like nothing.
  if (value === null) return ["*"];
  return Array.isArray(value) ? value.map((one: unknown) => textOf(one)) : undefined;
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0")
    ? value.slice(0, 250)
    : null;
}
