import type { ManifestNode } from "../artifacts/manifest.ts";
import { type JsonObject, objectOf, textsOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { relationName, resolveNames } from "./node-naming.ts";
import { isStored, TEST_MACROS } from "./parse-node.ts";
import { createdAt, type ParseState } from "./parse-state.ts";
import type { TestDeclaration } from "./test-declaration.ts";

/** What a generic test is about. */
export interface TestTarget {
  readonly project: Project;
  readonly file: string;
  /** `ref('orders')` or `source('raw', 'orders')`. */
  readonly expression: string;
  /** The name inside the test's name: `orders`, `raw_orders`, `orders_v2`. */
  readonly name: string;
  readonly isSource: boolean;
  /** `models.orders`, `sources.raw`. */
  readonly fileKey: string;
  readonly attachedNode: string | null;
  /** The group of the node that is tested. */
  readonly group: string | null;
  /** Tags that the tests of it have besides their own. */
  readonly tags: readonly string[];
}

/** What is known about a generic test once it is rendered. */
export interface TestParts {
  readonly declaration: TestDeclaration;
  readonly uniqueId: string;
  readonly fqn: readonly string[];
  readonly short: string;
  readonly full: string;
  readonly final: JsonObject;
  readonly unrendered: JsonObject;
  readonly metadata: JsonObject;
  readonly rawCode: string;
  readonly macroId: string;
  readonly column: string | undefined;
  readonly inheritedTags: readonly string[];
  readonly refs: ManifestNode["refs"];
  readonly sources: ManifestNode["sources"];
}

/** The node of a generic test. */
export function assembleTest(
  state: ParseState,
  target: TestTarget,
  parts: TestParts,
): ManifestNode {
  const { workspace } = state;
  const packageName = target.project.name;
  const path = `${parts.short}.sql`;
  const head: JsonObject = {
    name: parts.full,
    resource_type: "test",
    package_name: packageName,
    path,
    original_file_path: target.file,
    unique_id: parts.uniqueId,
    fqn: parts.fqn,
    config: parts.final,
    tags: textsOf(parts.final["tags"]),
  };
  const names = resolveNames(workspace, parts.final, head);
  return {
    ...names,
    name: parts.full,
    resource_type: "test",
    package_name: packageName,
    path,
    original_file_path: target.file,
    unique_id: parts.uniqueId,
    fqn: parts.fqn,
    checksum: { name: "none", checksum: "" },
    config: parts.final,
    tags: [...new Set([...textsOf(parts.final["tags"]), ...parts.inheritedTags])],
    description: parts.declaration.description,
    columns: {},
    meta: objectOf(parts.final["meta"]),
    group: target.group,
    docs: { show: true, node_color: null },
    patch_path: null,
    build_path: `${workspace.project.targetPath}/run/${packageName}/${target.file}/${path}`,
    unrendered_config: parts.unrendered,
    created_at: createdAt(state),
    relation_name: isStored(workspace, parts.final) ? relationName(workspace, names) : null,
    raw_code: parts.rawCode,
    doc_blocks: [],
    language: "sql",
    refs: uniqueBy(parts.refs, (ref) => `${ref.package ?? ""}.${ref.name}.${String(ref.version)}`),
    sources: uniqueBy(parts.sources, ([source, table]) => `${source}.${table}`),
    metrics: [],
    depends_on: {
      macros: [parts.macroId, "macro.dbt.get_where_subquery", ...TEST_MACROS],
      nodes: [],
    },
    compiled_path: null,
    contract: { enforced: false, alias_types: true, checksum: null },
    column_name: parts.column ?? null,
    file_key_name: target.fileKey,
    attached_node: target.attachedNode,
    test_metadata: {
      name: parts.declaration.name,
      kwargs: objectOf(parts.metadata["kwargs"]),
      namespace: parts.declaration.namespace,
    },
  };
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
