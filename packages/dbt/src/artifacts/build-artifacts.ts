import { quotingOf, type Workspace } from "../context/workspace.ts";
import type { JsonObject } from "../json.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { COMPATIBLE_DBT_VERSION } from "../project/version.ts";
import type { CompiledNode } from "../run/compiled-node.ts";
import { md5 } from "../text/md5.ts";
import type { ArtifactMetadata, Manifest, ManifestNode, SeedNode } from "./manifest.ts";
import type { RunResult, RunResults } from "./run-results.ts";

/** The head of an artifact. */
export function buildMetadata(workspace: Workspace, schema: string, now: Date): ArtifactMetadata {
  const prefix = "DBT_ENV_CUSTOM_ENV_";
  const env = Object.entries(workspace.env).flatMap(([key, value]): [string, string][] =>
    key.startsWith(prefix) && value !== undefined ? [[key.slice(prefix.length), value]] : [],
  );
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: COMPATIBLE_DBT_VERSION,
    generated_at: now.toISOString(),
    invocation_id: workspace.invocationId,
    invocation_started_at: workspace.startedAt.toISOString(),
    env: Object.fromEntries(env),
  };
}

function asSeed(node: ManifestNode): SeedNode {
  const {
    refs: _refs,
    sources: _sources,
    metrics: _metrics,
    contract: _contract,
    compiled_path: _path,
    depends_on: needs,
    ...seed
  } = node;
  return { ...seed, resource_type: "seed", depends_on: { macros: needs.macros } };
}

function describeNode(node: ManifestNode, compiled?: CompiledNode): ManifestNode | SeedNode {
  return node.resource_type === "seed" ? asSeed(node) : withCompiled(node, compiled);
}

function withCompiled(node: ManifestNode, compiled: CompiledNode | undefined): ManifestNode {
  if (compiled === undefined) return node;
  return {
    ...node,
    compiled: true,
    compiled_code: compiled.code,
    compiled_path: node.resource_type === "snapshot" ? null : compiled.path,
    extra_ctes_injected: true,
    extra_ctes: compiled.ctes,
  };
}

function toRecord<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries(map);
}

function sortedRecord(
  map: ReadonlyMap<string, readonly string[]>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...map].map(([id, ids]) => [id, ids.toSorted()]));
}

function groupMap(project: ParsedProject): Readonly<Record<string, readonly string[]>> {
  const entries = [...project.groups.values()].map((group): [string, string[]] => [
    group.name,
    [...project.nodes.values()]
      .filter(({ node }) => node.group === group.name)
      .map(({ node }) => node.unique_id),
  ]);
  return Object.fromEntries(entries);
}

/** Everything that was read, as `manifest.json`. */
export function buildManifest(
  project: ParsedProject,
  compiled: ReadonlyMap<string, CompiledNode>,
  now: Date,
): Manifest {
  const { workspace, graph } = project;
  return {
    metadata: {
      ...buildMetadata(workspace, "manifest/v12", now),
      project_name: workspace.project.name,
      project_id: md5(workspace.project.name),
      user_id: null,
      send_anonymous_usage_stats: false,
      adapter_type: workspace.target.type,
      quoting: { ...quotingOf(workspace), column: null },
    },
    nodes: Object.fromEntries(
      [...project.nodes, ...project.brokenTests].map(([id, { node }]) => [
        id,
        describeNode(node, compiled.get(id)),
      ]),
    ),
    sources: toRecord(project.sources),
    macros: toRecord(project.macros),
    docs: toRecord(project.docs),
    exposures: toRecord(project.exposures),
    metrics: {},
    groups: toRecord(project.groups),
    selectors: {},
    disabled: Object.fromEntries([
      ...[...project.disabled].map(
        ([id, items]) => [id, items.map(({ node }) => describeNode(node))] as const,
      ),
      ...[...project.disabledOthers].map(([id, other]) => [id, [other]] as const),
    ]),
    parent_map: sortedRecord(graph.parents),
    child_map: sortedRecord(graph.children),
    group_map: groupMap(project),
    saved_queries: {},
    semantic_models: {},
    unit_tests: {},
  };
}

/** How the nodes ended, as `run_results.json`. */
export function buildRunResults(
  workspace: Workspace,
  results: readonly RunResult[],
  options: { readonly elapsedSeconds: number; readonly args: JsonObject; readonly now: Date },
): RunResults {
  return {
    metadata: buildMetadata(workspace, "run-results/v6", options.now),
    results,
    elapsed_time: options.elapsedSeconds,
    args: options.args,
  };
}
