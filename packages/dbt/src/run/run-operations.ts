import type { Value } from "@airloom/jinja";
import type { Session } from "../adapter/duckdb.ts";
import type { ManifestNode } from "../artifacts/manifest.ts";
import { NodeContext } from "../context/node-context.ts";
import { createRunAccess } from "./run-access.ts";
import type { RunContext } from "./run-context.ts";

/** A stand-in node for statements that belong to no node. */
export function operationNode(run: RunContext, name: string): ManifestNode {
  const { project, target } = run.project.workspace;
  return {
    database: target.database,
    schema: target.schema,
    name,
    resource_type: "operation",
    package_name: project.name,
    path: "dbt_project.yml",
    original_file_path: "dbt_project.yml",
    unique_id: `operation.${project.name}.${name}`,
    fqn: [project.name, "hooks", name],
    alias: name,
    checksum: { name: "none", checksum: "" },
    config: {},
    tags: [],
    description: "",
    columns: {},
    meta: {},
    group: null,
    docs: {},
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: 0,
    relation_name: null,
    raw_code: "",
    doc_blocks: [],
    refs: [],
    sources: [],
    metrics: [],
    depends_on: { macros: [], nodes: [] },
    compiled_path: null,
    contract: {},
  };
}

/** The template context of an operation. */
export function operationContext(
  run: RunContext,
  session: Session,
  name: string,
  extra: ReadonlyMap<string, Value> = new Map(),
): NodeContext {
  const node = operationNode(run, name);
  const access = createRunAccess({
    project: run.project,
    node,
    session,
    relations: run.relations,
    selected: run.selected,
    extra,
  });
  return new NodeContext(run.project.workspace, access);
}
