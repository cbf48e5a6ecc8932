import type { Workspace } from "../context/workspace.ts";
import { isJsonList, isJsonObject, type JsonValue, renderScalar } from "../json.ts";
import { hasTemplate, renderYamlObject } from "../template/render-yaml.ts";
import { createPropertiesRenderer } from "./properties-renderer.ts";
import type { Properties, PropertiesKind } from "./read-properties.ts";

/** What is rendered where it is used: descriptions with their docs blocks, tests with their arguments. */
const LATER: ReadonlySet<string> = new Set(["data_tests", "description", "tests"]);

function isLater(key: string | undefined): boolean {
  return key !== undefined && LATER.has(key);
}

// In a list of columns the path is: columns, position, key.
function isLaterInEntry(path: readonly string[]): boolean {
  const [first, , third] = path;
  if (isLater(first) || first === "loaded_at_query") return true;
  if (first === "config") return path.slice(1).some(isLaterInConfig);
  if (first === "columns" || first === "arguments") return isLater(third);
  return first === "versions" && (isLater(third) || (third === "columns" && isLater(path[4])));
}

function isLaterInConfig(key: string): boolean {
  return key.endsWith("hook") || key === "loaded_at_query";
}

/** Whether dbt leaves a value of an entry as it is written, until it is used. */
function isKept(kind: PropertiesKind, path: readonly string[]): boolean {
  if (kind === "exposures" && path[0] === "depends_on") return true;
  if (kind === "sources" && path[0] === "tables") return isLaterInEntry(path.slice(2));
  return isLaterInEntry(path);
}

function mentionsTemplate(value: JsonValue): boolean {
  if (typeof value === "string") return hasTemplate(value);
  if (isJsonList(value)) return value.some(mentionsTemplate);
  return isJsonObject(value) && Object.values(value).some(mentionsTemplate);
}

/** An entry of a properties file with its templates rendered, its name included. */
export function renderProperties(workspace: Workspace, entry: Properties): Properties {
  if (!mentionsTemplate(entry.value)) return entry;
  const renderer = createPropertiesRenderer(workspace, entry, (path) => isKept(entry.kind, path));
  const value = renderYamlObject(renderer, entry.value, [], entry.line);
  return { ...entry, value, name: renderScalar(value["name"] ?? entry.name) };
}
