import { isRecord } from "@airloom/dbt-cloud/contract";
import type { FastifyRequest } from "fastify";
import { ApiError, NotPermitted } from "../api-error.ts";
import type { DbtServiceOptions, ServiceLogger } from "../options.ts";
import type { Caller } from "./caller.ts";
import { nameOperation } from "./name-operation.ts";

type Port = Pick<DbtServiceOptions, "audit">;
type Extra = Readonly<Record<string, string | number | null>>;

/** A request that was made, and by whom. */
export interface AuditedRequest {
  readonly route: { readonly method: string; readonly path: string };
  readonly caller: Caller;
  readonly request: FastifyRequest;
}

/** Keeps that something was changed: what, where, by whom, from where. Bodies stay out: they hold secrets. */
export async function saveDone(port: Port, made: AuditedRequest, answer: unknown): Promise<void> {
  if (made.route.method === "GET") return;
  await port.audit?.({
    actor: actorOf(made.caller),
    event: nameOperation(made.route.method, made.route.path),
    extra: { ...placeOf(made), ...targetOf(answer) },
    isRepeatable: false,
  });
}

/** Keeps that somebody tried what they may not. */
export async function saveRefused(port: Port, made: AuditedRequest, error: unknown): Promise<void> {
  const isRefusal =
    error instanceof NotPermitted || (error instanceof ApiError && error.status === 403);
  if (!isRefusal) return;
  await port.audit?.({
    actor: actorOf(made.caller),
    event: "dbt_forbidden",
    extra: { ...placeOf(made), tried: nameOperation(made.route.method, made.route.path) },
    isRepeatable: true,
  });
}

/** Keeps that somebody came under a name that is not this service's; refused all the same where it cannot be kept. */
export async function saveRefusedHost(
  port: Port,
  request: FastifyRequest,
  logger: Pick<ServiceLogger, "error">,
): Promise<void> {
  try {
    await port.audit?.({
      actor: "anonymous",
      event: "dbt_host_refused",
      extra: { ip: request.ip, method: request.method },
      isRepeatable: true,
    });
  } catch (error) {
    logger.error("Cannot keep that a host was refused", { error: String(error) });
  }
}

function actorOf(caller: Caller): string {
  return caller.kind === "token" ? `service token ${caller.id} "${caller.name}"` : caller.name;
}

/** From where, and what the address names: `account`, `project`, `job`, … */
function placeOf({ request }: AuditedRequest): Extra {
  const params = isRecord(request.params) ? Object.entries(request.params) : [];
  const named = params.flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value.slice(0, 100)] as const] : [],
  );
  return { ip: request.ip, method: request.method, ...Object.fromEntries(named) };
}

/** The thing that was made or changed, as the answer shows it. */
function targetOf(answer: unknown): Extra {
  const thing = isRecord(answer) && isRecord(answer["data"]) ? answer["data"] : {};
  const { id, name, project_id: project } = thing;
  return {
    ...(typeof id === "number" ? { id } : {}),
    ...(typeof name === "string" ? { target: name.slice(0, 250) } : {}),
    ...(typeof project === "number" ? { project } : {}),
  };
}
