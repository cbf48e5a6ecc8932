import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { DbtError } from "../error.ts";
import { isJsonObject, type JsonObject, listOf, renderScalar, textOf } from "../json.ts";
import { isProjectFolder } from "../project/project-file.ts";
import { lineOf, parseYamlObject } from "../yaml/yaml-document.ts";
import type { CommandOutcome, Invocation } from "./invocation.ts";

function readPackages(
  root: string,
): { readonly file: string; readonly packages: readonly JsonObject[] } | undefined {
  for (const file of ["packages.yml", "dependencies.yml"]) {
    if (!existsSync(join(root, file))) continue;
    const yaml = parseYamlObject(readFileSync(join(root, file), "utf8"), file);
    return { file, packages: listOf(yaml["packages"]).filter(isJsonObject) };
  }
  return undefined;
}

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

/** `dbt deps`: puts the project's local packages into its packages folder. */
export function depsCommand(invocation: Invocation): CommandOutcome {
  const { project } = invocation.workspace;
  const { reporter } = invocation;
  const found = readPackages(project.root);
  if (found === undefined || found.packages.length === 0) {
    reporter.log(
      "warn",
      "DepsNoPackagesFound",
      "M013",
      "Warning: No packages were found in packages.yml",
    );
    return { success: true };
  }
  const target = join(project.root, project.packagesPath);
  mkdirSync(target, { recursive: true });
  for (const entry of found.packages) {
    const folder = localFolder(project.root, found.file, entry);
    const yaml = parseYamlObject(
      readFileSync(join(folder, "dbt_project.yml"), "utf8"),
      "dbt_project.yml",
    );
    const name = textOf(yaml["name"]) ?? "package";
    reporter.info("DepsStartPackageInstall", "M014", `Installing ${renderScalar(entry["local"])}`, {
      package_name: name,
    });
    rmSync(join(target, name), { recursive: true, force: true });
    cpSync(folder, join(target, name), { recursive: true });
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
