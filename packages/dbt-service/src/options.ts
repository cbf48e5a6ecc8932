import type { PermissionSet } from "./domain/permission.ts";
import type { StepLimits } from "./runner/step-cage.ts";
import type { SqlDatabase } from "./sql-database.ts";

/** A person signed in with a browser session. */
export interface ServiceUser {
  readonly username: string;
  readonly email: string | null;
  /** What this person may do in every project of every account. */
  readonly permissionSet: PermissionSet;
}

/** A request as the sign-in ports see it. */
export interface RequestHead {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly ip: string;
}

/** A sign-in that worked: who, and the cookies that say so from now on. */
export interface ServiceLogin {
  readonly user: ServiceUser;
  /** Whole `Set-Cookie` header values. */
  readonly setCookie: readonly string[];
}

/** Why nobody was signed in: the status to respond with, and when to try again. */
export interface ServiceRefusal {
  readonly status: 401 | 429 | 503;
  readonly message: string;
  readonly retryAfterS: number | null;
}

/** One thing that somebody did here, or was refused. Never holds a secret. */
export interface ServiceAuditEntry {
  readonly actor: string;
  /** Such as `dbt_job_create`. */
  readonly event: string;
  readonly extra: Readonly<Record<string, string | number | null>>;
  /** True for what can be brought about as often as one likes: to be counted rather than listed. */
  readonly isRepeatable: boolean;
}

/** Where the service writes what happens; values never hold secrets. */
export interface ServiceLogger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The first account, project, environment and job; made once, when the database has no account yet. */
export interface ServiceSeed {
  /** @default "Airloom" */
  readonly accountName?: string;
  /** @default "Analytics" */
  readonly projectName?: string;
  /** Folder of the dbt project on disk, or the address of a git repository. */
  readonly projectDir: string;
  /** Folder inside it that holds `dbt_project.yml`. @default "" */
  readonly projectSubdirectory?: string;
  /** @default "Production" */
  readonly environmentName?: string;
  /** Schema (dataset) the environment builds into. @default what the project's own profile says */
  readonly schema?: string;
  /** @default "dbt build" */
  readonly jobName?: string;
  /** @default ["dbt build"] */
  readonly executeSteps?: readonly string[];
  /** @default false */
  readonly generateDocs?: boolean;
  /** @default 4 */
  readonly threads?: number;
  /** Profile target; `default` takes the profile's own. @default "default" */
  readonly targetName?: string;
  /** A service token with Job Admin rights to make known; only its hash is stored. */
  readonly serviceToken?: string;
}

/** How runs may use this machine. */
export interface ServiceLimits {
  /** Runs of one account at the same time. @default 4 */
  readonly runSlots?: number;
  /** How long a cancelled step may take to end by itself. @default 10000 */
  readonly killAfterMs?: number;
}

/** What the steps of runs may touch and use of this machine. */
export interface StepCage {
  /** Folders that steps read and write besides their project's; projects may be copied from them. @default [] */
  readonly folders?: readonly string[];
  /** Folders of the environment: a database file may lie directly in one. @default none */
  readonly environmentDirs?: readonly string[];
  /** What no step reaches, whatever else is open; `dataDir` always is among it. @default [] */
  readonly privatePaths?: readonly string[];
  /** Extensions of DuckDB that a profile may install and load, `httpfs` say. @default [] */
  readonly extensions?: readonly string[];
  /** @default 4 hours of processor time, 24 hours, half of the memory of this machine, 1,024 MB of output */
  readonly limits?: Partial<StepLimits>;
}

/** What `openDbtService` needs. */
export interface DbtServiceOptions {
  readonly database: SqlDatabase;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Serves HTTPS with this certificate chain and key (PEM). */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Runs, artifacts and logs live below it. One service owns it. */
  readonly dataDir: string;
  /** Started once per step, with dbt's own arguments after `args`. */
  readonly dbtCommand: { readonly file: string; readonly args: readonly string[] };
  /** Environment of the dbt child beyond `PATH`, `HOME`, `LANG` and the `DBT_*` of the job: its `DBT_*` alone are passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** As whom dbt runs, where the service may choose; run folders belong to that user then. @default as the service itself */
  readonly dbtAccount?: { readonly uid: number; readonly gid: number };
  /** Recognises a browser session; the API's own tokens never reach it. */
  readonly authenticate?: (request: RequestHead) => Promise<ServiceUser | undefined>;
  /** Signs a person in; without it the service has no sign-in page. */
  readonly login?: (
    username: string,
    password: string,
    address: string,
  ) => Promise<ServiceLogin | ServiceRefusal>;
  /** Ends a person's session and returns the whole `Set-Cookie` header values that say so. */
  readonly logout?: (request: RequestHead) => Promise<readonly string[]>;
  /** Keeps who did what. */
  readonly audit?: (entry: ServiceAuditEntry) => Promise<void>;
  /**
   * Names under which the service may be asked, beside those of loopback, `host` and `publicUrl`:
   * `airloom.example.com`, or `*.example.com` for all below it. @default none
   */
  readonly allowedHosts?: readonly string[];
  /** Addresses or networks of the reverse proxies whose `X-Forwarded-*` headers are believed. @default none */
  readonly trustedProxies?: readonly string[];
  /** Where the platform's own pages are, for a link back; without one there is no platform. */
  readonly platformUrl?: string;
  /** Shown to people. */
  readonly version?: string;
  /** Built web app to serve at `/`. */
  readonly webDir?: string;
  /** Origins, such as `https://tools.example`, whose pages may read the API with a token. @default [] */
  readonly allowedOrigins?: readonly string[];
  /** How browsers reach the service, without a slash at the end. @default the listening address */
  readonly publicUrl?: string;
  readonly logger?: ServiceLogger;
  readonly seed?: ServiceSeed;
  readonly limits?: ServiceLimits;
  readonly cage?: StepCage;
}

/** A job service that listens. */
export interface DbtService {
  /** `http://127.0.0.1:8081`, without a slash at the end. */
  readonly url: string;
  /** Resolves once nothing listens and no child runs; unfinished runs go on at the next start. */
  close(): Promise<void>;
}
