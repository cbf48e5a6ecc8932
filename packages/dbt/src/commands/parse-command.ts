import { buildManifest } from "../artifacts/build-artifacts.ts";
import { type CommandOutcome, type Invocation, targetFolder, writeArtifact } from "./invocation.ts";

/** `dbt parse`: reads the project and writes `manifest.json`. */
export function parseCommand(invocation: Invocation): CommandOutcome {
  const startedMs = performance.now();
  const project = invocation.parse();
  writeArtifact(invocation, "manifest.json", buildManifest(project, new Map(), invocation.now()));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
  invocation.reporter.debug(`Parsed the project in ${seconds}s`);
  invocation.reporter.info(
    "ParsePerfInfoPath",
    "I010",
    `Performance info: ${targetFolder(invocation)}/manifest.json`,
    {},
  );
  return { success: true };
}
