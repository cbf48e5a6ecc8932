import { randomUUID } from "node:crypto";
import { buildOpenApiDocument } from "@airloom/api";
import {
  CoalescedAudit,
  REFUSAL_HEADERS,
  renderBareRefusal,
  renderPageHeaders,
  stripAuthority,
} from "@airloom/core";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { openAccess } from "./auth/access.ts";
import { createScryptHasher } from "./auth/password.ts";
import { queueHasher } from "./auth/queue-hasher.ts";
import { scopeStore } from "./auth/scope-store.ts";
import { viewers } from "./auth/viewer.ts";
import type { ServerContext } from "./context.ts";
import { saveRepeatedAudit } from "./http/audit.ts";
import { describeError } from "./http/error-reply.ts";
import { guardHosts } from "./http/guard-hosts.ts";
import { mountOperations } from "./http/mount-operations.ts";
import { mountWeb } from "./http/mount-web.ts";
import { attemptRoutes } from "./routes/attempt-routes.ts";
import { clearRoutes } from "./routes/clear-routes.ts";
import { connectionRoutes } from "./routes/connection-routes.ts";
import { dagFileRoutes } from "./routes/dag-file-routes.ts";
import { dagRoutes } from "./routes/dag-routes.ts";
import { dagRunRoutes } from "./routes/dag-run-routes.ts";
import { eventLogRoutes } from "./routes/event-log-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { grantRoutes } from "./routes/grant-routes.ts";
import { logRoutes } from "./routes/log-routes.ts";
import { logViewRoutes } from "./routes/log-view-routes.ts";
import { loginRoutes } from "./routes/login-routes.ts";
import { monitorRoutes } from "./routes/monitor-routes.ts";
import { poolRoutes } from "./routes/pool-routes.ts";
import { taskInstanceRoutes } from "./routes/task-instance-routes.ts";
import { uiRoutes } from "./routes/ui-routes.ts";
import { ownAccountRoutes, userRoutes } from "./routes/user-routes.ts";
import { variableRoutes } from "./routes/variable-routes.ts";
import type { ServerOptions } from "./server-options.ts";
import { DagVersions } from "./wire/dag-versions.ts";

const BODY_LIMIT = 1_048_576;
const REQUEST_TIMEOUT_MS = 60_000;
/** Requests are checked against the contract; Fastify's own compilers take a tenth of a start to load, for nothing. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

/** The whole HTTP application, not yet listening. */
export async function buildApp(options: ServerOptions): Promise<FastifyInstance> {
  const context = buildContext(options);
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    rewriteUrl: ({ url = "/" }) => stripAuthority(url),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    schemaController: NO_SCHEMAS,
    clientErrorHandler: ({ code }, socket) => {
      if (socket.writable && code !== "ECONNRESET") socket.end(renderBareRefusal(code));
      else socket.destroy();
    },
    // Ids of 250 characters, each of which may be written as three.
    routerOptions: { maxParamLength: 4_000, ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const { status, body } = describeError(error);
      void reply.status(status).headers(REFUSAL_HEADERS).send(body);
    },
  });
  guardHosts(app, options, (request) => saveRefusedHost(context, request));
  readOnlyJson(app);
  handleErrors(app, context);
  await addPlugins(app, context);
  mountAll(app, context);
  mountDocument(app, context.version);
  await mountWeb(app, options.webDir);
  return app;
}

/** Refused for its name all the same where it cannot be written down. */
async function saveRefusedHost(context: ServerContext, request: FastifyRequest): Promise<void> {
  try {
    await saveRepeatedAudit(context, { id: "hostRefused", request, user: undefined });
  } catch (error) {
    context.logger.log("error", "could not keep that a host was refused", { error: String(error) });
  }
}

/** A page elsewhere can send text/plain without asking first. */
function readOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    // Clients announce JSON on every request, also on those without a body.
    if (body === "") done(null, undefined);
    else void parse(request, String(body), done);
  });
}

function refuseSchema(): never {
  throw new Error(
    "A route has a schema of Fastify's, but requests are checked against the contract",
  );
}

/** Two of the four threads that Node has for such work, and not more people in line than it can serve in seconds. */
const HASHING = { atOnce: 2, waiting: 32 };

function buildContext(options: ServerOptions): ServerContext {
  const listeners = new Set<() => void>();
  return {
    ...options,
    store: scopeStore(options.store, () => viewers.getStore()),
    everything: options.store,
    environment: options.environment ?? "local",
    timezone: options.timezone ?? "UTC",
    connectionTypes: options.connectionTypes ?? [],
    access: openAccess({
      store: options.store,
      clock: options.clock,
      hasher: queueHasher(options.passwordHasher ?? createScryptHasher(), HASHING),
      sessionHours: options.sessionHours ?? 24,
      idleHours: options.idleHours ?? 12,
      loginAttemptsPerMinute: options.loginAttemptsPerMinute ?? 10,
      accountAttemptsPerMinute: options.accountAttemptsPerMinute ?? 20,
    }),
    repeated: new CoalescedAudit(options),
    sessionsEnded: () => {
      for (const listener of listeners) listener();
    },
    onSessionsEnded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function handleErrors(app: FastifyInstance, { logger }: ServerContext): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, body, retryAfterS } = describeError(error);
    if (retryAfterS !== undefined) void reply.header("retry-after", String(retryAfterS));
    if (status >= 500 && retryAfterS === undefined) {
      logger.log("error", error instanceof Error ? (error.stack ?? error.message) : "failed", {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
      });
    }
    if (status === 401) void reply.header("www-authenticate", "Bearer");
    return reply.status(status).send(body);
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (/^\/(?:api|auth|ui)\//u.test(request.url)) reply.header("cache-control", "no-store");
  });
}

async function addPlugins(app: FastifyInstance, context: ServerContext): Promise<void> {
  const connect =
    context.dbtServiceUrl === undefined ? [] : [new URL(context.dbtServiceUrl).origin];
  await app.register(helmet, renderPageHeaders({ hasHsts: context.isSecure === true, connect }));
  await app.register(compress, { threshold: 1_024 });
  await app.register(cookie);
}

function mountAll(app: FastifyInstance, context: ServerContext): void {
  const versions = new DagVersions(context.store);
  const openStreams = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const end of openStreams) end();
  });
  app.addHook("onClose", () => context.repeated.close());
  mountOperations(app, context, {
    ...loginRoutes(context),
    ...monitorRoutes(context),
    ...dagRoutes(context),
    ...dagFileRoutes(context),
    ...dagRunRoutes(context, versions),
    ...taskInstanceRoutes(context, versions),
    ...attemptRoutes(context, versions),
    ...clearRoutes(context, versions),
    ...logRoutes(context),
    ...logViewRoutes(context),
    ...connectionRoutes(context),
    ...variableRoutes(context),
    ...poolRoutes(context),
    ...eventLogRoutes(context),
    ...userRoutes(context),
    ...grantRoutes(context),
    ...ownAccountRoutes(context),
    ...uiRoutes(context, versions),
    ...eventRoutes(context, openStreams),
  });
}

function mountDocument(app: FastifyInstance, version: string): void {
  let document: string | undefined;
  app.get("/openapi.json", async (_request, reply) => {
    // Built when it is first asked for: few ask, and everybody waits for the start.
    document ??= JSON.stringify(buildOpenApiDocument({ version }));
    return reply.type("application/json; charset=utf-8").send(document);
  });
}
