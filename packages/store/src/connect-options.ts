/** Where a PostgreSQL server listens. A `host` that starts with "/" is the folder of its unix socket. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** A server named either by its parts or by a `postgresql://` URL. */
export type DatabaseAddress =
  | { readonly connection: ConnectOptions; readonly url?: never }
  | { readonly url: string; readonly connection?: never };
