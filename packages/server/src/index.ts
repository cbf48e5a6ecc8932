export {
  type Access,
  type AccessOptions,
  type Authenticated,
  endSession,
  openAccess,
  type Session,
  saveNewSession,
} from "./auth/access.ts";
export { renderSessionCookie } from "./auth/credentials.ts";
export { createScryptHasher, type PasswordHasher } from "./auth/password.ts";
export { findFreePort } from "./free-port.ts";
export { openServer } from "./open-server.ts";
export type { ConnectionForm, Server, ServerOptions } from "./server-options.ts";
