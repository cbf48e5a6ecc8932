import { Relation, readQuoting } from "../adapter/relation.ts";
import type { SourceDefinition } from "../artifacts/manifest.ts";
import { quotingOf } from "../context/workspace.ts";
import { DbtError, type SourcePlace } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textOf,
  textsOf,
} from "../json.ts";
import { levelsOf, mergeConfig } from "../project/config-tree.ts";
import type { Project } from "../project/project-file.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import type { TestTarget } from "./assemble-generic-test.ts";
import { readColumns } from "./columns.ts";
import { createDescriptionRenderer } from "./descriptions.ts";
import { createdAt, type ParseState } from "./parse-state.ts";
import type { Properties } from "./read-properties.ts";

/** A table of a source with the tests that its properties declare. */
export interface ParsedSource {
  readonly source: SourceDefinition;
  readonly line: number | undefined;
  readonly tests: TestTarget;
  readonly value: JsonObject;
  readonly isEnabled: boolean;
}

function mergeFreshness(
  parent: JsonValue | undefined,
  own: JsonValue | undefined,
): JsonObject | null {
  if (own === null || (own === undefined && parent === null)) return null;
  const merged = { ...objectOf(parent), ...objectOf(own) };
  if (Object.keys(merged).length === 0) {
    return { warn_after: EMPTY_THRESHOLD, error_after: EMPTY_THRESHOLD, filter: null };
  }
  return {
    warn_after: merged["warn_after"] ?? EMPTY_THRESHOLD,
    error_after: merged["error_after"] ?? EMPTY_THRESHOLD,
    filter: merged["filter"] ?? null,
  };
}

function hasFreshness(source: JsonObject, table: JsonObject): boolean {
  return setting(source, table, "freshness") !== undefined;
}

const EMPTY_THRESHOLD: JsonObject = { count: null, period: null };

/** Parses every table of one source. */
export function parseSource(
  state: ParseState,
  project: Project,
  entry: Properties,
): readonly ParsedSource[] {
  const source = entry.value;
  return listOf(source["tables"])
    .filter(isJsonObject)
    .map((table) => parseTable(state, project, entry, source, table));
}

function setting(source: JsonObject, table: JsonObject, key: string): JsonValue | undefined {
  const levels = [
    objectOf(table["config"])[key],
    table[key],
    objectOf(source["config"])[key],
    source[key],
  ];
  return levels.find((value) => value !== undefined);
}

/** What says when a table was loaded: the table's own field or query, else the source's. */
function loadedAt(
  source: JsonObject,
  table: JsonObject,
  place: SourcePlace,
): { readonly field: string | null; readonly query: string | null } {
  const [own, outer] = [table, source].map((level) => {
    const find = (key: string): JsonValue | undefined =>
      level[key] ?? objectOf(level["config"])[key];
    const field = find("loaded_at_field");
    const query = find("loaded_at_query");
    if (textOf(field) === undefined || textOf(query) === undefined) {
      return {
        field,
        query,
        isOwnField: Object.hasOwn(level, "loaded_at_field") || field !== undefined,
      };
    }
    throw new DbtError(
      "Parsing",
      `Cannot specify both loaded_at_field and loaded_at_query of ${renderScalar(level["name"])}: keep one of them`,
      { place },
    );
  });
  const field = own?.isOwnField === true ? own.field : outer?.field;
  const query = own?.query ?? (own?.isOwnField === true ? undefined : outer?.query);
  return { field: textOf(field) ?? null, query: textOf(query) ?? null };
}

function configOf(
  state: ParseState,
  project: Project,
  fqn: readonly string[],
  { source, table }: { readonly source: JsonObject; readonly table: JsonObject },
): JsonObject {
  const { project: root } = state.workspace;
  const outer = project === root ? [] : levelsOf(root.configs.sources, fqn);
  const pick = (value: JsonObject): JsonObject => ({
    ...(value["tags"] === undefined ? {} : { tags: value["tags"] }),
    ...(value["meta"] === undefined ? {} : { meta: value["meta"] }),
  });
  const own = [pick(source), objectOf(source["config"]), pick(table), objectOf(table["config"])];
  return [...levelsOf(project.configs.sources, fqn), ...own, ...outer].reduce(mergeConfig, {
    enabled: true,
    event_time: null,
  });
}

function parseTable(
  state: ParseState,
  project: Project,
  entry: Properties,
  source: JsonObject,
  table: JsonObject,
): ParsedSource {
  const { target } = state.workspace;
  const name = renderScalar(table["name"]);
  const folders = entry.file.split("/").slice(1, -1);
  const fqn = [project.name, ...folders, entry.name, name];
  const line = lineOf(table) ?? entry.line;
  const place = line === undefined ? { file: entry.file } : { file: entry.file, line };
  const render = createDescriptionRenderer(state, project.name, place);
  const description = render(textOf(table["description"]) ?? "");
  const database = textOf(source["database"]) ?? target.database;
  const schema = textOf(source["schema"]) ?? entry.name;
  const identifier = textOf(table["identifier"]) ?? name;
  const quoting = { ...objectOf(source["quoting"]), ...objectOf(table["quoting"]) };
  const projectFreshness = levelsOf(project.configs.sources, fqn)
    .map((level) => level["freshness"])
    .findLast((value) => value !== undefined);
  const merged = configOf(state, project, fqn, { source, table });
  const sourceFreshness = setting({}, source, "freshness");
  const freshness = mergeFreshness(
    sourceFreshness === undefined ? projectFreshness : sourceFreshness,
    setting({}, table, "freshness"),
  );
  const { field: loadedAtField, query: loadedAtQuery } = loadedAt(source, table, place);
  const { enabled, event_time: eventTime, ...own } = merged;
  const definition: SourceDefinition = {
    database,
    schema,
    name,
    resource_type: "source",
    package_name: project.name,
    path: entry.file,
    original_file_path: entry.file,
    unique_id: `source.${project.name}.${entry.name}.${name}`,
    fqn,
    source_name: entry.name,
    source_description: render(textOf(source["description"]) ?? "").text,
    loader: textOf(setting(source, table, "loader")) ?? "",
    identifier,
    quoting: {
      database: quoting["database"] ?? null,
      schema: quoting["schema"] ?? null,
      identifier: quoting["identifier"] ?? null,
      column: quoting["column"] ?? null,
    },
    loaded_at_field: loadedAtField,
    loaded_at_query: loadedAtQuery,
    freshness,
    external: null,
    description: description.text,
    columns: readColumns(table, render),
    meta: objectOf(merged["meta"]),
    source_meta: objectOf(source["meta"]),
    tags: textsOf(merged["tags"]).toSorted(),
    config: {
      enabled: enabled !== false,
      event_time: eventTime ?? null,
      freshness,
      loaded_at_field: loadedAtField,
      loaded_at_query: loadedAtQuery,
      meta: objectOf(merged["meta"]),
      tags: textsOf(merged["tags"]).toSorted(),
    },
    patch_path: null,
    unrendered_config: {
      ...own,
      ...(hasFreshness(source, table) || projectFreshness !== undefined ? { freshness } : {}),
      loaded_at_field: loadedAtField,
      loaded_at_query: loadedAtQuery,
      meta: objectOf(merged["meta"]),
      tags: textsOf(merged["tags"]),
    },
    relation_name: new Relation({
      database,
      schema,
      identifier,
      quotePolicy: readQuoting(quoting, quotingOf(state.workspace)),
    }).render(),
    created_at: createdAt(state),
    unrendered_database: textOf(entry.written["database"]) ?? null,
    unrendered_schema: textOf(entry.written["schema"]) ?? null,
    doc_blocks: description.docBlocks,
  };
  return {
    source: definition,
    line,
    value: table,
    isEnabled: enabled !== false,
    tests: {
      project,
      file: entry.file,
      expression: `source('${entry.name}', '${name}')`,
      name: `${entry.name}_${name}`,
      isSource: true,
      fileKey: `sources.${entry.name}`,
      attachedNode: null,
      group: null,
      // As in dbt, tags in a config block of a source are not for its tests.
      tags: [...textsOf(source["tags"]), ...textsOf(table["tags"])],
    },
  };
}
