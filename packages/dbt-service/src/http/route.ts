import { isRecord, type JsonRecord } from "@airloom/dbt-cloud/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError, NotPermitted, notFound } from "../api-error.ts";
import { type Operation, resolveScope, type Scope } from "../domain/permission.ts";
import type { DbtServiceOptions } from "../options.ts";
import type { TokenStore } from "../store/token-store.ts";
import { saveDone, saveRefused } from "./audit.ts";
import { type Caller, findCaller } from "./caller.ts";
import { checkText } from "./check-text.ts";
import { type ListQuery, parseListQuery, type QueryValues } from "./list-query.ts";
import type { Takes } from "./requests.ts";
import { readShape } from "./shape.ts";

/** A request that may be made, with everything in it read. */
export interface ApiCall {
  readonly caller: Caller;
  readonly accountId: number;
  /** The projects in which the caller may do what the route does. */
  readonly scope: Scope;
  readonly query: ListQuery;
  /** What the operation takes of the body, read; empty where it takes a list. */
  readonly body: JsonRecord;
  /** The body of an operation that takes a list. */
  readonly rawBody: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** A number in the path. Throws 404 when it is none. */
  readonly id: (name: string) => number;
}

/** One operation of the API. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Without a slash at the end; one more is always accepted. */
  readonly path: string;
  /** What the caller must be allowed to do; null asks for a valid caller alone. */
  readonly operation: Operation | null;
  /** What it reads of a request; without it, the path alone. */
  readonly takes?: Takes;
  readonly handle: (call: ApiCall) => Promise<unknown>;
}

/** What every route needs. */
export interface RoutePorts {
  readonly tokens: Pick<TokenStore, "findByText">;
  readonly options: DbtServiceOptions;
}

/** Makes an operation reachable. */
export function addRoute(server: FastifyInstance, ports: RoutePorts, route: Route): void {
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const caller = await findCaller(request, ports);
      if (caller === undefined) throw new ApiError(401, "Invalid token.");
      const audited = { route, caller, request };
      try {
        const answer = await route.handle(readCall(route, caller, request, reply));
        await saveDone(ports.options, audited, answer);
        return answer;
      } catch (error) {
        await saveRefused(ports.options, audited, error);
        throw error;
      }
    },
  });
}

function readCall(
  route: Route,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
): ApiCall {
  const params = readTexts(request.params);
  const accountId = params["account"] === undefined ? 0 : parseId(params["account"]);
  if (
    params["account"] !== undefined &&
    caller.accountId !== null &&
    caller.accountId !== accountId
  ) {
    throw notFound();
  }
  const scope =
    route.operation === null ? resolveAnyScope() : resolveScope(caller.grants, route.operation);
  if (scope === undefined) throw new NotPermitted();
  const body = readBody(route, request);
  return {
    caller,
    accountId,
    scope,
    query: parseListQuery(readQuery(request.query), accountId, route.takes?.query ?? {}),
    body: isRecord(body) ? body : {},
    rawBody: body,
    request,
    reply,
    id: (name) => parseId(params[name] ?? ""),
  };
}

function readBody({ takes }: Route, request: FastifyRequest): unknown {
  if (takes?.body === undefined) return undefined;
  // Clients that change nothing send no body at all.
  return readShape(takes.body, request.body === undefined ? {} : request.body, "the body");
}

function resolveAnyScope(): Scope {
  return { kind: "all" };
}

function parseId(text: string): number {
  // One spelling for each: the same thing must not have many addresses.
  const id = /^(?:0|[1-9]\d{0,9})$/u.test(text) ? Number(text) : Number.NaN;
  // Ids are four-byte integers in the database.
  if (!(id <= 2_147_483_647)) throw notFound();
  return id;
}

function readTexts(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])),
  );
}

function readQuery(value: unknown): QueryValues {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, given]) => [
      key,
      (Array.isArray(given) ? given : [given])
        .filter((text) => typeof text === "string")
        .map(checkText),
    ]),
  );
}
