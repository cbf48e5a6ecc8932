import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textOf,
} from "../json.ts";
import { renderYaml, renderYamlObject } from "../template/render-yaml.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { lineOf, parseYamlObject } from "../yaml/yaml-document.ts";
import type { ProcessEnv } from "./base-scope.ts";

/** The database a command works on. */
export interface Target {
  readonly profileName: string;
  readonly targetName: string;
  readonly type: string;
  readonly schema: string;
  readonly database: string;
  readonly threads: number;
  /** File of the DuckDB database, or `:memory:`. */
  readonly path: string;
  /** The output as `profiles.yml` has it, rendered. */
  readonly credentials: JsonObject;
  /** The same as the database is opened with: files that are attached lie in the project's folder, as its own does. */
  readonly opening: JsonObject;
  readonly profilesFolder: string;
}

/** What the command line says about the profile. */
export interface ProfileChoice {
  readonly projectRoot: string;
  readonly profileName: string | undefined;
  readonly targetName: string | undefined;
  readonly threads: number | undefined;
  readonly profilesFolder: string | undefined;
  /** Refuses a file that may not be read. */
  readonly hold: (file: string) => void;
}

function findProfilesFolder(choice: ProfileChoice, env: ProcessEnv): string {
  const folders =
    choice.profilesFolder === undefined
      ? [env["DBT_PROFILES_DIR"], choice.projectRoot, join(homedir(), ".dbt")]
      : [choice.profilesFolder];
  const known = folders.filter((folder) => folder !== undefined);
  const found = known.find((folder) => existsSync(join(folder, "profiles.yml")));
  if (found !== undefined) return found;
  throw new DbtError("Runtime", `Could not find profiles.yml, looked in: ${known.join(", ")}`);
}

function pathOf(credentials: JsonObject, projectRoot: string): string {
  const path = textOf(credentials["path"]) ?? ":memory:";
  if (path === ":memory:" || path.includes("://") || path.startsWith("md:")) return path;
  return isAbsolute(path) ? path : join(projectRoot, path);
}

const FILE_TYPES: readonly string[] = ["duckdb", "sqlite"];

function attachedFrom(item: JsonValue, projectRoot: string): JsonValue {
  if (!isJsonObject(item)) return item;
  const path = textOf(item["path"]);
  const type = (textOf(item["type"]) ?? "duckdb").toLowerCase();
  // Of other types the path is an address, and before a colon stands what opens it.
  if (path === undefined || path.includes(":") || !FILE_TYPES.includes(type)) return item;
  return { ...item, path: isAbsolute(path) ? path : join(projectRoot, path) };
}

function openingOf(credentials: JsonObject, projectRoot: string): JsonObject {
  const { attach } = credentials;
  if (!isJsonList(attach)) return credentials;
  return { ...credentials, attach: attach.map((item) => attachedFrom(item, projectRoot)) };
}

// DuckDB names a database after its file, up to the first dot.
function nameOfPath(path: string): string {
  if (path === ":memory:") return "memory";
  const file = basename(path.replace(/^[A-Za-z][\w+.-]*:/u, "").replace(/[?#].*$/u, ""));
  if (file === "" && /^(?:md|motherduck):/u.test(path)) return "my_db";
  return file.replace(/^\.+/u, "").split(".")[0] ?? "";
}

function databaseOf(credentials: JsonObject, path: string, file: string): string {
  const name = nameOfPath(path);
  const given = textOf(credentials["database"]);
  const aliases = listOf(credentials["attach"]).map((item) => objectOf(item)["alias"]);
  if (given === undefined || given === name) return name;
  if (aliases.includes(given)) return given;
  throw new DbtError(
    "Runtime",
    `Inconsistency detected between 'path' and 'database' fields in profile; the 'database' property must be set to '${name}' to match the 'path', or to an alias of 'attach'`,
    { place: { file } },
  );
}

function pickOutput(
  profile: JsonObject,
  name: string,
  targetName: string,
  file: string,
): JsonObject {
  const outputs = objectOf(profile["outputs"]);
  const output = outputs[targetName];
  if (isJsonObject(output)) return output;
  const names = Object.keys(outputs);
  throw new DbtError(
    "Runtime",
    `The profile "${name}" does not have a target named "${targetName}"${renderHint(targetName, names)}; its targets are: ${names.join(", ")}`,
    { place: { file, ...(lineOf(profile) === undefined ? {} : { line: lineOf(profile) ?? 1 }) } },
  );
}

function pickProfile(profiles: JsonObject, name: string, file: string): JsonObject {
  const profile = profiles[name];
  if (isJsonObject(profile)) return profile;
  const names = Object.keys(profiles).filter((key) => key !== "config");
  throw new DbtError(
    "Runtime",
    `Could not find profile named "${name}" in ${file}${renderHint(name, names)}; its profiles are: ${names.join(", ")}`,
    { place: { file, line: 1 } },
  );
}

/** Reads the chosen target of the chosen profile. */
export function loadTarget(
  choice: ProfileChoice,
  env: ProcessEnv,
  environment: Environment,
  scope: Scope,
): Target {
  const { profileName } = choice;
  if (profileName === undefined) {
    throw new DbtError(
      "Runtime",
      'No profile is set: expected "profile" in dbt_project.yml or --profile',
    );
  }
  const folder = findProfilesFolder(choice, env);
  const file = join(folder, "profiles.yml");
  choice.hold(file);
  const renderer = { environment, scope, file };
  const profile = pickProfile(parseYamlObject(readFileSync(file, "utf8"), file), profileName, file);
  const defaultTarget = renderYaml(renderer, profile["target"] ?? "default");
  const targetName = choice.targetName ?? renderScalar(defaultTarget);
  const credentials = renderYamlObject(
    renderer,
    pickOutput(profile, profileName, targetName, file),
    [],
    lineOf(profile),
  );
  return buildTarget(choice, { profileName, targetName, credentials, folder, file });
}

function buildTarget(
  choice: ProfileChoice,
  found: {
    readonly profileName: string;
    readonly targetName: string;
    readonly credentials: JsonObject;
    readonly folder: string;
    readonly file: string;
  },
): Target {
  const { credentials } = found;
  const type = textOf(credentials["type"]) ?? "";
  if (type !== "duckdb") {
    throw new DbtError(
      "Runtime",
      `Could not find adapter type "${type}" of target "${found.targetName}": this engine runs duckdb; use the dbt command line for other warehouses`,
      { place: { file: found.file } },
    );
  }
  const path = pathOf(credentials, choice.projectRoot);
  return {
    profileName: found.profileName,
    targetName: found.targetName,
    type,
    schema: textOf(credentials["schema"]) ?? "main",
    database: databaseOf(credentials, path, found.file),
    threads: choice.threads ?? Math.max(1, Number(credentials["threads"] ?? 1) || 1),
    path,
    credentials,
    opening: openingOf(credentials, choice.projectRoot),
    profilesFolder: found.folder,
  };
}
