import type { FastifyRequest } from "fastify";

/** What a request shows of itself. */
export interface Credentials {
  readonly kind: "bearer" | "cookie";
  readonly token: string;
}

export const SESSION_COOKIE = "airloom_session";
/** Browsers refuse this prefix without Secure, `Path=/` and with a Domain. */
export const SECURE_SESSION_COOKIE = `__Host-${SESSION_COOKIE}`;

/** A session as a program sends it in `Cookie`, which does not know whether the server is behind HTTPS. */
export function renderSessionCookie(token: string): string {
  return `${SESSION_COOKIE}=${token}; ${SECURE_SESSION_COOKIE}=${token}`;
}

/** The credentials of a request. A bearer token wins, also a wrong one: a cookie never stands in for it. */
export function getCredentials(
  request: FastifyRequest,
  isSecure: boolean,
): Credentials | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^bearer (?<token>\S+)$/iu.exec(authorization)?.groups?.["token"];
    return { kind: "bearer", token: token ?? "" };
  }
  const token = request.cookies[isSecure ? SECURE_SESSION_COOKIE : SESSION_COOKIE];
  return token === undefined ? undefined : { kind: "cookie", token };
}
