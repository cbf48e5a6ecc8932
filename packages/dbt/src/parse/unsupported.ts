import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "../context/workspace.ts";
import { renderPlace } from "../error.ts";
import { objectOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { findProperties, type ParseState, placeOf } from "./parse-state.ts";

/** Keys of `flags:` that change what dbt does and change nothing here. */
const UNUSED_FLAGS: ReadonlySet<string> = new Set([
  "defer",
  "empty",
  "favor_state",
  "introspect",
  "log_format_file",
  "log_level_file",
  "use_colors_file",
  "warn_error_options",
]);

function placeOfKey(project: Project, key: string): string {
  const lines = readFileSync(join(project.root, "dbt_project.yml"), "utf8").split("\n");
  const at = lines.findIndex((text) => text.includes(`${key}:`));
  return renderPlace({ file: "dbt_project.yml", line: at + 1 });
}

/** Says which settings of `dbt_project.yml` are not used. */
export function warnOfSettings(workspace: Workspace, project: Project): void {
  for (const { key, line } of project.repeatedKeys) {
    workspace.warn(
      `Duplicate key "${key}" in dbt_project.yml: the last one counts, remove the others\n  in ${renderPlace({ file: "dbt_project.yml", line })}`,
    );
  }
  const keys = Object.keys(project.flags).filter((key) => UNUSED_FLAGS.has(key));
  for (const key of [...keys, ...project.unknownKeys]) {
    workspace.warn(
      `"${key}" of project ${project.name} has no effect: this engine does not know it\n  in ${placeOfKey(project, key)}`,
    );
  }
}

/** Configs that dbt's adapter for DuckDB reads. */
const UNUSED_CONFIGS = ["indexes", "partitioned_by", "sorted_by"];

/** Says of which nodes a config is not used. */
export function warnOfConfigs(state: ParseState): void {
  for (const { node, place } of state.nodes.values()) {
    for (const key of UNUSED_CONFIGS.filter((one) => (node.config[one] ?? null) !== null)) {
      state.workspace.warn(
        `The config ${key} of ${node.unique_id} has no effect: this engine does not know it\n  in ${renderPlace(place)}`,
      );
    }
  }
}

/** Says which files of a project dbt would read and this engine does not. */
export function warnOfUnreadFiles(workspace: Workspace, project: Project): void {
  for (const file of walkFiles(project, project.paths.models, [".py"])) {
    workspace.warn(
      `Python model ${file} is not run: this engine runs models in SQL\n  in ${renderPlace({ file, line: 1 })}`,
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
