import type { Store } from "@airloom/core";
import type { DatabaseAddress } from "./connect-options.ts";
import type { SecretKey } from "./secret-box.ts";

/** How a store is opened. */
export type StoreOptions = DatabaseAddress & {
  /** The first key encrypts, all decrypt; see `createSecretKey` and `parseSecretKeys`. */
  readonly secretKeys: readonly SecretKey[];
  /** Where `AIRLOOM_CONN_…` and `AIRLOOM_VAR_…` are read from; nothing by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What a new Dag starts as when its file does not say; true by default, as in Airflow. */
  readonly isPausedUponCreation?: boolean;
  /** How many connections the pool opens at most; 8 by default. */
  readonly maxConnections?: number;
};

/** Opens the store on PostgreSQL: connects, migrates, and answers when it is ready for use. */
export function openStore(_options: StoreOptions): Promise<Store> {
  throw new Error("openStore: body follows");
}
