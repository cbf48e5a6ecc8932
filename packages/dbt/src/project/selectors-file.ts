import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { type NamedSelector, readSelectors, SELECTORS_FILE } from "../select/read-selectors.ts";
import { renderYamlObject } from "../template/render-yaml.ts";
import { parseYamlObject } from "../yaml/yaml-document.ts";

/** The selectors of a project by name. */
export function loadSelectors(
  root: string,
  environment: Environment,
  scope: Scope,
  bounds: Bounds,
): ReadonlyMap<string, NamedSelector> {
  const file = join(root, SELECTORS_FILE);
  if (!existsSync(file)) return new Map();
  holdPath(bounds, file, "the file");
  const content = parseYamlObject(readFileSync(file, "utf8"), SELECTORS_FILE);
  return readSelectors(renderYamlObject({ environment, scope, file: SELECTORS_FILE }, content));
}
