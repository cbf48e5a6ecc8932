import type { ConnectOptions } from "../connect-options.ts";

/** How the embedded server is opened. */
export interface EmbeddedPostgresOptions {
  /** Created on first use. */
  readonly dataDir: string;
  /** What the server says is appended here. */
  readonly logFile: string;
  /** Also listen on 127.0.0.1 at this port, with a password; unix socket only by default. */
  readonly tcpPort?: number;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
}

/** A running server of ours. It outlives this process until `stop()`. */
export interface EmbeddedPostgres {
  /** For people and their tools: over TCP where asked for, else over the unix socket. */
  readonly url: string;
  /** For us: always the shortest way in. */
  readonly connectionOptions: ConnectOptions;
  /** Of the postmaster; changes when it had to be restarted. */
  readonly pid: number;
  /** True when a server that was already running was taken over. */
  readonly isReused: boolean;
  /** Calls back after the server died and answers again. The returned function ends that. */
  onRestart(listener: () => void): () => void;
  /** Fast shutdown: ends sessions, keeps every commit. */
  stop(): Promise<void>;
  /** Stops watching and leaves the server running. */
  close(): Promise<void>;
}
