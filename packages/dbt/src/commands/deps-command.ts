import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Bounds, holdLinks, holdPath } from "../cage/bounds.ts";
import { DbtError } from "../error.ts";
import { type JsonObject, renderScalar, textOf } from "../json.ts";
import { readPackages } from "../project/package-file.ts";
import { isProjectFolder } from "../project/project-file.ts";
import { lineOf, parseYamlObject } from "../yaml/yaml-document.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";

function localFolder(root: string, file: string, entry: JsonObject): string {
  const path = textOf(entry["local"]);
  const line = lineOf(entry);
  const place = line === undefined ? { file } : { file, line };
  if (path === undefined) {
    const what =
      textOf(entry["package"]) ?? textOf(entry["git"]) ?? textOf(entry["tarball"]) ?? "unknown";
    throw new DbtError(
      "Runtime",
      `Cannot install package "${what}": only local packages are supported, expected "local: <folder>"`,
      { place },
    );
  }
  const folder = isAbsolute(path) ? path : join(root, path);
  if (isProjectFolder(folder)) return folder;
  throw new DbtError(
    "Runtime",
    `Cannot install local package "${path}": no dbt_project.yml found in ${folder}`,
    { place },
  );
}

// Installed below a name of its own: one with dots or slashes would replace another folder.
function nameOfPackage(folder: string, bounds: Bounds): string {
  const file = holdPath(bounds, join(folder, "dbt_project.yml"), "the file");
  const yaml = parseYamlObject(readFileSync(file, "utf8"), "dbt_project.yml");
  const name = textOf(yaml["name"]) ?? "package";
  if (/^\w+$/u.test(name)) return name;
  throw new DbtError(
    "Runtime",
    `Cannot install package "${name}": expected a name of letters, digits and underscores`,
    { place: { file, line: 1 } },
  );
}

/** `dbt deps`: puts the project's local packages into its packages folder. */
export function depsCommand(invocation: Invocation): CommandOutcome {
  const { project, bounds } = invocation.workspace;
  const { reporter } = invocation;
  const found = readPackages(project.root, bounds);
  if (found === undefined || found.packages.length === 0) {
    reporter.log(
      "warn",
      "DepsNoPackagesFound",
      "M013",
      "Warning: No packages were found in packages.yml",
    );
    return { success: true };
  }
  const target = holdPath(bounds, project.packagesPath, "packages-install-path");
  mkdirSync(target, { recursive: true });
  for (const entry of found.packages) {
    const folder = localFolder(project.root, found.file, entry);
    // A person may name any folder of packages; what lies in it still may not lead out of both.
    const around = bounds.widen?.(folder) ?? bounds;
    holdPath(around, folder, "the local package");
    holdLinks(around, folder);
    const name = nameOfPackage(folder, around);
    reporter.info("DepsStartPackageInstall", "M014", `Installing ${renderScalar(entry["local"])}`, {
      package_name: name,
    });
    rmSync(join(target, name), { recursive: true, force: true });
    cpSync(folder, join(target, name), { recursive: true, verbatimSymlinks: true });
    reporter.info(
      "DepsInstallInfo",
      "M015",
      `Installed from <local @ ${renderScalar(entry["local"])}>`,
      {
        version_name: "local",
      },
    );
  }
  return { success: true };
}
