import type { FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";
import type { PermissionGrant } from "../domain/permission.ts";
import type { DbtServiceOptions } from "../options.ts";
import type { TokenStore } from "../store/token-store.ts";

/** Who makes a request, and what they may do. */
export interface Caller {
  readonly kind: "token" | "session";
  /** Number to show as user id. */
  readonly id: number;
  readonly name: string;
  readonly email: string;
  /** The one account a token is for; null for a person. */
  readonly accountId: number | null;
  readonly grants: readonly PermissionGrant[];
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Recognises a request by its token or, without one, by its browser session. */
export async function findCaller(
  request: FastifyRequest,
  ports: { readonly tokens: Pick<TokenStore, "findByText">; readonly options: DbtServiceOptions },
): Promise<Caller | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const text = /^(?:token|bearer)\s+(?<text>\S+)$/iu.exec(authorization.trim())?.groups?.["text"];
    return text === undefined ? undefined : findByToken(text, ports.tokens);
  }
  const user = await ports.options.authenticate?.({ headers: request.headers, ip: request.ip });
  if (user === undefined) return undefined;
  checkSameOrigin(request);
  return {
    kind: "session",
    id: 1,
    name: user.username,
    email: user.email ?? `${user.username}@localhost`,
    accountId: null,
    grants: [{ permissionSet: user.permissionSet, projectId: null }],
  };
}

async function findByToken(
  text: string,
  tokens: Pick<TokenStore, "findByText">,
): Promise<Caller | undefined> {
  const token = await tokens.findByText(text, new Date());
  if (token === undefined) return undefined;
  return {
    kind: "token",
    id: token.id,
    name: token.name,
    email: `service-token-${token.id}@localhost`,
    accountId: token.accountId,
    grants: token.permissionGrants,
  };
}

/** Refuses a change that a cookie vouches for but another site sent. */
export function checkSameOrigin(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers["sec-fetch-site"];
  const { origin } = request.headers;
  const { host } = request;
  const isSameOrigin =
    origin === undefined
      ? site === "same-origin"
      : URL.canParse(origin) && new URL(origin).host === host;
  if (!isSameOrigin || (site !== undefined && site !== "same-origin")) {
    throw new ApiError(403, "Forbidden: a signed-in page may only be used from its own site");
  }
}
