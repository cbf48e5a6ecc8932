import type { ManifestNode } from "../artifacts/manifest.ts";

/** An ephemeral model is a part of the queries that use it: it has no line, no place in the count and no result. */
export function isEphemeral(node: ManifestNode | undefined): boolean {
  return node?.resource_type === "model" && node.config["materialized"] === "ephemeral";
}
