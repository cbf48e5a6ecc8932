import { isAbsolute, resolve } from "node:path";
import { type JsonRecord, readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { findAdapter } from "../domain/adapter.ts";

const PATH_LINE =
  /^(?<lead>\s*(?:-\s+)?path:\s*)(?<value>"[^"]*"|'[^']*'|[^#\s][^#]*?)(?<tail>\s*(?:#.*)?)$/u;
const SCHEMA_LINE =
  /^(?<lead>\s*schema:\s*)(?<value>"[^"]*"|'[^']*'|[^#\s][^#]*?)(?<tail>\s*(?:#.*)?)$/u;

/**
 * The project's own profile, made to work from the run's copy of the project: relative database files still mean
 * those beside the original, and the schema is the run's where it overrides it.
 */
export function adaptProfile(
  text: string,
  options: { readonly originalDir: string; readonly schema: string | null },
): string {
  return text
    .split("\n")
    .map((line) => adaptLine(line, options))
    .join("\n");
}

function adaptLine(
  line: string,
  options: { readonly originalDir: string; readonly schema: string | null },
): string {
  const path = PATH_LINE.exec(line)?.groups;
  if (path !== undefined) {
    const value = unquote(path["value"] ?? "");
    if (!isRelativeFile(value)) return line;
    return `${path["lead"]}${JSON.stringify(resolve(options.originalDir, value))}${path["tail"]}`;
  }
  const schema = options.schema === null ? undefined : SCHEMA_LINE.exec(line)?.groups;
  if (schema === undefined) return line;
  return `${schema["lead"]}${JSON.stringify(options.schema)}${schema["tail"]}`;
}

function unquote(value: string): string {
  return /^(["']).*\1$/u.test(value) ? value.slice(1, -1) : value.trim();
}

function isRelativeFile(value: string): boolean {
  return (
    value !== "" &&
    !value.startsWith(":") &&
    !isAbsolute(value) &&
    !value.includes("{{") &&
    !value.startsWith("~") &&
    !/^[a-z][a-z0-9+.-]*:/iu.test(value)
  );
}

/** What a profile is built from when the environment names a connection. */
export interface ProfileParts {
  readonly profileName: string;
  readonly targetName: string;
  readonly connection: JsonRecord;
  readonly credentials: JsonRecord;
  readonly extendedAttributes: JsonRecord;
  readonly threads: number;
  readonly schema: string | null;
  /** Relative database files live here. */
  readonly warehouseDir: string;
}

/** A profile for the run from the environment's connection and credentials. JSON is YAML. */
export function renderProfile(parts: ProfileParts): string {
  const output = { ...buildOutput(parts), ...parts.extendedAttributes };
  return JSON.stringify(
    { [parts.profileName]: { target: parts.targetName, outputs: { [parts.targetName]: output } } },
    null,
    2,
  );
}

function buildOutput(parts: ProfileParts): JsonRecord {
  const config = readRecord(parts.connection["config"] ?? parts.connection["details"]);
  const schema =
    parts.schema ??
    readText(parts.credentials["default_schema"]) ??
    readText(parts.credentials["schema"]);
  const base = { threads: readNumber(parts.credentials["threads"]) ?? parts.threads };
  const adapter = findAdapter(parts.connection);
  if (adapter === "duckdb") {
    const path = readText(config["path"]) ?? "warehouse.duckdb";
    return {
      ...base,
      type: "duckdb",
      path: isRelativeFile(path) ? resolve(parts.warehouseDir, path) : path,
      schema: schema ?? "main",
    };
  }
  if (adapter !== "postgres" && adapter !== "redshift") {
    throw new Error(
      `Cannot write a profile for connection "${readText(parts.connection["name"]) ?? ""}": this service writes profiles for duckdb, postgres and redshift, not for ${adapter}`,
    );
  }
  return {
    ...base,
    type: adapter,
    host: readText(config["hostname"]) ?? readText(config["host"]) ?? "localhost",
    port: readNumber(config["port"]) ?? (adapter === "redshift" ? 5439 : 5432),
    dbname: readText(config["dbname"]) ?? "postgres",
    user: readText(parts.credentials["username"]) ?? readText(parts.credentials["user"]) ?? "",
    password: readText(parts.credentials["password"]) ?? "",
    schema: schema ?? "public",
  };
}
