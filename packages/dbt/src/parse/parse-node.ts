import type { CallSite } from "@airloom/jinja";
import type { ManifestNode, NodeType } from "../artifacts/manifest.ts";
import { type DualTemplate, dualTemplate } from "../context/macro-registry.ts";
import { NodeContext } from "../context/node-context.ts";
import type { Workspace } from "../context/workspace.ts";
import type { SourcePlace } from "../error.ts";
import { type JsonObject, objectOf, textOf, textsOf } from "../json.ts";
import { levelsOf, mergeConfig } from "../project/config-tree.ts";
import type { ConfigTrees, Project } from "../project/project-file.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { sha256 } from "../text/md5.ts";
import { readColumns } from "./columns.ts";
import { defaultConfig } from "./config-defaults.ts";
import { createDescriptionRenderer } from "./descriptions.ts";
import { relationName, resolveNames } from "./node-naming.ts";
import {
  type Capture,
  createCapture,
  createParseAccess,
  type ParseSubject,
} from "./parse-access.ts";
import { createdAt, type ParsedNode, type ParseState, placeOf } from "./parse-state.ts";
import { describe, type Properties } from "./read-properties.ts";

/** A piece of code or data that becomes a node. */
export interface NodeSource {
  readonly type: NodeType;
  readonly project: Project;
  readonly name: string;
  readonly version?: string | number | undefined;
  readonly latestVersion?: string | number | undefined;
  readonly path: string;
  readonly originalPath: string;
  readonly fqn: readonly string[];
  readonly contents: string;
  readonly rawCode: string;
  readonly firstLine: number;
  readonly properties: Properties | undefined;
}

const TREES: Readonly<Record<NodeType, keyof ConfigTrees>> = {
  model: "models",
  seed: "seeds",
  snapshot: "snapshots",
  test: "tests",
  // As in dbt, what has no tree of its own takes the configs of models.
  analysis: "models",
  operation: "models",
};

/** dbt's flag that gives analyses a tree of their own, and takes the folder "analysis" out of their names. */
export function hasOwnAnalyses({ project }: Workspace): boolean {
  return project.flags["require_corrected_analysis_fqns"] === true;
}

/** Configs of `dbt_project.yml` that apply to a node: its own project's, then the root project's. */
export function projectConfigs(
  state: ParseState,
  project: Project,
  type: NodeType,
  fqn: readonly string[],
): { readonly own: readonly JsonObject[]; readonly root: readonly JsonObject[] } {
  const { project: root } = state.workspace;
  const isOwn = type === "analysis" && hasOwnAnalyses(state.workspace);
  const tree = isOwn ? "analyses" : TREES[type];
  return {
    own: levelsOf(project.configs[tree], fqn),
    root: project === root ? [] : levelsOf(root.configs[tree], fqn),
  };
}

const TOP_LEVEL_CONFIGS = ["tags", "meta", "docs", "access", "group"];

/** The config that a properties entry gives. */
export function propertiesConfig(entry: Properties | undefined): JsonObject {
  if (entry === undefined) return {};
  const own: Record<string, JsonObject[string]> = {};
  for (const key of TOP_LEVEL_CONFIGS) {
    const value = entry.value[key];
    if (value !== undefined) own[key] = value;
  }
  return mergeConfig(own, objectOf(entry.value["config"]));
}

/** Renders a node without a database and notes what it refers to. */
export function captureNode(
  state: ParseState,
  template: DualTemplate,
  subject: ParseSubject,
): Capture {
  const capture = createCapture();
  try {
    const compiled = template.parse();
    if (compiled.hasTags) {
      compiled.render(new NodeContext(state.workspace, createParseAccess(subject, capture)));
    }
  } catch (error) {
    throw templateFailure(error);
  }
  return capture;
}

function isOutsideBlocks(call: CallSite): boolean {
  return call.block === undefined;
}

/** Macros that every data test is run with. */
export const TEST_MACROS: readonly string[] = [
  "macro.dbt.get_limit_subquery_sql",
  "macro.dbt.should_store_failures",
  "macro.dbt.statement",
];

/** Ids of the macros that a template calls by name. */
export function macrosOf(
  state: ParseState,
  template: DualTemplate,
  type: NodeType,
  packageName: string,
): readonly string[] {
  const ids = template
    .parse()
    .calls.filter(isOutsideBlocks)
    .flatMap((call) => state.workspace.registry.resolveId(call.name, packageName) ?? []);
  return [...new Set([...ids, ...(type === "test" ? TEST_MACROS : [])])];
}

function uniqueIdOf(source: NodeSource): string {
  const base = `${source.type}.${source.project.name}.${source.name}`;
  return source.version === undefined ? base : `${base}.v${String(source.version)}`;
}

function applyAll(base: JsonObject, layers: readonly JsonObject[]): JsonObject {
  return layers.reduce(mergeConfig, base);
}

/** Whether a test keeps the rows that it finds in a table. */
export function isStored(workspace: Workspace, config: JsonObject): boolean {
  const given = config["store_failures"] ?? null;
  return given === true || (given === null && workspace.flags["STORE_FAILURES"] === true);
}

function hasRelation(workspace: Workspace, type: NodeType, config: JsonObject): boolean {
  if (type === "test") return isStored(workspace, finishConfig(type, config));
  if (type === "model") return config["materialized"] !== "ephemeral";
  return type === "seed" || type === "snapshot";
}

function buildPath(state: ParseState, source: NodeSource, config: JsonObject): string | null {
  const isBuilt = source.type !== "analysis" && source.type !== "operation";
  if (!isBuilt || config["materialized"] === "ephemeral") return null;
  const { targetPath } = state.workspace.project;
  const folder = `${targetPath}/run/${source.project.name}/${source.originalPath}`;
  return /\.ya?ml$/u.test(source.originalPath) ? `${folder}/${source.path}` : folder;
}

function modelFields(source: NodeSource, config: JsonObject): Partial<ManifestNode> {
  if (source.type !== "model") return {};
  return {
    access: textOf(config["access"]) ?? "protected",
    constraints: [],
    version: source.version ?? null,
    latest_version: source.latestVersion ?? null,
    deprecation_date: null,
    primary_key: [],
    time_spine: null,
  };
}

function seedFields(source: NodeSource): Partial<ManifestNode> {
  return source.type === "seed" ? { root_path: source.project.root } : { language: "sql" };
}

/** Parses one model, seed, snapshot, singular test or analysis. */
export function parseNode(state: ParseState, source: NodeSource): ParsedNode {
  const { workspace } = state;
  const packageName = source.project.name;
  const place: SourcePlace = { file: source.originalPath, line: source.firstLine };
  const uniqueId = uniqueIdOf(source);
  const template =
    source.type === "seed"
      ? undefined
      : dualTemplate(workspace.environments, source.rawCode, source.originalPath, source.firstLine);
  const layers = projectConfigs(state, source.project, source.type, source.fqn);
  const yaml = propertiesConfig(source.properties);
  const before = applyAll(defaultConfig(source.type), [...layers.own, yaml]);
  const subject: ParseSubject = {
    packageName,
    name: source.name,
    uniqueId,
    database: workspace.target.database,
    schema: workspace.target.schema,
    config: before,
    model: {
      name: source.name,
      unique_id: uniqueId,
      resource_type: source.type,
      package_name: packageName,
    },
  };
  const capture = template === undefined ? createCapture() : captureNode(state, template, subject);
  const unrendered = applyAll({}, [...layers.own, yaml, capture.config, ...layers.root]);
  const config = applyAll(defaultConfig(source.type), [unrendered]);
  return {
    node: assemble(state, source, { uniqueId, config, unrendered, capture, template }),
    template,
    place,
  };
}

function assemble(
  state: ParseState,
  source: NodeSource,
  parsed: {
    readonly uniqueId: string;
    readonly config: JsonObject;
    readonly unrendered: JsonObject;
    readonly capture: Capture;
    readonly template: DualTemplate | undefined;
  },
): ManifestNode {
  const { config, capture, template } = parsed;
  const packageName = source.project.name;
  const { properties } = source;
  const place = properties === undefined ? { file: source.originalPath } : placeOf(properties);
  const render = createDescriptionRenderer(state, packageName, place);
  const description = render(properties === undefined ? "" : describe(properties.value));
  const head: JsonObject = {
    name: source.name,
    resource_type: source.type,
    package_name: packageName,
    path: source.path,
    original_file_path: source.originalPath,
    unique_id: parsed.uniqueId,
    fqn: source.fqn,
    config,
    tags: textsOf(config["tags"]),
    version: source.version ?? null,
  };
  const names = resolveNames(state.workspace, config, head);
  return {
    ...names,
    name: source.name,
    resource_type: source.type,
    package_name: packageName,
    path: source.path,
    original_file_path: source.originalPath,
    unique_id: parsed.uniqueId,
    fqn: source.fqn,
    checksum: { name: "sha256", checksum: sha256(source.contents.trim()) },
    config: finishConfig(source.type, config),
    tags: textsOf(config["tags"]).toSorted(),
    description: description.text,
    columns: properties === undefined ? {} : readColumns(properties.value, render),
    meta: objectOf(config["meta"]),
    group: textOf(config["group"]) ?? null,
    docs: objectOf(config["docs"] ?? { show: true, node_color: null }),
    patch_path: properties === undefined ? null : `${packageName}://${properties.file}`,
    build_path: buildPath(state, source, config),
    unrendered_config: parsed.unrendered,
    created_at: createdAt(state),
    relation_name: hasRelation(state.workspace, source.type, config)
      ? relationName(state.workspace, names)
      : null,
    raw_code: source.rawCode,
    doc_blocks: description.docBlocks,
    refs: capture.refs,
    sources: capture.sources,
    metrics: [],
    depends_on: {
      macros: template === undefined ? [] : macrosOf(state, template, source.type, packageName),
      nodes: [],
    },
    compiled_path: null,
    contract: {
      enforced: objectOf(config["contract"])["enforced"] === true,
      alias_types: objectOf(config["contract"])["alias_types"] !== false,
      checksum: null,
    },
    ...seedFields(source),
    ...modelFields(source, config),
  };
}

/** Names all columns that a snapshot adds, the unnamed ones with null. */
function withMetaColumns(config: JsonObject): JsonObject {
  const key = "snapshot_meta_column_names";
  const usual = objectOf(defaultConfig("snapshot")[key]);
  return { ...config, [key]: { ...usual, ...objectOf(config[key]) } };
}

/** Derives what dbt derives from other configs of a test or a snapshot. */
export function finishConfig(type: NodeType, config: JsonObject): JsonObject {
  if (type === "snapshot") return withMetaColumns(config);
  if (type !== "test") return config;
  const storedAs = config["store_failures_as"];
  const isStored = config["store_failures"];
  if (typeof storedAs === "string") {
    return { ...config, store_failures: storedAs !== "ephemeral" };
  }
  const derived = isStored === true ? "table" : isStored === false ? "ephemeral" : null;
  return { ...config, store_failures_as: derived };
}
