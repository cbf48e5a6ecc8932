import { REFUSAL_HEADERS, refuseHost, type ServiceNames } from "@airloom/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { renderFailure } from "./envelope.ts";

/** Refuses what was sent to another name than this service's, before anything else looks at it. */
export function guardHosts(
  app: FastifyInstance,
  names: ServiceNames,
  onRefused: (request: FastifyRequest) => Promise<void>,
): void {
  app.addHook("onRequest", async (request, reply) => {
    const refusal = refuseHost(request, names);
    if (refusal === undefined) return undefined;
    await onRefused(request);
    return reply
      .status(refusal.status)
      .headers(REFUSAL_HEADERS)
      .send(renderFailure(refusal.status, refusal.reason));
  });
}
