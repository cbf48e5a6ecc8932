import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DbtError, renderPlace } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textOf,
} from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { findClosest } from "../text/did-you-mean.ts";
import { lineOf, parseYamlObject } from "../yaml/yaml-document.ts";

/** What the entries of a properties file are about. */
export type PropertiesKind =
  | "models"
  | "seeds"
  | "snapshots"
  | "sources"
  | "exposures"
  | "macros"
  | "analyses"
  | "groups"
  | "data_tests";

/** One entry of a properties file. */
export interface Properties {
  readonly kind: PropertiesKind;
  readonly name: string;
  readonly value: JsonObject;
  /** The same as it stands in the file. */
  readonly written: JsonObject;
  readonly packageName: string;
  readonly file: string;
  readonly line: number | undefined;
}

const KINDS: Readonly<Record<string, PropertiesKind>> = {
  models: "models",
  seeds: "seeds",
  snapshots: "snapshots",
  sources: "sources",
  exposures: "exposures",
  macros: "macros",
  analyses: "analyses",
  groups: "groups",
  data_tests: "data_tests",
  tests: "data_tests",
};

/** What dbt reads and this engine does not, and what that means. */
const UNREAD: Readonly<Record<string, string>> = {
  functions: "functions are not created",
  metrics: "metrics are not read",
  saved_queries: "saved queries are not read",
  semantic_models: "semantic models are not read",
  unit_tests: "unit tests are not run",
};

const OTHER_KEYS: readonly string[] = ["version", "anchors", "tables"];

function nameOf(value: JsonObject, key: string, file: string): string {
  const name = value["name"];
  if (typeof name === "string" || typeof name === "number") return String(name);
  const line = lineOf(value);
  throw new DbtError("Parsing", `Invalid ${key} config in ${file}: the entry has no "name"`, {
    place: line === undefined ? { file } : { file, line },
  });
}

function entryOf(item: JsonValue, key: string, file: string, line: number | undefined): JsonObject {
  if (isJsonObject(item)) return item;
  throw new DbtError(
    "Parsing",
    `Invalid ${key} config in ${file}: expected a mapping, got "${renderScalar(item)}"`,
    {
      place: line === undefined ? { file } : { file, line },
    },
  );
}

function checkKeys(properties: JsonObject, file: string): void {
  const known = [KINDS, UNREAD].flatMap(Object.keys).concat(OTHER_KEYS);
  for (const key of Object.keys(properties)) {
    if (known.includes(key)) continue;
    const closest = findClosest(key, known);
    if (closest === undefined) continue;
    throw new DbtError("Parsing", `Unknown key "${key}" in ${file}, did you mean "${closest}"`, {
      place: { file, line: 1 },
    });
  }
}

function reportUnread(properties: JsonObject, file: string, warn: (message: string) => void): void {
  for (const [key, meaning] of Object.entries(UNREAD)) {
    const items = listOf(properties[key]);
    if (items.length === 0) continue;
    const names = items.map((item) => textOf(objectOf(item)["name"]) ?? "without a name");
    const line = lineOf(items[0]) ?? lineOf(properties[key]);
    const place = renderPlace(line === undefined ? { file } : { file, line });
    warn(
      `${key} of ${file} have no effect, ${meaning} by this engine: ${names.join(", ")}\n  in ${place}`,
    );
  }
}

function readFile(
  project: Project,
  file: string,
  warn: (message: string) => void,
): readonly Properties[] {
  const text = readFileSync(join(project.root, file), "utf8");
  const properties = parseYamlObject(text, file, ({ key, line }) =>
    warn(
      `Duplicate key "${key}" in ${file}: the last one counts, remove the others\n  in ${renderPlace({ file, line })}`,
    ),
  );
  checkKeys(properties, file);
  reportUnread(properties, file, warn);
  return Object.entries(KINDS).flatMap(([key, kind]) =>
    listOf(properties[key]).map((item) => {
      const value = entryOf(item, key, file, lineOf(properties[key]));
      const name = nameOf(value, key, file);
      const packageName = project.name;
      return { kind, name, value, written: value, packageName, file, line: lineOf(value) };
    }),
  );
}

/** Reads all properties files of a project; what in them has no effect is told to `warn`. */
export function readProperties(
  project: Project,
  warn: (message: string) => void,
): readonly Properties[] {
  const { models, seeds, snapshots, macros, analyses, tests } = project.paths;
  const folders = [models, seeds, snapshots, macros, analyses, tests].flat();
  return walkFiles(project, folders, [".yml", ".yaml"]).flatMap((file) =>
    readFile(project, file, warn),
  );
}

/** The text of a property, or an empty one. */
export function describe(value: JsonObject): string {
  return textOf(value["description"]) ?? "";
}
