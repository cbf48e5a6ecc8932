import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
} from "../json.ts";
import type { CaseFile } from "./case-file.ts";

/** What one command of a case did. */
export interface StepOutcome {
  readonly command: string;
  readonly exitCode: number;
  /** Lines of a command that lists; none otherwise. */
  readonly lines: readonly string[];
}

const ARTIFACTS = ["manifest.json", "run_results.json", "sources.json"];

/** What says nothing when it stands in a config. */
const USUAL: ReadonlyMap<string, string> = new Map([
  ["enabled", "true"],
  ["severity", '"ERROR"'],
  ["fail_calc", '"count(*)"'],
  ["warn_if", '"!= 0"'],
  ["error_if", '"!= 0"'],
]);

const CONFIGS = [
  "materialized",
  "enabled",
  "schema",
  "alias",
  "tags",
  "meta",
  "severity",
  "where",
  "limit",
  "fail_calc",
  "warn_if",
  "error_if",
  "store_failures",
  "store_failures_as",
  "loaded_at_field",
  "loaded_at_query",
  "freshness",
];

function readJson(file: string): JsonObject {
  const parsed: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return isJsonObject(parsed) ? parsed : {};
}

/** Writes the files of a case into an empty folder. */
export function writeCase(folder: string, file: CaseFile): void {
  for (const [path, text] of Object.entries(file.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function stepFolder(folder: string, at: number): string {
  return join(folder, ".observed", String(at));
}

/** Keeps the artifacts that a command of a case has written, so that the next one starts without them. */
export function keepArtifacts(folder: string, at: number): void {
  for (const name of ARTIFACTS) {
    const file = join(folder, "target", name);
    if (!existsSync(file)) continue;
    mkdirSync(stepFolder(folder, at), { recursive: true });
    cpSync(file, join(stepFolder(folder, at), name));
    // `retry` reads the results of the command before it.
    if (name !== "run_results.json") rmSync(file);
  }
}

function describeConfig(config: JsonObject): JsonObject {
  const told = CONFIGS.flatMap((key): [string, JsonValue][] => {
    const value = config[key] ?? null;
    const text = JSON.stringify(value);
    const isSilent = ["null", "[]", "{}", USUAL.get(key)].includes(text);
    // Of a tag that stands at two places dbt keeps both in the config of a test.
    const told = Array.isArray(value) ? [...new Set(value.map(renderScalar))].toSorted() : value;
    return isSilent ? [] : [[key, told]];
  });
  return Object.fromEntries(told);
}

function describeNodes(manifest: JsonObject): JsonObject {
  const nodes = ["nodes", "sources", "exposures"].flatMap((key) =>
    Object.entries(objectOf(manifest[key])),
  );
  const told = nodes.map(([id, value]): [string, JsonValue] => {
    const node = objectOf(value);
    const parents = listOf(objectOf(node["depends_on"])["nodes"]).map(String).toSorted();
    return [
      id,
      {
        config: describeConfig(objectOf(node["config"])),
        tags: listOf(node["tags"]).map(String).toSorted(),
        relation: node["relation_name"] ?? null,
        parents,
      },
    ];
  });
  return Object.fromEntries(told.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function statusesOf(folder: string): JsonObject {
  const results = ["run_results.json", "sources.json"].flatMap((name) =>
    listOf(readJson(join(folder, name))["results"]).filter(isJsonObject),
  );
  // dbt Core leaves out of sources.json what it could not ask.
  const asked = results.filter(({ status }) => status !== "runtime error");
  const told = asked.map((result): [string, JsonValue] => {
    const failures = typeof result["failures"] === "number" ? ` ${result["failures"]}` : "";
    return [renderScalar(result["unique_id"]), `${renderScalar(result["status"])}${failures}`];
  });
  return Object.fromEntries(told.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function readTables(folder: string): Promise<JsonObject> {
  const file = join(folder, "w.duckdb");
  if (!existsSync(file)) return {};
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(
      "select table_schema, table_name, table_type from information_schema.tables order by all",
    );
    const tables: Record<string, JsonValue> = {};
    for (const cells of found.getRowsJson()) {
      const [schema = "", name = "", type = ""] = cells.map((cell) =>
        typeof cell === "string" ? cell : "",
      );
      const relation = `"${schema}"."${name}"`;
      const rows = await connection.runAndReadAll(
        `select columns(c -> not c like 'dbt\\_%' escape '\\') from ${relation} order by all`,
      );
      tables[`${schema}.${name}`] = {
        type,
        columns: rows.columnNames(),
        rows: rows.getRowsJson().map((row) => row.map((cell) => JSON.stringify(cell))),
      };
    }
    return tables;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Everything that a case is compared by. */
export async function describeOutcome(
  folder: string,
  steps: readonly StepOutcome[],
): Promise<JsonObject> {
  const told = steps.map((step, at): JsonObject => {
    const observed = stepFolder(folder, at);
    const manifest = readJson(join(observed, "manifest.json"));
    return {
      command: step.command,
      exitCode: step.exitCode,
      lines: step.lines,
      // A command that could not begin leaves the results of the one before.
      statuses: step.exitCode === 2 ? {} : statusesOf(observed),
      nodes: step.exitCode === 2 ? {} : describeNodes(manifest),
      disabled: step.exitCode === 2 ? [] : Object.keys(objectOf(manifest["disabled"])).toSorted(),
    };
  });
  return { steps: told, tables: await readTables(folder) };
}
