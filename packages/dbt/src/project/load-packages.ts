import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { holdProject } from "../cage/hold-project.ts";
import { DbtError } from "../error.ts";
import {
  countWanted,
  localPackages,
  type PackagesFile,
  readPackagesFile,
} from "./packages-file.ts";
import { type Project, readProject, renderProject } from "./project-file.ts";

/** What the files of packages are read with. */
export interface PackageReader {
  readonly environment: Environment;
  /** Of the root project's packages file. */
  readonly rootScope: Scope;
  /** Of the `dbt_project.yml` of packages. */
  readonly packageScope: Scope;
  readonly checksVersion: boolean;
  readonly bounds: Bounds;
}

function installedFolders(root: Project, bounds: Bounds): readonly string[] {
  const folder = holdPath(bounds, root.packagesPath, "packages-install-path");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .filter((name) => !name.startsWith("__"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

function checkInstalled(
  root: Project,
  found: PackagesFile,
  installed: number,
  bounds: Bounds,
): void {
  const wanted = countWanted(root.root, found, bounds);
  if (wanted === installed) return;
  throw new DbtError(
    "Compilation",
    `dbt expects ${wanted} package(s) based on packages specified in ${found.file}, but found ${installed < wanted ? "only " : ""}${installed} package(s) installed in ${root.packagesPath}: run "dbt deps" to install what is named${installed > wanted ? ", and remove the folders of other packages" : ""}`,
    { place: { file: found.file, line: 1 } },
  );
}

/** The root project with its installed packages, the packages first. */
export function loadPackages(root: Project, reader: PackageReader): ReadonlyMap<string, Project> {
  const { environment, packageScope } = reader;
  const found = readPackagesFile(root.root, { ...reader, scope: reader.rootScope });
  const folders = installedFolders(root, reader.bounds);
  checkInstalled(root, found, folders.length, reader.bounds);
  const local = localPackages(root.root, found);
  const packages = new Map<string, Project>();
  for (const path of folders) {
    const bounds = boundsOfPackage(reader.bounds, local, path);
    const options = { ...reader, bounds };
    const project = renderProject(readProject(path, bounds), environment, packageScope, options);
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
function boundsOfPackage(bounds: Bounds, local: readonly string[], path: string): Bounds {
  const real = followLinks(path);
  if (bounds.isOpen(real) || bounds.widen === undefined) return bounds;
  return local.includes(real) ? bounds.widen(real) : bounds;
}
