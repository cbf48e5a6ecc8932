import type { UiNode } from "@airloom/api";
import type { TaskNode } from "@airloom/core";
import { renderInstantOrNull } from "./instants.ts";

/** A dbt node as the web app shows it. */
export function renderNode(node: TaskNode): UiNode {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type: node.resourceType,
    state: node.state,
    start_date: renderInstantOrNull(node.startedAt),
    end_date: renderInstantOrNull(node.endedAt),
    execution_time: node.executionTimeS,
    message: node.message,
    failures: node.failures,
    compiled_sql: node.compiledSql,
    relation_name: node.relationName,
    file: node.file,
    line: node.line,
    compiled_line: node.compiledLine ?? null,
    depends_on: [...node.dependsOn],
    index: node.index,
  };
}
