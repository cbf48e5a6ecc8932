import { DbtError, type SourcePlace } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectOf,
  renderScalar,
  textOf,
} from "../json.ts";

const CONFIG_KEYS = [
  "severity",
  "tags",
  "enabled",
  "where",
  "limit",
  "warn_if",
  "error_if",
  "fail_calc",
  "store_failures",
  "store_failures_as",
  "meta",
  "database",
  "schema",
  "alias",
];

/** A generic test as a properties file declares it. */
export interface TestDeclaration {
  readonly namespace: string | null;
  readonly name: string;
  readonly args: JsonObject;
  readonly config: JsonObject;
  readonly givenName: string | undefined;
  readonly description: string;
}

function fail(message: string, place: SourcePlace): never {
  throw new DbtError("Parsing", message, { place });
}

function splitDeclaration(item: JsonValue, place: SourcePlace): readonly [string, JsonObject] {
  if (typeof item === "string") return [item, {}];
  if (!isJsonObject(item))
    return fail(
      `Invalid data test: expected a name or a mapping, got "${renderScalar(item)}"`,
      place,
    );
  if (typeof item["test_name"] === "string") {
    const { test_name: name, ...rest } = item;
    return [String(name), rest];
  }
  const entries = Object.entries(item);
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    return fail(
      `Invalid data test: expected one name, got ${entries.length}: ${Object.keys(item).join(", ")}`,
      place,
    );
  }
  const [name, args] = entry;
  if (args === null) return [name, {}];
  if (isJsonObject(args)) return [name, args];
  return fail(
    `Invalid arguments of test "${name}": expected a mapping, got "${renderScalar(args)}"`,
    place,
  );
}

/** Reads a test's declaration: its name alone, or with arguments and configs. */
export function readDeclaration(
  item: JsonValue,
  column: string | undefined,
  place: SourcePlace,
): TestDeclaration {
  const [fullName, given] = splitDeclaration(item, place);
  const { config: rawConfig, name, description, arguments: nested, ...inline } = given;
  const config: Record<string, JsonValue> = {};
  const args: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(inline)) {
    if (CONFIG_KEYS.includes(key)) config[key] = value;
    else args[key] = value;
  }
  if (column !== undefined) args["column_name"] = column;
  const [left = "", right] = fullName.split(".", 2);
  return {
    namespace: right === undefined ? null : left,
    name: right ?? left,
    args: { ...args, ...objectOf(nested) },
    config: orderedConfig({ ...config, ...objectOf(rawConfig) }),
    givenName: textOf(name),
    description: textOf(description) ?? "",
  };
}

function orderedConfig(config: JsonObject): JsonObject {
  const known = CONFIG_KEYS.filter((key) => config[key] !== undefined && config[key] !== null);
  const other = Object.keys(config).filter((key) => !CONFIG_KEYS.includes(key));
  return Object.fromEntries([...known, ...other].map((key) => [key, config[key] ?? null]));
}
