import type {
  GroupDefinition,
  MacroDefinition,
  ManifestNode,
  SourceDefinition,
} from "../artifacts/manifest.ts";
import type { Workspace } from "../context/workspace.ts";
import { DbtError } from "../error.ts";
import { checkAcyclic, createGraph } from "../graph/dependency-graph.ts";
import { isJsonObject, listOf, objectOf, renderScalar, textOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import type { TestTarget } from "./assemble-generic-test.ts";
import { inferPrimaryKey } from "./infer-primary-key.ts";
import { describeMacro, describeNativeMacros } from "./macro-definitions.ts";
import { parseExposure } from "./parse-exposures.ts";
import { parseTestsOf } from "./parse-generic-tests.ts";
import { parseSource } from "./parse-sources.ts";
import { indexProperties, type ParsedNode, type ParseState, placeOf } from "./parse-state.ts";
import type { ParsedProject } from "./parsed-project.ts";
import { readDocs } from "./read-docs.ts";
import { checkDuplicate, readNodes } from "./read-nodes.ts";
import { type Properties, readProperties } from "./read-properties.ts";
import { renderProperties } from "./render-properties.ts";
import {
  createReferenceIndex,
  type ReferenceIndex,
  resolveReferences,
} from "./resolve-references.ts";
import {
  warnOfConfigs,
  warnOfContracts,
  warnOfGrants,
  warnOfSettings,
  warnOfUnreadFiles,
} from "./unsupported.ts";
import { propertiesOfVersion } from "./version-columns.ts";

function addNode(state: ParseState, parsed: ParsedNode): void {
  const id = parsed.node.unique_id;
  if (parsed.node.config["enabled"] === false) {
    state.disabled.set(id, [...(state.disabled.get(id) ?? []), parsed]);
    return;
  }
  const existing = state.nodes.get(id);
  if (existing !== undefined) checkDuplicate(existing, parsed);
  state.nodes.set(id, parsed);
}

function checkReferable(state: ParseState): void {
  const seen = new Map<string, ParsedNode>();
  for (const parsed of state.nodes.values()) {
    const { node } = parsed;
    if (!["model", "seed", "snapshot"].includes(node.resource_type)) continue;
    const key = `${node.package_name}.${node.name}.${String(node.version ?? "")}`;
    const existing = seen.get(key);
    if (existing !== undefined) checkDuplicate(existing, parsed);
    seen.set(key, parsed);
  }
}

/** Refuses a model without versions beside one of the same name that has them. */
function checkVersioned(state: ParseState): void {
  const versioned = new Map<string, ParsedNode>();
  for (const parsed of state.nodes.values()) {
    const { node } = parsed;
    if (node.version !== undefined && node.version !== null) {
      versioned.set(`${node.package_name}.${node.name}`, parsed);
    }
  }
  for (const { node, place } of state.nodes.values()) {
    const isPlain = node.resource_type === "model" && (node.version ?? null) === null;
    const other = isPlain ? versioned.get(`${node.package_name}.${node.name}`) : undefined;
    if (other === undefined) continue;
    throw new DbtError(
      "Parsing",
      `dbt found versioned and unversioned models with the name "${node.name}": ${other.node.original_file_path} and ${node.original_file_path}; rename the unversioned one, or name its file in the versions`,
      { place },
    );
  }
}

function checkRelations(state: ParseState): void {
  const seen = new Map<string, ParsedNode>();
  for (const parsed of state.nodes.values()) {
    const name = parsed.node.relation_name;
    if (name === null || parsed.node.resource_type === "test") continue;
    const existing = seen.get(name.toLowerCase());
    if (existing !== undefined) {
      throw new DbtError(
        "Compilation",
        `dbt found two resources with the database representation ${name}: ${existing.node.original_file_path} and ${parsed.node.original_file_path}; give one of them another alias or schema`,
        { place: parsed.place },
      );
    }
    seen.set(name.toLowerCase(), parsed);
  }
}

const TESTED: Readonly<Record<string, string>> = {
  models: "model",
  seeds: "seed",
  snapshots: "snapshot",
};

function findTested(
  state: ParseState,
  entry: Properties,
  version?: string | number,
): ManifestNode | undefined {
  const type = TESTED[entry.kind];
  const suffix = version === undefined ? "" : `.v${version}`;
  const id = `${type ?? ""}.${entry.packageName}.${entry.name}${suffix}`;
  return state.nodes.get(id)?.node;
}

function addTestsOf(state: ParseState, project: Project, entry: Properties): void {
  const versions = listOf(entry.value["versions"]).filter(isJsonObject);
  if (versions.length === 0) {
    const target = testTarget(project, entry, findTested(state, entry));
    for (const test of parseTestsOf(state, target, entry.value)) addNode(state, test);
    return;
  }
  for (const item of versions) {
    const version = renderScalar(item["v"]);
    const attached = findTested(state, entry, version);
    const target: TestTarget = {
      ...testTarget(project, entry, attached),
      expression: `ref('${entry.name}', version='${version}')`,
      name: `${entry.name}_v${version}`,
    };
    const value = propertiesOfVersion(entry.value, item);
    for (const test of parseTestsOf(state, target, value)) addNode(state, test);
  }
}

function testTarget(
  project: Project,
  entry: Properties,
  tested: ManifestNode | undefined,
): TestTarget {
  return {
    project,
    file: entry.file,
    expression: `ref('${entry.name}')`,
    name: entry.name,
    isSource: false,
    fileKey: `${entry.kind}.${entry.name}`,
    attachedNode: tested?.unique_id ?? null,
    group: tested?.group ?? null,
    tags: [],
  };
}

function addSource(state: ParseState, project: Project, entry: Properties): void {
  for (const parsed of parseSource(state, project, entry)) {
    const id = parsed.source.unique_id;
    const place =
      parsed.line === undefined ? { file: entry.file } : { file: entry.file, line: parsed.line };
    const existing = state.sources.get(id);
    if (existing !== undefined && parsed.isEnabled) {
      throw new DbtError(
        "Compilation",
        `dbt found two sources with the name "${parsed.source.source_name}.${parsed.source.name}": in ${existing.source.original_file_path} and ${entry.file}; rename one of them`,
        { place },
      );
    }
    if (parsed.isEnabled) state.sources.set(id, { source: parsed.source, place });
    else state.disabledOthers.set(id, parsed.source);
    for (const test of parseTestsOf(state, parsed.tests, parsed.value)) addNode(state, test);
  }
}

function readGroup(entry: Properties): GroupDefinition {
  const meta = objectOf(objectOf(entry.value["config"])["meta"]);
  return {
    name: entry.name,
    resource_type: "group",
    package_name: entry.packageName,
    path: entry.file.split("/").slice(1).join("/"),
    original_file_path: entry.file,
    unique_id: `group.${entry.packageName}.${entry.name}`,
    owner: objectOf(entry.value["owner"]),
    description: textOf(entry.value["description"]) ?? null,
    config: { meta },
  };
}

function addProperties(state: ParseState, project: Project, entry: Properties): void {
  switch (entry.kind) {
    case "models":
    case "seeds":
    case "snapshots":
      addTestsOf(state, project, entry);
      return;
    case "sources":
      addSource(state, project, entry);
      return;
    case "exposures": {
      const exposure = parseExposure(state, project, entry);
      const { unique_id: id } = exposure;
      if (exposure.config["enabled"] === false) state.disabledOthers.set(id, exposure);
      else state.exposures.set(id, { exposure, place: placeOf(entry) });
      return;
    }
    case "groups": {
      const group = readGroup(entry);
      state.groups.set(group.unique_id, group);
      return;
    }
    default:
  }
}

function testsByModel(state: ParseState): ReadonlyMap<string, readonly ManifestNode[]> {
  const tests = new Map<string, ManifestNode[]>();
  for (const { node } of state.nodes.values()) {
    const attached = node.attached_node;
    if (attached === undefined || attached === null) continue;
    tests.set(attached, [...(tests.get(attached) ?? []), node]);
  }
  return tests;
}

function resolveNodes(
  state: ParseState,
  index: ReferenceIndex,
): Pick<ParsedProject, "nodes" | "brokenTests"> {
  const tests = testsByModel(state);
  const resolved = new Map<string, ParsedNode>();
  const broken = new Map<string, ParsedNode>();
  for (const [id, parsed] of state.nodes) {
    const { ids: nodes, isWhole } = resolveReferences(state, parsed, index);
    const { node } = parsed;
    const isModel = node.resource_type === "model";
    const key = isModel ? { primary_key: inferPrimaryKey(tests.get(id) ?? []) } : {};
    const dependsOn = { macros: node.depends_on.macros, nodes };
    const whole = { ...node, ...key, depends_on: dependsOn };
    if (isWhole) resolved.set(id, { ...parsed, node: whole });
    else {
      const config = { ...node.config, enabled: false };
      broken.set(id, { ...parsed, node: { ...whole, config } });
    }
  }
  return { nodes: resolved, brokenTests: broken };
}

function resolveExposures(state: ParseState, index: ReferenceIndex): ParsedProject["exposures"] {
  const resolved = [...state.exposures.values()].map(({ exposure, place }) => {
    const stand = { ...exposure, resource_type: "exposure" as const };
    const ids = exposure.refs.map((ref) => {
      const found = index.findRef(ref, exposure.package_name);
      if (found !== undefined) return found.unique_id;
      throw new DbtError(
        "Compilation",
        `Exposure '${exposure.unique_id}' (${exposure.original_file_path}) depends on a node named '${ref.name}' which was not found`,
        { place },
      );
    });
    const tables = exposure.sources.flatMap(
      ([source, table]) => index.findSource(source, table, exposure.package_name) ?? [],
    );
    return { ...stand, depends_on: { macros: [], nodes: [...new Set([...tables, ...ids])] } };
  });
  return new Map(resolved.map((exposure) => [exposure.unique_id, exposure]));
}

function collectMacros(state: ParseState): ReadonlyMap<string, MacroDefinition> {
  const own = [...state.workspace.registry.entries()].map((entry) => describeMacro(state, entry));
  return new Map([...own, ...describeNativeMacros(state)].map((macro) => [macro.unique_id, macro]));
}

function createState(workspace: Workspace, projects: readonly Project[]): ParseState {
  const docs = projects.flatMap((project) => readDocs(project, workspace.environments.parse));
  const properties = projects.flatMap((project) =>
    readProperties(project, (message) => workspace.warn(message)).map((entry) =>
      renderProperties(workspace, entry),
    ),
  );
  return {
    workspace,
    properties,
    propertiesOf: indexProperties(properties),
    docs: new Map(docs.map((doc) => [doc.unique_id, doc])),
    nodes: new Map(),
    disabled: new Map(),
    disabledOthers: new Map(),
    sources: new Map(),
    exposures: new Map(),
    groups: new Map(),
  };
}

function sourcesOf(state: ParseState): ReadonlyMap<string, SourceDefinition> {
  return new Map([...state.sources].map(([id, { source }]) => [id, source]));
}

/** Reads all packages of a workspace and connects what refers to each other. */
export function parseProject(workspace: Workspace): ParsedProject {
  const projects = [...workspace.packages.values()];
  const state = createState(workspace, projects);
  for (const project of projects) warnOfUnreadFiles(workspace, project);
  warnOfSettings(workspace, workspace.project);
  for (const project of projects) {
    for (const parsed of readNodes(state, project)) addNode(state, parsed);
  }
  checkReferable(state);
  checkVersioned(state);
  warnOfContracts(state);
  warnOfGrants(state);
  warnOfConfigs(state);
  for (const entry of state.properties) {
    const project = workspace.packages.get(entry.packageName);
    if (project !== undefined) addProperties(state, project, entry);
  }
  checkRelations(state);
  const sources = sourcesOf(state);
  const references = createReferenceIndex(
    [...state.nodes.values()].map(({ node }) => node),
    sources.values(),
    workspace.project.name,
  );
  const { nodes, brokenTests } = resolveNodes(state, references);
  const exposures = resolveExposures(state, references);
  const graph = createGraph(
    new Map([
      ...[...sources.keys()].map((id) => [id, []] as const),
      ...[...nodes].map(([id, { node }]) => [id, node.depends_on.nodes] as const),
      ...[...exposures].map(([id, exposure]) => [id, exposure.depends_on.nodes] as const),
    ]),
  );
  checkAcyclic(graph, (id) => nodes.get(id)?.node.original_file_path);
  return {
    workspace,
    nodes,
    disabled: state.disabled,
    disabledOthers: state.disabledOthers,
    brokenTests,
    sources,
    exposures,
    macros: collectMacros(state),
    docs: state.docs,
    groups: state.groups,
    graph,
    references,
  };
}
