import type { Clock, LiveEvents, Logger, LogStore, Operations, Store } from "@airloom/core";
import type { PasswordHasher } from "./auth/password.ts";

/** A kind of connection as its form needs it; the SDK's `ConnectionType` fits. */
export interface ConnectionForm {
  readonly connType: string;
  readonly label: string;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly kind: "text" | "secret" | "number" | "boolean" | "select";
    readonly required?: boolean;
    readonly placeholder?: string;
    readonly help?: string;
    readonly options?: readonly string[];
  }[];
}

/** What `openServer` needs. */
export interface ServerOptions {
  readonly store: Store;
  readonly operations: Operations;
  readonly logs: LogStore;
  readonly events: LiveEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Folder of the built web app; without it only the API answers. */
  readonly webDir?: string;
  readonly version: string;
  /** Name of the project, shown before signing in. */
  readonly project: string;
  /** Such as `local` or `production`: shown before signing in. @default "local" */
  readonly environment?: string;
  /** Zone in which times are told when the browser's is not wanted. @default "UTC" */
  readonly timezone?: string;
  /** Shown on the sign-in page, such as `admin / admin`: only for local projects. */
  readonly defaultCredentialsHint?: string;
  /** How people call Airloom on this machine: pages show it in commands to copy. @default "airloom" */
  readonly command?: string;
  /** What an admin should know of this environment, in whole sentences. */
  readonly notices?: readonly string[];
  readonly connectionTypes?: readonly ConnectionForm[];
  readonly dbtServiceUrl?: string;
  /** @default scrypt with the parameters OWASP names */
  readonly passwordHasher?: PasswordHasher;
  /** How long a session lasts, in hours. @default 24 */
  readonly sessionHours?: number;
  /** After how many hours without a request a session that was signed in to ends. @default 12 */
  readonly idleHours?: number;
  /** True where browsers come through HTTPS: the cookie is then sent only there. @default false */
  readonly isSecure?: boolean;
  /**
   * Addresses, or networks such as `10.0.0.0/8`, of the reverse proxies whose `X-Forwarded-*` headers are believed.
   * @default none
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Names under which browsers may ask, beside those of loopback and `host`: `airloom.example.com`, or
   * `*.example.com` for all below it. @default none
   */
  readonly allowedHosts?: readonly string[];
  /** What another service of this environment shows when it signs somebody in who is elsewhere. */
  readonly peerKey?: string;
  /** Failed sign-ins that one address may make per minute. @default 10 */
  readonly loginAttemptsPerMinute?: number;
  /** Failed sign-ins per minute for one account, from all addresses it is not known from. @default 20 */
  readonly accountAttemptsPerMinute?: number;
}

/** A server that listens. */
export interface Server {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** Ends event streams and resolves once nothing listens. The store stays open. */
  close(): Promise<void>;
}
