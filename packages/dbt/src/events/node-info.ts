import type { Exposure, ManifestNode, SourceDefinition } from "../artifacts/manifest.ts";
import type { JsonObject } from "../json.ts";
import { renderScalar } from "../json.ts";

/** What can run: a node, or something that only passes through a build. */
export type RunnableNode = ManifestNode | Exposure | SourceDefinition;

function isNode(node: RunnableNode): node is ManifestNode {
  return node.resource_type !== "exposure" && node.resource_type !== "source";
}

/** `node_info` of an event. */
export function nodeInfo(
  node: RunnableNode,
  status: string,
  times: { readonly startedAt?: Date | undefined; readonly finishedAt?: Date | undefined } = {},
): JsonObject {
  const own = isNode(node) ? node : undefined;
  return {
    materialized: own === undefined ? "" : renderScalar(own.config["materialized"] ?? ""),
    meta: node.meta,
    node_checksum: own?.checksum.checksum ?? "",
    node_finished_at: renderTime(times.finishedAt),
    node_name: node.name,
    node_path: node.path,
    node_relation: {
      alias: own?.alias ?? "",
      database: own?.database ?? "",
      relation_name: own?.relation_name ?? "",
      schema: own?.schema ?? "",
    },
    node_started_at: renderTime(times.startedAt),
    node_status: status,
    resource_type: node.resource_type,
    unique_id: node.unique_id,
  };
}

function renderTime(time: Date | undefined): string {
  return time === undefined ? "" : time.toISOString().replace("Z", "000");
}
