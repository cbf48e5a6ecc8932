import type { OperationSpec } from "../operation-spec.ts";
import * as access from "../schemas/access.ts";

/** Anybody may send one: a name and a password need no more. */
const MAX_LOGIN_BYTES = 4_096;

/** Signing in and out. */
export const ACCESS_OPERATIONS = {
  createToken: {
    tag: "Login",
    summary: "Signs in and answers a bearer token",
    access: "open",
    status: 201,
    maxBodyBytes: MAX_LOGIN_BYTES,
    body: access.LoginBody,
    response: access.TokenResponse,
  },
  login: {
    tag: "Login",
    summary: "Signs in with a cookie, for the browser",
    access: "open",
    status: 200,
    maxBodyBytes: MAX_LOGIN_BYTES,
    body: access.LoginBody,
    response: access.CurrentUser,
  },
  logout: {
    tag: "Login",
    summary: "Revokes the session this request was made with",
    access: "viewer",
    status: 204,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
