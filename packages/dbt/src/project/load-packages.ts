import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { holdProject } from "../cage/hold-project.ts";
import { DbtError } from "../error.ts";
import { localPackages } from "./package-file.ts";
import { isProjectFolder, loadProject, type Project } from "./project-file.ts";

/** The root project with its installed packages, the packages first. */
export function loadPackages(
  root: Project,
  environment: Environment,
  scope: Scope,
  options: { readonly checksVersion: boolean; readonly bounds: Bounds },
): ReadonlyMap<string, Project> {
  const folder = holdPath(options.bounds, root.packagesPath, "packages-install-path");
  const packages = new Map<string, Project>();
  for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
    const path = join(folder, name);
    if (!isProjectFolder(path)) continue;
    const bounds = boundsOfPackage(options.bounds, root.root, path);
    const project = loadProject(path, environment, scope, { ...options, bounds });
    holdProject(bounds, project);
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

// dbt Core installs a local package as a link to its folder: a person who runs both has those.
function boundsOfPackage(bounds: Bounds, root: string, path: string): Bounds {
  const real = followLinks(path);
  if (bounds.isOpen(real) || bounds.widen === undefined) return bounds;
  return localPackages(root, bounds).includes(real) ? bounds.widen(real) : bounds;
}
