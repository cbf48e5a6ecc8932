import { judgeHost, REFUSAL_HEADERS, targetOfRequest } from "@airloom/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { renderFailure } from "./envelope.ts";

/** Refuses what was sent to another name than this service's, before anything else looks at it. */
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
    const verdict = judgeHost(targetOfRequest(request), { bind: host, allowed: allowedHosts });
    if (verdict.isAllowed) return undefined;
    await onRefused(request);
    return reply
      .status(verdict.status)
      .headers(REFUSAL_HEADERS)
      .send(renderFailure(verdict.status, verdict.reason));
  });
}
