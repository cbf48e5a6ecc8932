import { readRecord, readText } from "@airloom/dbt-cloud/contract";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";
import type { DbtServiceOptions } from "../options.ts";
import { checkSameOrigin } from "./caller.ts";
import { renderEnvelope } from "./envelope.ts";

/** Signs people in to the pages with the platform's own names and passwords, and out again. */
export function addSignIn(server: FastifyInstance, options: DbtServiceOptions): void {
  const { login, logout } = options;
  if (login !== undefined) addLogin(server, login);
  if (logout !== undefined) addLogout(server, logout);
}

function addLogin(server: FastifyInstance, login: NonNullable<DbtServiceOptions["login"]>): void {
  server.post("/auth/login", async (request, reply) => {
    if (request.headers.origin !== undefined) checkSameOrigin(request);
    const body = readRecord(request.body);
    const username = readText(body["username"]) ?? "";
    const signedIn = await login(username, readText(body["password"]) ?? "");
    if (signedIn === undefined) {
      throw new ApiError(401, "Cannot sign in: the username or the password is wrong");
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
