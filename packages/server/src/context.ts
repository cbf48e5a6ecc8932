import type { Access } from "./auth/access.ts";
import type { ServerOptions } from "./server-options.ts";

/** What every route works with. */
export interface ServerContext extends ServerOptions {
  readonly access: Access;
  readonly environment: string;
  readonly timezone: string;
  readonly connectionTypes: NonNullable<ServerOptions["connectionTypes"]>;
}
