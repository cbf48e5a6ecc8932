import type { LogStore } from "@airloom/core";

/** What `openFileLogStore` needs. */
export interface FileLogStoreOptions {
  /** Absolute path of the folder for logs; one NDJSON file per attempt under it. */
  readonly root: string;
  /** Lines beyond this size of one attempt are dropped after a line that says so. @default 64 MiB */
  readonly maxBytesPerAttempt?: number;
}

/** Keeps logs in files. */
export function openFileLogStore(_options: FileLogStoreOptions): LogStore {
  throw new Error("The log store is not written yet");
}
