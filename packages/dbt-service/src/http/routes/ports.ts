import type { RunCommands } from "../../run-commands.ts";
import type { NodeReader } from "../../runner/node-reader.ts";
import type { SecretBox } from "../../secret-box.ts";
import type { ArtifactStore } from "../../store/artifact-store.ts";
import type { NodeStore } from "../../store/node-store.ts";
import type { ResourceStore } from "../../store/resource-store.ts";
import type { RunStore } from "../../store/run-store.ts";
import type { StepStore } from "../../store/step-store.ts";
import type { TokenStore } from "../../store/token-store.ts";

/** What the operations of the API work with. */
export interface ApiPorts {
  readonly resources: ResourceStore;
  readonly runs: RunStore;
  readonly steps: StepStore;
  readonly nodes: NodeStore;
  readonly nodeReader: NodeReader;
  readonly artifacts: ArtifactStore;
  readonly tokens: TokenStore;
  readonly commands: RunCommands;
  readonly secrets: SecretBox;
  readonly dataDir: string;
  /** How browsers reach the service, without a slash at the end. */
  readonly getPublicUrl: () => string;
}
