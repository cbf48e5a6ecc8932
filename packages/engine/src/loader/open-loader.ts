import type { LoadedFile, Logger } from "@airloom/core";
import type { ModuleSettings } from "../runner/module-settings.ts";

/** What `openLoader` needs. */
export interface LoaderOptions {
  /** Absolute path of the folder of Dag files, such as `<project>/dags`. */
  readonly bundleDir: string;
  readonly modules: ModuleSettings;
  /** Called for every file that is new or changed, one call at a time. */
  readonly onLoaded: (loaded: LoadedFile) => void | Promise<void>;
  /** Called with files, relative to the bundle, that are gone. */
  readonly onRemoved: (files: readonly string[]) => void | Promise<void>;
  /** Called with every file that exists, each time all were looked at. */
  readonly onScanned?: (files: readonly string[]) => void | Promise<void>;
  readonly logger: Logger;
  /** How long one file may take to import. @default 30_000 */
  readonly importTimeoutMs?: number;
  /** JavaScript heap of an import. @default 512 */
  readonly heapLimitMb?: number;
  /** All files are looked at again after this time, whatever the file system told. @default 30_000 */
  readonly rescanMs?: number;
}

/** The dag processor: a process of its own that turns Dag files into Dags. */
export interface Loader {
  /** Looks at all files now; resolves when everything found was reported. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the dag processor; resolves after the first look at all files was reported. */
export async function openLoader(_options: LoaderOptions): Promise<Loader> {
  throw new Error("The loader is not written yet");
}
