import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import type { Settings } from "../cli/settings.ts";
import type { Workspace } from "../context/workspace.ts";
import { DbtError } from "../error.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

/** The `run_results.json` that a retry starts from. */
export function readPreviousResults(settings: Settings, workspace: Workspace): JsonObject {
  const { bounds, cage, project } = workspace;
  const folder = settings.text("state") ?? resolve(project.root, project.targetPath);
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
