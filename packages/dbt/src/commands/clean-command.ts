import { existsSync, rmSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { holdPath } from "../cage/bounds.ts";
import { DbtError } from "../error.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";

function checkTarget(root: string, path: string, kept: readonly string[]): string {
  const folder = isAbsolute(path) ? path : join(root, path);
  const inside = relative(root, folder);
  if (inside === "" || inside.startsWith(`..${sep}`) || inside === ".." || isAbsolute(inside)) {
    throw new DbtError("Runtime", `dbt will not clean "${path}": it is outside of the project`);
  }
  if (kept.some((source) => source === inside || source.startsWith(`${inside}${sep}`))) {
    throw new DbtError("Runtime", `dbt will not clean "${path}": it holds sources of the project`);
  }
  return folder;
}

/** `dbt clean`: removes the folders of `clean-targets`. */
export function cleanCommand(invocation: Invocation): CommandOutcome {
  const { project, bounds } = invocation.workspace;
  const kept = Object.values(project.paths).flat();
  for (const path of project.cleanTargets) {
    const folder = holdPath(bounds, checkTarget(project.root, path, kept), "clean-targets");
    invocation.reporter.info("CheckCleanPath", "Z012", `Checking ${folder}/*`, { path: folder });
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    invocation.reporter.info("ConfirmCleanPath", "Z013", `Cleaned ${folder}/*`, { path: folder });
  }
  invocation.reporter.info("FinishedCleanPaths", "Z015", "Finished cleaning all paths.", {});
  return { success: true };
}
