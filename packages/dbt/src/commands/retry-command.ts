import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { DbtError } from "../error.ts";
import { isJsonObject, type JsonObject, listOf, objectOf, renderScalar, textOf } from "../json.ts";
import { type CommandOutcome, type Invocation, targetFolder } from "./invocation.ts";
import { runCommand } from "./run-command.ts";
import { RUN_COMMANDS } from "./run-commands.ts";

const RETRIED: ReadonlySet<string> = new Set([
  "error",
  "fail",
  "skipped",
  "runtime error",
  "partial success",
]);

function readResults(invocation: Invocation): JsonObject {
  const folder = invocation.settings.text("state") ?? targetFolder(invocation);
  const { bounds, cage } = invocation.workspace;
  const file = join(folder, "run_results.json");
  // What the job service laid out, or what a person names.
  const isGiven = cage === undefined || cage.given.includes(followLinks(folder));
  if (!isGiven) holdPath(bounds, file, "--state");
  if (!existsSync(file)) {
    throw new DbtError(
      "Runtime",
      `Could not find previous run in '${folder}': there is no run_results.json to retry from`,
    );
  }
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (isJsonObject(parsed)) return parsed;
  throw new DbtError("Runtime", `Cannot retry: "${file}" is not an artifact of dbt`);
}

/** `dbt retry`: runs again what failed or was skipped in the last run. */
export async function retryCommand(invocation: Invocation): Promise<CommandOutcome> {
  const results = readResults(invocation);
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
    .map((result) => renderScalar(result["unique_id"]));
  const ids = new Set(failed.filter((id) => project.nodes.has(id) || project.exposures.has(id)));
  // Ephemeral models have no result of their own: they come along with what uses them.
  return runCommand({ ...invocation, command: which }, { ...options, ids });
}
