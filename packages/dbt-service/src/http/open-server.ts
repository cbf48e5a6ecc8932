import type { Socket } from "node:net";
import {
  REFUSAL_HEADERS,
  renderBareRefusal,
  renderPageHeaders,
  stripAuthority,
} from "@airloom/core";
import compress from "@fastify/compress";
import helmet from "@fastify/helmet";
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { ApiError } from "../api-error.ts";
import type { DbtServiceOptions, ServiceLogger } from "../options.ts";
import { isDatabaseAway } from "../while-away.ts";
import { addCors } from "./add-cors.ts";
import { saveRefusedHost } from "./audit.ts";
import { checkText } from "./check-text.ts";
import { renderFailure } from "./envelope.ts";
import { guardHosts } from "./guard-hosts.ts";

const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;
/** Said here, so that no option of Node's lowers it. All suites have forward secrecy and authenticate what they encrypt. */
const TLS = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  honorCipherOrder: true,
  ciphers: [
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
  ].join(":"),
} as const;
/** Where clients look for the metadata of a service on this machine: its certificate names it too. */
const METADATA_HOST = "metadata.localhost";
/** Routes check what they read themselves; Fastify's own compilers take a tenth of a start to load, for nothing. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

/** A server that speaks dbt Cloud's manners: slashes optional, any body type, errors in its envelope. */
export async function openServer(
  options: Pick<
    DbtServiceOptions,
    | "tls"
    | "host"
    | "allowedHosts"
    | "publicUrl"
    | "trustedProxies"
    | "platformUrl"
    | "allowedOrigins"
    | "audit"
  >,
  logger: ServiceLogger,
): Promise<FastifyInstance> {
  const base = {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: true,
    rewriteUrl: ({ url = "/" }: { readonly url?: string | undefined }) => stripAuthority(url),
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    frameworkErrors: sendFrameworkError,
    schemaController: NO_SCHEMAS,
    clientErrorHandler: ({ code }: { readonly code?: string }, socket: Socket) => {
      if (socket.writable && code !== "ECONNRESET") socket.end(renderBareRefusal(code));
      else socket.destroy();
    },
  } as const;
  const server: FastifyInstance =
    options.tls === undefined
      ? fastify(base)
      : fastify({ ...base, https: { ...TLS, cert: options.tls.cert, key: options.tls.key } });
  const allowedHosts = [
    METADATA_HOST,
    ...(options.allowedHosts ?? []),
    ...(options.publicUrl === undefined ? [] : [new URL(options.publicUrl).hostname]),
  ];
  guardHosts(server, { ...options, allowedHosts }, (request) =>
    saveRefusedHost(options, request, logger),
  );
  await server.register(helmet, renderPageHeaders({ hasHsts: sendsHsts(options) }));
  server.addHook("onRequest", async (request, reply) => {
    if (/^\/(?:api|auth)\//u.test(request.url)) void reply.header("cache-control", "no-store");
    // Given back, it says that keys are kept here and that this one came through: asking again under it is safe.
    const key = request.headers["idempotency-key"];
    if (typeof key === "string") void reply.header("idempotency-key", key);
  });
  await server.register(compress, { threshold: 1_024, encodings: ["br", "gzip"] });
  addCors(server, options.allowedOrigins ?? []);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    parseBody(String(body), request.headers["content-type"] ?? "", done);
  });
  addErrorHandler(server, logger);
  return server;
}

function addErrorHandler(server: FastifyInstance, logger: ServiceLogger): void {
  server.setErrorHandler(async (error: FastifyError | ApiError, request, reply) => {
    const { status, message } = describeError(error);
    if (status >= 500) {
      logger.error("A request failed", {
        method: request.method,
        url: request.url.split("?")[0] ?? "",
        error: error.stack ?? error.message,
      });
    }
    if (error instanceof ApiError && error.retryAfterS !== null) {
      reply.header("retry-after", error.retryAfterS);
    }
    // A client that still sends would find the connection broken and never read the answer.
    if (status === 413) await drain(request);
    return reply.code(status).type("application/json").send(renderFailure(status, message));
  });
}

/** What cannot be routed at all, such as an address with half an escape in it. */
function sendFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, message } = describeError(error);
  void reply
    .code(status)
    .headers(REFUSAL_HEADERS)
    .type("application/json")
    .send(renderFailure(status, message));
}

/**
 * Whether browsers are told to use TLS for this name from now on. They do so for every port of it, and so only where the
 * platform's own pages are reached by TLS, too.
 */
function sendsHsts({ tls, platformUrl }: Pick<DbtServiceOptions, "tls" | "platformUrl">): boolean {
  return tls !== undefined && platformUrl?.startsWith("https:") === true;
}

/** Lets the rest of a body go by, as far as anybody sends in good faith. */
async function drain({ raw }: FastifyRequest): Promise<void> {
  let length = 0;
  try {
    for await (const part of raw) {
      length += Buffer.byteLength(part);
      if (length > MAX_DRAINED_BYTES) return;
    }
  } catch {
    // The client has gone: nobody is left to be answered.
  }
}

function refuseSchema(): never {
  throw new Error("A route has a schema of Fastify's, but routes check what they read themselves");
}

function parseBody(
  text: string,
  contentType: string,
  done: (error: Error | null, body?: unknown) => void,
): void {
  // Clients post with a JSON content type and no body at all.
  if (text.trim() === "") {
    done(null, undefined);
    return;
  }
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    done(null, Object.fromEntries(new URLSearchParams(text)));
    return;
  }
  try {
    done(null, JSON.parse(text, readMember));
  } catch (error) {
    const isRefused = error instanceof ApiError;
    done(isRefused ? error : new ApiError(400, "Cannot read the request: its body is not JSON"));
  }
}

function readMember(key: string, value: unknown): unknown {
  if (key === "__proto__" || key === "constructor") return undefined;
  checkText(key);
  return typeof value === "string" ? checkText(value) : value;
}

function describeError(error: FastifyError | ApiError): {
  readonly status: number;
  readonly message: string;
} {
  if (error instanceof ApiError) return { status: error.status, message: error.message };
  if (isDatabaseAway(error)) {
    return { status: 503, message: "The database does not answer; try again." };
  }
  // What serves files calls a folder forbidden: there is nothing at its address.
  if (error.name === "ForbiddenError") return { status: 404, message: "There is nothing here." };
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  // What broke inside is for the log: it may name files and statements.
  if (status === 413) {
    return {
      status,
      message: `Cannot read the request: its body is larger than ${MAX_BODY_BYTES} bytes`,
    };
  }
  return status >= 500
    ? { status, message: "The job service failed; its log says why." }
    : { status, message: error.message };
}
