import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { ServerOptions } from "../server-options.ts";

/** Says for whom another service of this environment asks; believed only with the key that it was started with. */
const PEER_KEY_HEADER = "x-airloom-peer-key";
const PEER_ADDRESS_HEADER = "x-airloom-client-address";

/** Where a request comes from: the caller's own address, also when it signs in at the job service. */
export function clientAddressOf(
  { peerKey }: Pick<ServerOptions, "peerKey">,
  { headers, ip }: Pick<FastifyRequest, "headers" | "ip">,
): string {
  const key = headers[PEER_KEY_HEADER];
  const address = headers[PEER_ADDRESS_HEADER];
  if (peerKey === undefined || typeof key !== "string" || typeof address !== "string") return ip;
  return isSame(key, peerKey) && /^[\da-f.:]{2,45}$/iu.test(address) ? address : ip;
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
