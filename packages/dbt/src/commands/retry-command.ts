import { DbtError } from "../error.ts";
import { isJsonObject, listOf, objectOf, renderScalar, textOf } from "../json.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";
import { readPreviousResults } from "./previous-results.ts";
import { runCommand } from "./run-command.ts";
import { RUN_COMMANDS } from "./run-commands.ts";

const RETRIED: ReadonlySet<string> = new Set([
  "error",
  "fail",
  "skipped",
  "runtime error",
  "partial success",
]);

/** `dbt retry`: runs again what failed or was skipped in the last run. */
export async function retryCommand(invocation: Invocation): Promise<CommandOutcome> {
  const results = readPreviousResults(invocation.settings, invocation.workspace);
  const which = textOf(objectOf(results["args"])["which"]) ?? "build";
  const options = RUN_COMMANDS[which];
  if (options === undefined) {
    throw new DbtError(
      "Runtime",
      `Cannot retry "${which}": expected one of ${Object.keys(RUN_COMMANDS).join(", ")}`,
    );
  }
  const project = invocation.parse();
  const failed = listOf(results["results"])
    .filter(isJsonObject)
    .filter((result) => RETRIED.has(renderScalar(result["status"])))
    .map((result) => renderScalar(result["unique_id"]))
    // Hooks of the project run anew in every run.
    .filter((id) => !id.startsWith("operation."));
  const ids = new Set(failed.filter((id) => project.nodes.has(id) || project.exposures.has(id)));
  // Ephemeral models have no result of their own: they come along with what uses them.
  return runCommand({ ...invocation, command: which }, { ...options, ids });
}
