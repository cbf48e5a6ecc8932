import {
  type DbtNode,
  findParents,
  getManifestNodes,
  nameOf,
  parseConsoleLine,
  parseRunResults,
  readRecord,
  readText,
  type WireRunNode,
} from "@airloom/dbt-cloud/contract";

/** Nodes of a finished step as the pages show them. */
export function renderNodes(
  runResults: unknown,
  manifest: unknown,
  stepIndex: number,
): readonly WireRunNode[] {
  return parseRunResults(runResults, manifest).map((node) => renderNode(node, stepIndex));
}

function renderNode(node: DbtNode, stepIndex: number): WireRunNode {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type: node.resourceType,
    status: node.state,
    step_index: stepIndex,
    started_at: node.startedAt?.toISOString() ?? null,
    finished_at: node.endedAt?.toISOString() ?? null,
    execution_time: node.executionTimeS,
    thread_id: node.threadId,
    message: node.message,
    failures: node.failures,
    compiled_code: node.compiledSql,
    relation_name: node.relationName,
    file: node.file,
    line: node.line,
    compiled_line: node.compiledLine,
    depends_on: node.dependsOn,
  };
}

/** What is kept of a manifest to show a step that still runs: a hundredth of it. */
export interface ManifestIndex {
  /** Unique ids by what the console calls a node. */
  readonly ids: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, KnownNode>;
}

type KnownNode = Pick<WireRunNode, "relation_name" | "file" | "depends_on"> & {
  readonly resourceType: string | null;
};

/** Nodes of a step that is still running, from what dbt has printed so far. */
export function readLiveNodes(
  log: string,
  known: ManifestIndex,
  stepIndex: number,
): readonly WireRunNode[] {
  const byCounter = new Map<number, WireRunNode>();
  for (const line of log.split("\n")) {
    const event = parseConsoleLine(line);
    if (event === undefined || event.resourceType === "operation") continue;
    const earlier = byCounter.get(event.index);
    const id = known.ids.get(event.label) ?? earlier?.unique_id ?? event.label;
    const node = known.nodes.get(id);
    byCounter.set(event.index, {
      unique_id: id,
      name: id.includes(".") && id.split(".").length > 2 ? nameOf(id) : event.label,
      resource_type: node?.resourceType ?? event.resourceType ?? earlier?.resource_type ?? "node",
      status: event.state,
      step_index: stepIndex,
      started_at: null,
      finished_at: null,
      execution_time: event.executionTimeS,
      thread_id: null,
      message: null,
      failures: event.failures,
      compiled_code: null,
      relation_name: node?.relation_name ?? null,
      file: node?.file ?? null,
      line: null,
      compiled_line: null,
      depends_on: node?.depends_on ?? [],
    });
  }
  return [...byCounter.values()];
}

/** Reads out of a manifest what live nodes are shown with. */
export function indexManifest(manifest: unknown): ManifestIndex {
  const ids = new Map<string, string>();
  const nodes = new Map<string, KnownNode>();
  const all = getManifestNodes(manifest);
  for (const [id, node] of all) {
    for (const label of listLabels(node)) ids.set(label, id);
    nodes.set(id, {
      resourceType: readText(node["resource_type"]),
      relation_name: readText(node["relation_name"]),
      file: readText(node["original_file_path"]),
      depends_on: findParents(id, all),
    });
  }
  return { ids, nodes };
}

// The console names relations (`main.orders`) and tests (`not_null_orders_id`), not unique ids.
function listLabels(node: ReturnType<typeof readRecord>): readonly string[] {
  const name = readText(node["name"]);
  const schema = readText(node["schema"]);
  const relation = readText(node["alias"]) ?? readText(node["identifier"]) ?? name;
  const source = readText(node["source_name"]);
  return [
    name ?? [],
    schema === null || relation === null ? [] : `${schema}.${relation}`,
    source === null || name === null ? [] : `${source}.${name}`,
  ].flat();
}
