import type { FastifyInstance } from "fastify";

const METHODS = "GET, POST, PUT, PATCH, DELETE";
const HEADERS = "authorization, content-type, idempotency-key";

/**
 * Lets pages of these origins read the API with a token of their own. Cookies of this site are never sent for them, and
 * no origin is allowed that is not named.
 */
export function addCors(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  server.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    reply.header("vary", "Origin");
    if (origin === undefined || !allowed.has(origin)) return;
    reply
      .header("access-control-allow-origin", origin)
      .header("access-control-expose-headers", "etag, retry-after")
      // Helmet keeps other origins from reading anything.
      .header("cross-origin-resource-policy", "cross-origin");
    if (request.method !== "OPTIONS") return;
    return reply
      .header("access-control-allow-methods", METHODS)
      .header("access-control-allow-headers", HEADERS)
      .header("access-control-max-age", "600")
      .code(204)
      .send();
  });
}
