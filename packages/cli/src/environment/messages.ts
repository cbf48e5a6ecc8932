import type { EnvironmentInfo } from "../project/environment-file.ts";

/** What the environment's main process tells the command that started it. */
export type StartMessage =
  | { readonly kind: "progress"; readonly step: string }
  | { readonly kind: "ready"; readonly info: EnvironmentInfo; readonly notes: readonly string[] }
  | { readonly kind: "failed"; readonly code: string | null; readonly message: string };

/** How the environment is started: passed to its main process as one JSON argument. */
export interface StartRequest {
  readonly projectDir: string;
  /** Ports asked for by flag; a taken one is an error then, not a reason to move on. */
  readonly port: number | null;
  readonly dbtServicePort: number | null;
  readonly host: string | null;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  /** Serve the job service over HTTPS with a certificate of the project's own CA. */
  readonly tls: boolean;
}
