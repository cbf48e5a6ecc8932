import { judgeHost, REFUSAL_HEADERS } from "@airloom/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Refuses what was sent to another name than this server's, before anything else looks at it. */
export function guardHosts(
  app: FastifyInstance,
  {
    host = "127.0.0.1",
    allowedHosts = [],
    onRefused,
  }: {
    readonly host?: string;
    readonly allowedHosts?: readonly string[];
    readonly onRefused: (request: FastifyRequest) => Promise<void>;
  },
): void {
  app.addHook("onRequest", async (request, reply) => {
    const verdict = judgeHost(targetOf(request), { bind: host, allowed: allowedHosts });
    if (verdict.isAllowed) return undefined;
    await onRefused(request);
    return reply.status(verdict.status).headers(REFUSAL_HEADERS).send({ detail: verdict.reason });
  });
}

function targetOf(request: FastifyRequest) {
  const { rawHeaders } = request.raw;
  const hosts = rawHeaders.filter(
    (_value, position) => position % 2 === 1 && rawHeaders[position - 1]?.toLowerCase() === "host",
  );
  // Differs only where a trusted proxy says so.
  const isForwarded = request.host !== request.headers.host;
  return { hosts, forwardedHosts: isForwarded ? [request.host] : [], url: request.originalUrl };
}
