import { readRecord, readText } from "@airloom/dbt-cloud/contract";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";
import type { DbtServiceOptions } from "../options.ts";
import { checkSameOrigin } from "./caller.ts";
import { renderEnvelope } from "./envelope.ts";

/** Anybody may send one: a name and a password need no more. */
const MAX_LOGIN_BYTES = 4_096;

/** Signs people in to the pages with the platform's own names and passwords, and out again. */
export function addSignIn(server: FastifyInstance, options: DbtServiceOptions): void {
  const { login, logout } = options;
  if (login !== undefined) addLogin(server, login);
  if (logout !== undefined) addLogout(server, logout);
}

function addLogin(server: FastifyInstance, login: NonNullable<DbtServiceOptions["login"]>): void {
  server.post("/auth/login", { bodyLimit: MAX_LOGIN_BYTES }, async (request, reply) => {
    if (request.headers.origin !== undefined) checkSameOrigin(request);
    const body = readRecord(request.body);
    const [username, password] = [readText(body["username"]), readText(body["password"])];
    if (username === null || username === "" || password === null) {
      throw new ApiError(400, 'Cannot sign in: expected "username" and "password", both texts');
    }
    const signedIn = await login(username, password, request.ip);
    if ("status" in signedIn) {
      if (signedIn.retryAfterS !== null) reply.header("retry-after", String(signedIn.retryAfterS));
      throw new ApiError(signedIn.status, signedIn.message);
    }
    for (const cookie of signedIn.setCookie) reply.header("set-cookie", cookie);
    reply.code(201);
    return renderEnvelope({ username: signedIn.user.username }, 201);
  });
}

function addLogout(
  server: FastifyInstance,
  logout: NonNullable<DbtServiceOptions["logout"]>,
): void {
  server.post("/auth/logout", async (request, reply) => {
    checkSameOrigin(request);
    const cookies = await logout({ headers: request.headers, ip: request.ip });
    for (const cookie of cookies) reply.header("set-cookie", cookie);
    return reply.code(204).send();
  });
}
