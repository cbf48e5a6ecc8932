import type { CurrentUser } from "@airloom/api";
import { AirloomError, type User } from "@airloom/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Session } from "../auth/access.ts";
import { SECURE_SESSION_COOKIE, SESSION_COOKIE } from "../auth/credentials.ts";
import type { ServerContext } from "../context.ts";
import { saveAudit, saveRepeatedAudit } from "../http/audit.ts";
import { clientAddressOf } from "../http/client-address.ts";
import type { Handlers } from "../http/handler.ts";

/** Signing in and out. */
export function loginRoutes(context: ServerContext): Handlers<"createToken" | "login" | "logout"> {
  return {
    createToken: async ({ body, request }) => {
      const session = await signIn(context, request, body);
      return {
        access_token: session.token,
        token_type: "bearer",
        expires_in: secondsLeft(context, session),
      };
    },

    login: async ({ body, request, reply, credentials }) => {
      const session = await signIn(context, request, body);
      // A session that was there before must not live on under the new one.
      if (credentials?.kind === "cookie") await context.access.signOut(credentials.token);
      setCookie(context, reply, session);
      return renderUser(session.user);
    },

    logout: async ({ credentials, reply }) => {
      if (credentials !== undefined) await context.access.signOut(credentials.token);
      context.sessionsEnded();
      reply.clearCookie(cookieName(context), { path: "/" });
      return undefined;
    },
  };
}

export function renderUser(user: User): CurrentUser {
  return { username: user.username, role: user.role };
}

async function signIn(
  context: ServerContext,
  request: FastifyRequest,
  body: { readonly username: string; readonly password: string },
): Promise<Session> {
  const actor = body.username;
  const address = clientAddressOf(context, request);
  try {
    const session = await context.access.signIn(body.username, body.password, address);
    await saveAudit(context, { id: "login", request, user: session.user });
    return session;
  } catch (error) {
    const id = error instanceof AirloomError ? EVENT_OF_REFUSAL.get(error.code) : undefined;
    if (id !== undefined) await saveRepeatedAudit(context, { id, request, user: undefined, actor });
    throw error;
  }
}

const EVENT_OF_REFUSAL: ReadonlyMap<string, string> = new Map([
  ["auth.unauthorized", "loginFailed"],
  ["auth.too_many", "loginThrottled"],
  ["auth.busy", "loginThrottled"],
]);

function setCookie(context: ServerContext, reply: FastifyReply, session: Session): void {
  reply.setCookie(cookieName(context), session.token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: context.isSecure === true,
    maxAge: secondsLeft(context, session),
  });
}

function cookieName(context: ServerContext): string {
  return context.isSecure === true ? SECURE_SESSION_COOKIE : SESSION_COOKIE;
}

function secondsLeft(context: ServerContext, session: Session): number {
  return Math.round((session.expiresAt.getTime() - context.clock.now().getTime()) / 1_000);
}
