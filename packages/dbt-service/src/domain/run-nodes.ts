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

/** Nodes of a step that is still running, from what dbt has printed so far. */
export function readLiveNodes(
  log: string,
  manifest: unknown,
  stepIndex: number,
): readonly WireRunNode[] {
  const known = indexManifest(manifest);
  const byLabel = new Map<string, WireRunNode>();
  for (const line of log.split("\n")) {
    const event = parseConsoleLine(line);
    if (event === undefined || event.resourceType === "operation") continue;
    const key = `${event.index}`;
    const earlier = byLabel.get(key);
    const id = known.get(event.label) ?? earlier?.unique_id ?? event.label;
    const node = readRecord(getManifestNodes(manifest).get(id));
    byLabel.set(key, {
      unique_id: id,
      name: id.includes(".") && id.split(".").length > 2 ? nameOf(id) : event.label,
      resource_type:
        readText(node["resource_type"]) ?? event.resourceType ?? earlier?.resource_type ?? "node",
      status: event.state,
      step_index: stepIndex,
      started_at: null,
      finished_at: null,
      execution_time: event.executionTimeS,
      thread_id: null,
      message: null,
      failures: event.failures,
      compiled_code: null,
      relation_name: readText(node["relation_name"]),
      file: readText(node["original_file_path"]),
      line: null,
      compiled_line: null,
      depends_on: findParents(id, getManifestNodes(manifest)),
    });
  }
  return [...byLabel.values()];
}

// The console names relations (`main.orders`) and tests (`not_null_orders_id`), not unique ids.
function indexManifest(manifest: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [id, node] of getManifestNodes(manifest)) {
    const name = readText(node["name"]);
    const schema = readText(node["schema"]);
    const relation = readText(node["alias"]) ?? readText(node["identifier"]) ?? name;
    if (name !== null) names.set(name, id);
    if (schema !== null && relation !== null) names.set(`${schema}.${relation}`, id);
    const source = readText(node["source_name"]);
    if (source !== null && name !== null) names.set(`${source}.${name}`, id);
  }
  return names;
}
