import type { DagSpec } from "@airloom/core";

/** Where and why a file could not be imported, as far as the importing process could tell. */
export interface ImportFailure {
  readonly message: string;
  /** Absolute path of the file with the fault: the Dag file or one that it imports. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly stack: string | null;
}

/** What one import found. */
export interface ImportReport {
  readonly dags: readonly { readonly spec: DagSpec; readonly hash: string }[];
  readonly failure: ImportFailure | null;
  /** The project's files it imported, itself included. */
  readonly dependencies: readonly string[];
}

/** What an importing process says. */
export type ImporterMessage =
  | { readonly kind: "ready" }
  | {
      readonly kind: "imported";
      readonly report: ImportReport;
      /** False when the file left something behind that could touch the next one. */
      readonly isClean: boolean;
    };

/** What an importing process is told. */
export type ImporterRequest =
  | { readonly kind: "start"; readonly entry: string; readonly cacheDir: string }
  | { readonly kind: "import"; readonly file: string };
