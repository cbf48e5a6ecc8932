import { join } from "node:path";
import type { ServiceLogger } from "../options.ts";
import type { SecretBox } from "../secret-box.ts";
import type { ArtifactStore } from "../store/artifact-store.ts";
import type { NodeStore } from "../store/node-store.ts";
import type { ResourceStore } from "../store/resource-store.ts";
import type { RunQueue } from "../store/run-queue.ts";
import type { RunStore } from "../store/run-store.ts";
import type { StepStore } from "../store/step-store.ts";
import type { NodeReader } from "./node-reader.ts";
import type { OpenStepCage } from "./step-cage.ts";

/** What executing a run works with. */
export interface RunnerPorts {
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly steps: StepStore;
  readonly nodes: NodeStore;
  readonly artifacts: ArtifactStore;
  readonly resources: ResourceStore;
  readonly nodeReader: NodeReader;
  readonly secrets: SecretBox;
  readonly logger: ServiceLogger;
  readonly dbtCommand: { readonly file: string; readonly args: readonly string[] };
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** What steps may touch and use. */
  readonly cage: OpenStepCage;
  /** Folders on this machine that projects may be copied from. */
  readonly sources: readonly string[];
  readonly dbtAccount: { readonly uid: number; readonly gid: number } | null;
  readonly killAfterMs: number;
}

/** Why a run stops before its end. */
export interface RunSignals {
  /** Somebody cancelled it, or its time is up: the reason says which. */
  readonly cancel: AbortSignal;
  /** The service stops; the run goes on at its next start. */
  readonly shutdown: AbortSignal;
}

/** Folders of one run. */
export interface RunFolders {
  readonly root: string;
  /** The run's copy of the code. */
  readonly code: string;
  readonly profiles: string;
  /** Results of the run that is resumed. */
  readonly state: string;
}

/** Where a run works. */
export function getRunFolders(dataDir: string, runId: number): RunFolders {
  const root = join(dataDir, "runs", String(runId));
  return {
    root,
    code: join(root, "code"),
    profiles: join(root, "profiles"),
    state: join(root, "state"),
  };
}
