import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import { isProjectFolder, loadProject, type Project } from "./project-file.ts";

/** The root project with its installed packages, the packages first. */
export function loadPackages(
  root: Project,
  environment: Environment,
  scope: Scope,
  options: { readonly checksVersion: boolean },
): ReadonlyMap<string, Project> {
  const folder = join(root.root, root.packagesPath);
  const packages = new Map<string, Project>();
  for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
    const path = join(folder, name);
    if (!isProjectFolder(path)) continue;
    const project = loadProject(path, environment, scope, options);
    if (packages.has(project.name) || project.name === root.name) {
      throw new DbtError(
        "Compilation",
        `dbt found more than one package with the name "${project.name}": rename one of them`,
      );
    }
    packages.set(project.name, project);
  }
  packages.set(root.name, root);
  return packages;
}
