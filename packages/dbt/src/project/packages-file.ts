import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { DbtError } from "../error.ts";
import { isJsonObject, type JsonObject, listOf, textOf } from "../json.ts";
import { renderYamlObject } from "../template/render-yaml.ts";
import { parseYamlObject } from "../yaml/yaml-document.ts";

/** The packages that a project names, and the file that does. */
export interface PackagesFile {
  readonly file: string;
  readonly packages: readonly JsonObject[];
}

/** The file in which `dbt deps` says what it has installed. */
export const LOCK_FILE = "package-lock.yml";

/** What a packages file is read with. */
export interface PackagesReader {
  readonly environment: Environment;
  readonly scope: Scope;
  readonly bounds: Bounds;
}

function readFile(root: string, file: string, bounds: Bounds): JsonObject {
  const path = join(root, file);
  if (!existsSync(path)) return {};
  holdPath(bounds, path, "the file");
  return parseYamlObject(readFileSync(path, "utf8"), file);
}

/** Reads `packages.yml`, which may hold templates, or the packages of `dependencies.yml`, which may not. */
export function readPackagesFile(root: string, reader: PackagesReader): PackagesFile {
  const own = readFile(root, "packages.yml", reader.bounds);
  const dependencies = readFile(root, "dependencies.yml", reader.bounds);
  if (own["packages"] !== undefined && dependencies["packages"] !== undefined) {
    throw new DbtError(
      "Runtime",
      "The 'packages' key cannot be specified in both packages.yml and dependencies.yml: keep one of them",
    );
  }
  if (dependencies["packages"] !== undefined) {
    const packages = listOf(dependencies["packages"]).filter(isJsonObject);
    return { file: "dependencies.yml", packages };
  }
  const file = "packages.yml";
  const rendered = renderYamlObject({ ...reader, file }, own);
  return { file, packages: listOf(rendered["packages"]).filter(isJsonObject) };
}

/** How many packages must be installed: those of the lock file, else those of the packages file. */
export function countWanted(root: string, found: PackagesFile, bounds: Bounds): number {
  const locked = listOf(readFile(root, LOCK_FILE, bounds)["packages"]).length;
  return locked === 0 ? found.packages.length : locked;
}

/** Folders of the local packages of a project, behind all links. */
export function localPackages(root: string, found: PackagesFile): readonly string[] {
  return found.packages.flatMap((entry) => {
    const path = textOf(entry["local"]);
    return path === undefined ? [] : [followLinks(isAbsolute(path) ? path : join(root, path))];
  });
}
