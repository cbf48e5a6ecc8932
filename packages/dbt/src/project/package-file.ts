import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { isJsonObject, type JsonObject, listOf, textOf } from "../json.ts";
import { parseYamlObject } from "../yaml/yaml-document.ts";

/** What a project wants installed, and the file that says so. */
export interface PackageFile {
  readonly file: string;
  readonly packages: readonly JsonObject[];
}

/** Reads `packages.yml`, or `dependencies.yml` without one. */
export function readPackages(root: string, bounds: Bounds): PackageFile | undefined {
  for (const file of ["packages.yml", "dependencies.yml"]) {
    if (!existsSync(join(root, file))) continue;
    holdPath(bounds, join(root, file), "the file");
    const yaml = parseYamlObject(readFileSync(join(root, file), "utf8"), file);
    return { file, packages: listOf(yaml["packages"]).filter(isJsonObject) };
  }
  return undefined;
}

/** Folders of the local packages of a project, behind all links. */
export function localPackages(root: string, bounds: Bounds): readonly string[] {
  return (readPackages(root, bounds)?.packages ?? []).flatMap((entry) => {
    const path = textOf(entry["local"]);
    return path === undefined ? [] : [followLinks(isAbsolute(path) ? path : join(root, path))];
  });
}
