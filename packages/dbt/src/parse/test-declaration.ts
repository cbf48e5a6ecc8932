import { DbtError, type SourcePlace } from "../error.ts";
import {
  isJsonList,
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
  "sql_header",
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

function isPythonTrue(value: JsonValue): boolean {
  if (isJsonList(value)) return value.length > 0;
  return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/**
 * The configs among a test's keys and in its config block, in dbt's order: first those that every test
 * has. One that stands in both places is refused; one that is false beside a block counts as not given.
 */
function readConfig(given: JsonObject, name: string, place: SourcePlace): JsonObject {
  const block = given["config"];
  if (block !== undefined && !isJsonObject(block)) {
    return fail(
      `Invalid config of test "${name}": expected a mapping, got "${renderScalar(block)}"`,
      place,
    );
  }
  const entries = CONFIG_KEYS.map((key): [string, JsonValue] => {
    const value = given[key] ?? null;
    if (block === undefined) return [key, value];
    if (!isPythonTrue(value)) return [key, block[key] ?? null];
    if (!Object.hasOwn(block, key)) return [key, value];
    return fail(
      `Invalid config of test "${name}": "${key}" stands in its config block and beside it, expected one of them`,
      place,
    );
  });
  const others = Object.entries(block ?? {}).filter(([key]) => !CONFIG_KEYS.includes(key));
  return Object.fromEntries([...entries, ...others].filter(([, value]) => value !== null));
}

const NOT_ARGUMENTS: ReadonlySet<string> = new Set([
  ...CONFIG_KEYS,
  "config",
  "name",
  "description",
]);

/**
 * Reads a test's declaration: its name alone, or with arguments and configs. As in dbt, what stands
 * under `arguments` counts as if it stood beside them, configs included.
 */
export function readDeclaration(
  item: JsonValue,
  column: string | undefined,
  place: SourcePlace,
): TestDeclaration {
  const [fullName, { arguments: nested, ...inline }] = splitDeclaration(item, place);
  const own = column === undefined ? inline : { ...inline, column_name: column };
  const given: JsonObject = { ...own, ...objectOf(nested) };
  if (given["model"] !== undefined) {
    return fail(
      `Invalid arguments of test "${fullName}": "model" is the node that is tested, expected another name`,
      place,
    );
  }
  const [left = "", right] = fullName.split(".", 2);
  return {
    namespace: right === undefined ? null : left,
    name: right ?? left,
    args: Object.fromEntries(Object.entries(given).filter(([key]) => !NOT_ARGUMENTS.has(key))),
    config: readConfig(given, fullName, place),
    givenName: textOf(given["name"]),
    description: textOf(given["description"]) ?? "",
  };
}
