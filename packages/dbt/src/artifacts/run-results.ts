import type { JsonObject } from "../json.ts";
import type { ArtifactMetadata } from "./manifest.ts";

/** How a node ended. */
export type RunStatus =
  | "success"
  | "error"
  | "skipped"
  | "partial success"
  | "no-op"
  | "pass"
  | "fail"
  | "warn"
  | "runtime error";

/** One measured stretch of a node's run. */
export interface TimingInfo {
  readonly name: "compile" | "execute";
  readonly started_at: string;
  readonly completed_at: string;
}

/** How one node ended, in the words of `run_results.json`. */
export interface RunResult {
  readonly status: RunStatus;
  readonly timing: readonly TimingInfo[];
  readonly thread_id: string;
  readonly execution_time: number;
  readonly adapter_response: JsonObject;
  readonly message: string | null;
  readonly failures: number | null;
  readonly unique_id: string;
  readonly compiled: boolean | null;
  readonly compiled_code: string | null;
  readonly relation_name: string | null;
  readonly batch_results: null;
}

/** The whole of `run_results.json`, version 6. */
export interface RunResults {
  readonly metadata: ArtifactMetadata;
  readonly results: readonly RunResult[];
  readonly elapsed_time: number;
  readonly args: JsonObject;
}
