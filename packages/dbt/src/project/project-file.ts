import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Scope } from "@airloom/jinja";
import { type Bounds, holdPath } from "../cage/bounds.ts";
import { DbtError } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectOf,
  renderScalar,
  textOf,
  textsOf,
} from "../json.ts";
import { renderYaml, renderYamlObject } from "../template/render-yaml.ts";
import { findClosest } from "../text/did-you-mean.ts";
import { parseYamlObject, type RepeatedKey } from "../yaml/yaml-document.ts";
import { readIgnoreFile } from "./ignore-file.ts";
import { COMPATIBLE_DBT_VERSION } from "./version.ts";
import { isVersionAccepted } from "./version-range.ts";

/** The trees of configs in `dbt_project.yml`, by resource. */
export interface ConfigTrees {
  readonly models: JsonObject;
  readonly seeds: JsonObject;
  readonly snapshots: JsonObject;
  readonly tests: JsonObject;
  readonly sources: JsonObject;
  readonly exposures: JsonObject;
  readonly analyses: JsonObject;
}

/** Folders of a project by what they hold. */
export interface ProjectPaths {
  readonly models: readonly string[];
  readonly seeds: readonly string[];
  readonly snapshots: readonly string[];
  readonly tests: readonly string[];
  readonly macros: readonly string[];
  readonly analyses: readonly string[];
  readonly docs: readonly string[];
}

/** The comment that statements carry. */
export interface QueryCommentSetting {
  /** dbt's own comment without one; none at all when it is empty. */
  readonly template: string | undefined;
  readonly isAppended: boolean;
}

/** A project as its `dbt_project.yml` describes it. */
export interface Project {
  readonly root: string;
  readonly name: string;
  readonly version: string | null;
  readonly profileName: string | undefined;
  readonly paths: ProjectPaths;
  readonly targetPath: string;
  readonly logPath: string;
  readonly packagesPath: string;
  readonly cleanTargets: readonly string[];
  readonly vars: JsonObject;
  readonly configs: ConfigTrees;
  readonly unrenderedConfigs: ConfigTrees;
  readonly onRunStart: readonly string[];
  readonly onRunEnd: readonly string[];
  readonly queryComment: QueryCommentSetting;
  readonly quoting: JsonObject;
  readonly dispatch: readonly JsonValue[];
  readonly flags: JsonObject;
  /** Whether `.dbtignore` leaves a file out, by its path from the root. */
  isIgnored(path: string): boolean;
  /** Keys that mean nothing to dbt, nor resemble one that does. */
  readonly unknownKeys: readonly string[];
  readonly repeatedKeys: readonly RepeatedKey[];
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "name",
  "version",
  "config-version",
  "profile",
  "model-paths",
  "seed-paths",
  "test-paths",
  "analysis-paths",
  "macro-paths",
  "snapshot-paths",
  "docs-paths",
  "asset-paths",
  "function-paths",
  "target-path",
  "log-path",
  "packages-install-path",
  "clean-targets",
  "require-dbt-version",
  "vars",
  "models",
  "seeds",
  "snapshots",
  "tests",
  "data_tests",
  "unit_tests",
  "sources",
  "exposures",
  "metrics",
  "semantic-models",
  "saved-queries",
  "functions",
  "analyses",
  "on-run-start",
  "on-run-end",
  "query-comment",
  "quoting",
  "dispatch",
  "flags",
  "restrict-access",
  "dbt-cloud",
]);

const HOOK_KEYS: ReadonlySet<string> = new Set([
  "on-run-start",
  "on-run-end",
  "query-comment",
  "vars",
  "pre-hook",
  "post-hook",
  "+pre-hook",
  "+post-hook",
  "pre_hook",
  "post_hook",
]);

function checkKeys(raw: JsonObject, file: string): void {
  for (const key of Object.keys(raw)) {
    if (KNOWN_KEYS.has(key)) continue;
    const closest = findClosest(key, KNOWN_KEYS);
    if (closest === undefined) continue;
    throw new DbtError("Parsing", `Unknown key "${key}" in ${file}, did you mean "${closest}"`, {
      place: { file, line: 1 },
    });
  }
}

function treesOf(raw: JsonObject): ConfigTrees {
  return {
    models: objectOf(raw["models"]),
    seeds: objectOf(raw["seeds"]),
    snapshots: objectOf(raw["snapshots"]),
    tests: { ...objectOf(raw["tests"]), ...objectOf(raw["data_tests"]) },
    sources: objectOf(raw["sources"]),
    exposures: objectOf(raw["exposures"]),
    analyses: objectOf(raw["analyses"]),
  };
}

function pathsOf(raw: JsonObject): ProjectPaths {
  const paths = (key: string, fallback: readonly string[]): readonly string[] =>
    raw[key] === undefined ? fallback : textsOf(raw[key]);
  const code = {
    models: paths("model-paths", ["models"]),
    seeds: paths("seed-paths", ["seeds"]),
    snapshots: paths("snapshot-paths", ["snapshots"]),
    tests: paths("test-paths", ["tests"]),
    macros: paths("macro-paths", ["macros"]),
    analyses: paths("analysis-paths", ["analyses"]),
  };
  const all = [code.models, code.seeds, code.snapshots, code.analyses, code.macros, code.tests];
  return { ...code, docs: paths("docs-paths", all.flat()) };
}

function queryCommentOf(value: JsonValue | undefined): QueryCommentSetting {
  const setting = objectOf(value);
  const given = isJsonObject(value) ? setting["comment"] : value;
  const template = given === undefined ? undefined : given === null ? "" : renderScalar(given);
  return { template, isAppended: setting["append"] === true };
}

function checkVersion(raw: JsonObject, name: string): void {
  const required = textsOf(raw["require-dbt-version"]);
  if (isVersionAccepted(COMPATIBLE_DBT_VERSION, required)) return;
  throw new DbtError(
    "Runtime",
    `Cannot use project "${name}": it requires dbt ${required.join(", ")}, this engine is compatible with ${COMPATIBLE_DBT_VERSION}`,
  );
}

function nameOf(raw: JsonObject, file: string): string {
  const name = textOf(raw["name"]);
  if (name === undefined) {
    throw new DbtError("Parsing", `Cannot use ${file}: the required key "name" is missing`, {
      place: { file, line: 1 },
    });
  }
  if (/^[^\d\W]\w*$/u.test(name)) return name;
  throw new DbtError(
    "Parsing",
    `Cannot use project name "${name}": expected letters, digits and underscores, not beginning with a digit`,
    { place: { file, line: 1 } },
  );
}

/** Whether a folder is a dbt project. */
export function isProjectFolder(folder: string): boolean {
  return existsSync(join(folder, "dbt_project.yml"));
}

const PROJECT_FILE = "dbt_project.yml";

/** A project's `dbt_project.yml` as it is written: nothing of it is rendered. */
export interface RawProject {
  readonly root: string;
  readonly values: JsonObject;
  /** Keys that stand more than once. */
  readonly repeatedKeys: readonly RepeatedKey[];
}

/** Reads `dbt_project.yml`. */
export function readProject(root: string, bounds: Bounds): RawProject {
  const file = PROJECT_FILE;
  if (!isProjectFolder(root)) {
    throw new DbtError("Runtime", `No dbt_project.yml found at expected path ${join(root, file)}`);
  }
  holdPath(bounds, join(root, file), "the file");
  const repeatedKeys: RepeatedKey[] = [];
  const values = parseYamlObject(readFileSync(join(root, file), "utf8"), file, (repeated) =>
    repeatedKeys.push(repeated),
  );
  checkKeys(values, file);
  return { root, values, repeatedKeys };
}

/** The name of a project's profile, which is rendered before the target is known. */
export function profileNameOf(
  raw: RawProject,
  environment: Environment,
  scope: Scope,
): string | undefined {
  const name = raw.values["profile"];
  return textOf(renderYaml({ environment, scope, file: PROJECT_FILE }, name ?? null));
}

/** What a project is made of; values with templates are rendered, hooks and vars are not. */
export function renderProject(
  source: RawProject,
  environment: Environment,
  scope: Scope,
  options: {
    readonly checksVersion: boolean;
    readonly bounds: Bounds;
    readonly vars?: JsonObject;
  },
): Project {
  const file = PROJECT_FILE;
  const { root, values: unrendered } = source;
  const keeps = (path: readonly string[]): boolean => HOOK_KEYS.has(path.at(-1) ?? "");
  const raw = renderYamlObject({ environment, scope, file, keeps }, unrendered);
  const name = nameOf(raw, file);
  if (options.checksVersion) checkVersion(raw, name);
  return {
    root,
    name,
    version:
      raw["version"] === undefined || raw["version"] === null ? null : renderScalar(raw["version"]),
    profileName: textOf(raw["profile"]),
    paths: pathsOf(raw),
    targetPath: textOf(raw["target-path"]) ?? "target",
    logPath: textOf(raw["log-path"]) ?? "logs",
    packagesPath: textOf(raw["packages-install-path"]) ?? "dbt_packages",
    cleanTargets: raw["clean-targets"] === undefined ? ["target"] : textsOf(raw["clean-targets"]),
    vars: options.vars ?? objectOf(raw["vars"]),
    configs: treesOf(raw),
    unrenderedConfigs: treesOf(unrendered),
    onRunStart: textsOf(raw["on-run-start"]),
    onRunEnd: textsOf(raw["on-run-end"]),
    queryComment: queryCommentOf(raw["query-comment"]),
    quoting: objectOf(raw["quoting"]),
    dispatch: Array.isArray(raw["dispatch"]) ? raw["dispatch"] : [],
    flags: objectOf(raw["flags"]),
    isIgnored: readIgnoreFile(root, options.bounds),
    repeatedKeys: source.repeatedKeys,
    unknownKeys: Object.keys(raw).filter((key) => !KNOWN_KEYS.has(key)),
  };
}
