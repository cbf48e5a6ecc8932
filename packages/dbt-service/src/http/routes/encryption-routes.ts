import { renderPage } from "../envelope.ts";
import type { Route } from "../route.ts";

/** SSH tunnels of connections: there are none, and clients that read a connection want to be told so. */
export function listEncryptionRoutes(): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/v2/accounts/:account/encryptions",
      operation: "connection:read",
      handle: async (call) => renderPage([], 0, call.query),
    },
  ];
}
