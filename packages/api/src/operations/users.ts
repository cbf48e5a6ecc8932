import type { OperationSpec } from "../operation-spec.ts";
import * as access from "../schemas/access.ts";

/** A body with a password or a name needs no more. */
const SMALL_BODY_BYTES = 4_096;

/** Who may sign in, and what each of them is signed in with. */
export const USER_OPERATIONS = {
  listUsers: {
    tag: "User",
    summary: "Lists users",
    access: "admin",
    status: 200,
    query: access.UserListQuery,
    response: access.UserCollection,
  },
  createUser: {
    tag: "User",
    summary: "Creates a user",
    access: "admin",
    status: 201,
    maxBodyBytes: SMALL_BODY_BYTES,
    body: access.UserBody,
    response: access.User,
  },
  getUser: {
    tag: "User",
    summary: "Answers one user",
    access: "admin",
    status: 200,
    params: access.UserPath,
    response: access.User,
  },
  patchUser: {
    tag: "User",
    summary: "Changes role or password of a user, deactivates or activates it",
    access: "admin",
    status: 200,
    maxBodyBytes: SMALL_BODY_BYTES,
    params: access.UserPath,
    body: access.UserPatchBody,
    response: access.User,
  },
  signOutUser: {
    tag: "User",
    summary: "Ends every session and API token of a user",
    access: "admin",
    status: 200,
    params: access.UserPath,
    response: access.SignedOut,
  },
  listUserSessions: {
    tag: "User",
    summary: "Lists sessions and API tokens of a user",
    access: "admin",
    status: 200,
    params: access.UserPath,
    query: access.SessionListQuery,
    response: access.SessionCollection,
  },
  endUserSession: {
    tag: "User",
    summary: "Ends a session of a user, or revokes an API token",
    access: "admin",
    status: 204,
    params: access.UserSessionPath,
  },
  listMySessions: {
    tag: "Own account",
    summary: "Lists the caller's own sessions and API tokens",
    access: "viewer",
    status: 200,
    query: access.SessionListQuery,
    response: access.SessionCollection,
  },
  endMySession: {
    tag: "Own account",
    summary: "Ends one of the caller's own sessions, or revokes an API token",
    access: "viewer",
    status: 204,
    params: access.MySessionPath,
  },
  createApiToken: {
    tag: "Own account",
    summary: "Makes an API token of the caller's own, shown this once",
    access: "viewer",
    status: 201,
    maxBodyBytes: SMALL_BODY_BYTES,
    body: access.ApiTokenBody,
    response: access.NewApiToken,
  },
  changePassword: {
    tag: "Own account",
    summary: "Changes the caller's own password and ends all other sessions and API tokens",
    access: "viewer",
    status: 204,
    maxBodyBytes: SMALL_BODY_BYTES,
    body: access.PasswordBody,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
