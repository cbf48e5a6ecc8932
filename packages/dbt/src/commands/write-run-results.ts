import { buildRunResults } from "../artifacts/build-artifacts.ts";
import type { RunResult } from "../artifacts/run-results.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Invocation, writeArtifact } from "./invocation.ts";

/** The options of the command line as `run_results.json` keeps them. */
export function argumentsOf(invocation: Invocation): JsonObject {
  const { line } = invocation.settings;
  const given: [string, JsonValue][] = Object.entries(line.options).map(([key, value]) => [
    key,
    typeof value === "object" ? [...value] : value,
  ]);
  const { workspace } = invocation;
  return {
    select: [],
    exclude: [],
    resource_types: [],
    ...Object.fromEntries(given),
    vars: workspace.cliVars,
    which: invocation.command,
    project_dir: workspace.project.root,
    profiles_dir: workspace.target.profilesFolder,
    target: workspace.target.targetName,
    full_refresh: invocation.settings.isOn("full_refresh"),
    write_json: invocation.settings.isOn("write_json"),
    invocation_command: `dbt ${invocation.command}`,
  };
}

/** Writes `run_results.json`. */
export function writeRunResults(
  invocation: Invocation,
  results: readonly RunResult[],
  elapsedSeconds: number,
): void {
  writeArtifact(
    invocation,
    "run_results.json",
    buildRunResults(invocation.workspace, results, {
      elapsedSeconds,
      args: argumentsOf(invocation),
      now: invocation.now(),
    }),
  );
}
