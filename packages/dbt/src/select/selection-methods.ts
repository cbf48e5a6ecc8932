import { DbtError } from "../error.ts";
import { isJsonList, isJsonObject, type JsonValue, textOf } from "../json.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { isGlob, matchesGlob } from "./glob.ts";
import type { Criterion } from "./parse-criterion.ts";
import type { Selectable } from "./selectable.ts";

type Matcher = (item: Selectable, criterion: Criterion, rootPackage: string) => boolean;

function isVersionMatch(fqn: readonly string[], value: string): boolean {
  const [name = "", version = ""] = fqn.slice(-2);
  return name === value || `${name}.${version}` === value || `${name}_${version}` === value;
}

function isNameMatch(fqn: readonly string[], value: string, isVersioned: boolean): boolean {
  if (isVersioned ? isVersionMatch(fqn, value) : fqn.at(-1) === value) return true;
  const flat = fqn.flatMap((part) => part.split("."));
  const wanted = value.split(".");
  if (flat.length < wanted.length) return false;
  for (const [index, part] of wanted.entries()) {
    if (isGlob(part)) {
      if (matchesGlob(flat.slice(index).join("."), wanted.slice(index).join("."))) return true;
      // A pattern without a dot may also be about the name alone, however deep the node lies.
      const name = isVersioned ? fqn.at(-2) : fqn.at(-1);
      return wanted.length === 1 && matchesGlob(name ?? "", value);
    }
    if (flat[index] !== part) return false;
  }
  return true;
}

function matchFqn(item: Selectable, { value }: Criterion): boolean {
  // As in dbt, sources are found by a method of their own only.
  if (item.resourceType === "source") return false;
  const isVersioned = item.version !== undefined;
  if (isNameMatch(item.fqn, value, isVersioned)) return true;
  return isNameMatch(item.fqn.slice(1), value, isVersioned);
}

function matchPath(item: Selectable, { value }: Criterion): boolean {
  const wanted = value.replaceAll("\\", "/").replace(/^\.\//u, "").replace(/\/$/u, "");
  const parts = item.path.split("/");
  return parts.some((_, index) => matchesGlob(parts.slice(0, index + 1).join("/"), wanted));
}

function matchFile(item: Selectable, { value }: Criterion): boolean {
  const file = item.path.split("/").at(-1) ?? "";
  return matchesGlob(file, value) || matchesGlob(file.replace(/\.[^.]+$/u, ""), value);
}

function matchQualified(names: readonly string[], value: string): boolean {
  const parts = value.split(".");
  if (parts.length > names.length) return false;
  // One name alone is the last but for sources, where it names the whole source.
  return parts.every((part, index) => matchesGlob(names[index] ?? "", part));
}

function matchSource(item: Selectable, { value }: Criterion): boolean {
  if (item.resourceType !== "source") return false;
  const names = [item.sourceName ?? "", item.name];
  return (
    matchQualified(names, value) ||
    (value.split(".").length === 3 && matchQualified([item.packageName, ...names], value))
  );
}

function matchExposure(item: Selectable, { value }: Criterion): boolean {
  if (item.resourceType !== "exposure") return false;
  return matchesGlob(item.name, value) || matchesGlob(`${item.packageName}.${item.name}`, value);
}

function readConfig(item: Selectable, keys: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = item.config;
  for (const key of keys) {
    if (!isJsonObject(current)) return undefined;
    current = current[key];
  }
  return current;
}

function matchConfig(item: Selectable, { methodArguments, value }: Criterion): boolean {
  const found = readConfig(item, methodArguments);
  // As in dbt, a pattern is a text like others here, and case counts but for a severity and for true and false.
  const isSame = (entry: JsonValue): boolean =>
    typeof entry === "boolean" ? String(entry) === value.toLowerCase() : entry === value;
  if (isJsonList(found)) return found.some(isSame);
  if (methodArguments.join(".") === "severity") {
    return textOf(found)?.toLowerCase() === value.toLowerCase();
  }
  return found !== undefined && isSame(found);
}

/** Refuses a value of a method that knows all of its own. */
function checkValue(kind: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new DbtError(
    "Usage",
    `Invalid ${kind} selector "${value}"${renderHint(value, known)}; expected one of: ${known.join(", ")}`,
  );
}

const TEST_TYPES = ["generic", "singular", "unit", "data", "schema"];

function matchTestType(item: Selectable, { value }: Criterion): boolean {
  checkValue("test type", value, TEST_TYPES);
  if (item.resourceType !== "test") return false;
  const type = item.testName === undefined ? "singular" : "generic";
  return value === type || value === "data" || (value === "schema" && type === "generic");
}

const VERSION_TYPES = ["latest", "prerelease", "old", "none"];

function matchVersion(item: Selectable, { value }: Criterion): boolean {
  if (item.resourceType !== "model") return false;
  checkValue("version type", value, VERSION_TYPES);
  if (item.version === undefined) return value === "none";
  const order = Number(item.version) - Number(item.latestVersion);
  if (value === "latest") return item.version === item.latestVersion;
  if (value === "prerelease") return order > 0;
  return value === "old" && order < 0;
}

const RESOURCE_TYPES = [
  "model",
  "analysis",
  "test",
  "snapshot",
  "operation",
  "seed",
  "rpc",
  "sql_operation",
  "doc",
  "source",
  "macro",
  "exposure",
  "metric",
  "group",
  "saved_query",
  "semantic_model",
  "unit_test",
  "fixture",
  "function",
];

function matchResourceType(item: Selectable, { value }: Criterion): boolean {
  checkValue("resource_type", value, RESOURCE_TYPES);
  return item.resourceType === value;
}

function matchNothing(): boolean {
  return false;
}

const METHODS: Readonly<Record<string, Matcher>> = {
  fqn: matchFqn,
  tag: (item, { value }) => item.tags.some((tag) => matchesGlob(tag, value)),
  path: matchPath,
  file: matchFile,
  source: matchSource,
  exposure: matchExposure,
  resource_type: matchResourceType,
  package: (item, { value }, root) =>
    matchesGlob(item.packageName, value === "this" ? root : value),
  config: matchConfig,
  test_type: matchTestType,
  test_name: (item, { value }) => item.testName !== undefined && matchesGlob(item.testName, value),
  group: (item, { value }) => item.group !== null && matchesGlob(item.group, value),
  access: (item, { value }) => item.resourceType === "model" && item.access === value,
  version: matchVersion,
  // Nothing of these kinds is read, so nothing is selected by them.
  function: matchNothing,
  metric: matchNothing,
  saved_query: matchNothing,
  semantic_model: matchNothing,
  unit_test: matchNothing,
};

/** dbt's methods that need the artifacts of an earlier run. */
const COMPARING: ReadonlySet<string> = new Set(["state", "result", "source_status"]);

/** Whether dbt has a method of that name. */
export function isMethod(name: string): boolean {
  return name === "selector" || COMPARING.has(name) || Object.hasOwn(METHODS, name);
}

/** Whether an item meets a condition, the graph aside. */
export function findMatcher(criterion: Criterion): Matcher {
  // People write the name: what every object has, such as "constructor", is no method of selection.
  const matcher = Object.hasOwn(METHODS, criterion.method) ? METHODS[criterion.method] : undefined;
  if (matcher !== undefined) return matcher;
  throw new DbtError("Usage", refusalOf(criterion.method));
}

function refusalOf(method: string): string {
  if (COMPARING.has(method)) {
    return `Got a ${method} selector method, but no comparison manifest: this engine does not compare with an earlier state`;
  }
  const names = Object.keys(METHODS);
  return `'${method}' is not a valid method name${renderHint(method, names)}; known methods: ${names.join(", ")}`;
}
