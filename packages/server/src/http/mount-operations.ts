import { OPERATIONS, type OperationId, type OperationSpec, ROUTES } from "@airloom/api";
import {
  AirloomError,
  type GrantRole,
  isAtLeast,
  type User,
  type UserSession,
} from "@airloom/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Credentials, getCredentials } from "../auth/credentials.ts";
import { isSameOrigin } from "../auth/same-origin.ts";
import { loadViewer, type Viewer, viewers } from "../auth/viewer.ts";
import type { ServerContext } from "../context.ts";
import { saveAudit, saveRepeatedAudit } from "./audit.ts";
import type { Call, Handlers } from "./handler.ts";
import { parseInput } from "./parse-input.ts";

type AnyHandler = (call: Call<never>) => Promise<unknown>;

/** Whoever has not signed in gets no further than what is open. */
const NOBODY: Viewer = {
  username: "",
  isRestricted: true,
  roleFor: () => "none",
  canSee: () => false,
  canSeeFile: () => false,
  seesAnyOf: () => false,
  dagIds: [],
};

/** Puts every operation of the contract on the server, each behind its own access rule. */
export function mountOperations(
  app: FastifyInstance,
  context: ServerContext,
  handlers: Handlers,
): void {
  const handlerOf = new Map<string, AnyHandler>(Object.entries(handlers));
  const specOf = new Map<string, OperationSpec>(Object.entries(OPERATIONS));
  for (const [id, route] of Object.entries(ROUTES)) {
    const handler = handlerOf.get(id);
    const spec = specOf.get(id);
    if (handler === undefined || spec === undefined) {
      throw new Error(`Operation "${id}" has an address and nothing that answers it`);
    }
    mount(app, context, { id, route, spec, handler });
  }
}

interface Mounted {
  readonly id: string;
  readonly route: string;
  readonly spec: OperationSpec;
  readonly handler: AnyHandler;
}

function mount(app: FastifyInstance, context: ServerContext, operation: Mounted): void {
  const { id, route, spec, handler } = operation;
  const [method = "", path = ""] = route.split(" ");
  const isChange = method !== "GET";
  const admitted = new WeakMap<FastifyRequest, Admission>();

  app.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/gu, ":$1"),
    exposeHeadRoute: false,
    ...(spec.maxBodyBytes === undefined ? {} : { bodyLimit: spec.maxBodyBytes }),
    // Before the body is read: who may not call, need not be listened to.
    onRequest: async (request) => {
      admitted.set(request, await admit(context, spec, request, isChange));
    },
    handler: async (request, reply) => {
      const call = buildCall(spec, request, reply, admitted.get(request));
      const answer = await viewers.run(admitted.get(request)?.viewer ?? NOBODY, () =>
        handler(call),
      );
      if (isChange && isAudited(id)) await saveAudit(context, { id, request, user: call.user });
      if (reply.sent || answer === reply) return reply;
      return reply.status(spec.status).send(spec.status === 204 ? undefined : answer);
    },
  });
}

interface Admission {
  readonly viewer: Viewer | undefined;
  readonly user: User | undefined;
  readonly session: UserSession | undefined;
  readonly credentials: Credentials | undefined;
}

async function admit(
  context: ServerContext,
  spec: OperationSpec,
  request: FastifyRequest,
  isChange: boolean,
): Promise<Admission> {
  const credentials = getCredentials(request, context.isSecure === true);
  if (isChange && credentials?.kind !== "bearer" && isForeign(request, credentials !== undefined)) {
    await saveRepeatedAudit(context, { id: "foreignRefused", request, user: undefined });
    throw new AirloomError(
      "auth.forbidden",
      "Cannot accept this request with a cookie: it was not sent by a page of this server",
    );
  }
  const caller =
    credentials === undefined ? undefined : await context.access.authenticate(credentials.token);
  const { user, session } = caller ?? { user: undefined, session: undefined };
  if (spec.access === "open") return { user, session, credentials, viewer: undefined };
  if (user === undefined) {
    throw new AirloomError("auth.unauthorized", "Cannot answer: sign in first");
  }
  const viewer = await loadViewer(context.everything, user);
  const role = roleOf(viewer, user, request);
  if (!isAtLeast(role, spec.access)) {
    await saveRepeatedAudit(context, { id: "forbidden", request, user });
    throw new AirloomError(
      "auth.forbidden",
      `Cannot do this as ${role}: it takes the role ${spec.access}`,
    );
  }
  return { user, session, credentials, viewer };
}

/** What is asked of one Dag takes the right to that Dag; everything else takes the role. */
function roleOf(viewer: Viewer, user: User, { params }: FastifyRequest): GrantRole {
  const named =
    typeof params === "object" && params !== null ? Reflect.get(params, "dag_id") : undefined;
  return typeof named === "string" && viewer.isRestricted ? viewer.roleFor(named) : user.role;
}

/**
 * Cross-site request forgery: a cookie counts only for JSON that our own pages send. Without one, a request that
 * says where it came from must not come from another site either: nobody is to be signed in from there.
 */
function isForeign(request: FastifyRequest, hasCookie: boolean): boolean {
  const { origin } = request.headers;
  const fetchSite = request.headers["sec-fetch-site"];
  const isFromPage = origin !== undefined || fetchSite !== undefined;
  if (!hasCookie && !isFromPage) return false;
  const type = request.headers["content-type"];
  const isOwn = isSameOrigin({
    host: request.host,
    origin,
    fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
  });
  return !isOwn || (type !== undefined && !type.startsWith("application/json"));
}

function buildCall(
  spec: OperationSpec,
  request: FastifyRequest,
  reply: FastifyReply,
  admission: Admission | undefined,
): Call<never> {
  const parsed = {
    params: parseInput("path", spec.params, request.params),
    // A filter that is not known must not be passed over: the list would hold what was to be left out.
    query: parseInput("query", spec.query?.strict(), request.query),
    body: parseInput("body", spec.body, request.body),
  };
  return {
    ...asParsed(parsed),
    user: admission?.user,
    session: admission?.session,
    credentials: admission?.credentials,
    request,
    reply,
  };
}

/** The rim where checked input gets its type: the operation's own schemas have just parsed it. */
function asParsed(parsed: Readonly<Record<"params" | "query" | "body", unknown>>) {
  return parsed as { readonly params: never; readonly query: never; readonly body: never };
}

/**
 * Reads by POST change nothing; sign-ins write their own rows; what goes through the operations port is written
 * down there, whichever way it was asked for.
 */
const NOT_AUDITED: ReadonlySet<string> = new Set<OperationId>([
  "batchDagRuns",
  "batchTaskInstances",
  "clearDagRun",
  "clearTaskInstances",
  "createToken",
  "dryRunTaskInstance",
  "login",
  "patchDag",
  "patchDagRun",
  "patchTaskInstance",
  "rerunNodes",
  "triggerDagRun",
]);

function isAudited(id: string): boolean {
  return !NOT_AUDITED.has(id);
}
