import helmet from "@fastify/helmet";
import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";
import type { DbtServiceOptions, ServiceLogger } from "../options.ts";
import { isDatabaseAway } from "../while-away.ts";
import { checkText } from "./check-text.ts";
import { renderFailure } from "./envelope.ts";

const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** Routes check what they read themselves; Fastify's own compilers take a tenth of a start to load, for nothing. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

/** A server that speaks dbt Cloud's manners: slashes optional, any body type, errors in its envelope. */
export async function openServer(
  options: Pick<DbtServiceOptions, "tls">,
  logger: ServiceLogger,
): Promise<FastifyInstance> {
  const base = {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: true,
    schemaController: NO_SCHEMAS,
  } as const;
  const server: FastifyInstance =
    options.tls === undefined
      ? fastify(base)
      : fastify({ ...base, https: { cert: options.tls.cert, key: options.tls.key } });
  await server.register(helmet, {
    hsts: options.tls !== undefined,
    contentSecurityPolicy: {
      directives: {
        "default-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "upgrade-insecure-requests": options.tls === undefined ? null : [],
      },
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    parseBody(String(body), request.headers["content-type"] ?? "", done);
  });
  server.setErrorHandler((error: FastifyError | ApiError, request, reply) => {
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
    void reply.code(status).type("application/json").send(renderFailure(status, message));
  });
  return server;
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
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  // What broke inside is for the log: it may name files and statements.
  return status >= 500
    ? { status, message: "The job service failed; its log says why." }
    : { status, message: error.message };
}
