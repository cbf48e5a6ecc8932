import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "../context/workspace.ts";
import { renderPlace } from "../error.ts";
import { objectOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { findProperties, type ParseState, placeOf } from "./parse-state.ts";

/** Says which files of a project dbt would read and this engine does not. */
export function warnOfUnreadFiles(workspace: Workspace, project: Project): void {
  for (const file of walkFiles(project.root, project.paths.models, [".py"])) {
    workspace.warn(
      `Python model ${file} is not run: this engine runs models in SQL\n  in ${renderPlace({ file, line: 1 })}`,
    );
  }
  if (project === workspace.project && existsSync(join(project.root, "selectors.yml"))) {
    workspace.warn(
      "selectors.yml is not read: write its conditions with --select and --exclude\n  in selectors.yml:1",
    );
  }
}

/** Says of which models the contract is not enforced. */
export function warnOfContracts(state: ParseState): void {
  for (const { node, place } of state.nodes.values()) {
    if (objectOf(node.config["contract"])["enforced"] !== true) continue;
    const entry = findProperties(state, "models", node.package_name, node.name);
    const where = renderPlace(entry === undefined ? place : placeOf(entry));
    state.workspace.warn(
      `The contract of model ${node.name} is not enforced: this engine checks neither its columns nor its constraints\n  in ${where}`,
    );
  }
}

/** Says of which nodes the grants have no effect, in the words of dbt's adapter. */
export function warnOfGrants(state: ParseState): void {
  const granted = [...state.nodes.values()].filter(
    ({ node }) => Object.keys(objectOf(node.config["grants"])).length > 0,
  );
  if (granted.length === 0) return;
  const where = granted.map(({ node, place }) => {
    const kind = `${node.resource_type}s`;
    const entry = state.properties.find(
      (one) =>
        one.kind === kind &&
        one.name === node.name &&
        one.packageName === node.package_name &&
        objectOf(one.value["config"])["grants"] !== undefined,
    );
    return `\n  ${node.unique_id} in ${renderPlace(entry === undefined ? place : placeOf(entry))}`;
  });
  state.workspace.warn(
    `DuckDB adapter: Grants for relations are not supported by DuckDB: they have no effect${where.join("")}`,
  );
}
