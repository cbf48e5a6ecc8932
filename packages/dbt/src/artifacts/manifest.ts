import type { JsonObject, JsonValue } from "../json.ts";

/** What kinds of nodes a manifest's `nodes` hold. */
export type NodeType = "model" | "analysis" | "test" | "snapshot" | "seed" | "operation";

/** Everything that `--select` can choose. */
export type ResourceType = NodeType | "source" | "exposure";

/** A `ref()` as it was written. */
export interface RefArgs {
  readonly name: string;
  readonly package: string | null;
  readonly version: string | number | null;
}

/** A column as the properties file describes it. */
export interface ColumnInfo {
  readonly name: string;
  readonly description: string;
  readonly meta: JsonObject;
  readonly data_type: string | null;
  readonly constraints: readonly JsonValue[];
  readonly quote: boolean | null;
  readonly config: JsonObject;
  readonly tags: readonly string[];
  readonly granularity: string | null;
  readonly doc_blocks: readonly string[];
}

/** What a node needs before it can run. */
export interface DependsOn {
  readonly macros: readonly string[];
  readonly nodes: readonly string[];
}

/** Name and arguments of a generic test. */
export interface TestMetadata {
  readonly name: string;
  readonly kwargs: JsonObject;
  readonly namespace: string | null;
}

/**
 * A node in the words of dbt's `manifest.json`, version 12.
 *
 * The names are dbt's own because user templates read them (`model.unique_id`, `graph.nodes`): the engine
 * and its artifact share this one shape instead of translating twice.
 */
export interface ManifestNode {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly resource_type: NodeType;
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly fqn: readonly string[];
  readonly alias: string;
  readonly checksum: { readonly name: string; readonly checksum: string };
  readonly config: JsonObject;
  readonly tags: readonly string[];
  readonly description: string;
  readonly columns: Readonly<Record<string, ColumnInfo>>;
  readonly meta: JsonObject;
  readonly group: string | null;
  readonly docs: JsonObject;
  readonly patch_path: string | null;
  readonly build_path: string | null;
  readonly unrendered_config: JsonObject;
  readonly created_at: number;
  readonly relation_name: string | null;
  readonly raw_code: string;
  readonly doc_blocks: readonly string[];
  readonly language?: string;
  readonly refs: readonly RefArgs[];
  readonly sources: readonly (readonly [string, string])[];
  readonly metrics: readonly JsonValue[];
  readonly depends_on: DependsOn;
  readonly compiled_path: string | null;
  readonly compiled?: boolean;
  readonly compiled_code?: string;
  readonly extra_ctes_injected?: boolean;
  readonly extra_ctes?: readonly { readonly id: string; readonly sql: string }[];
  readonly contract: JsonObject;
  readonly access?: string;
  readonly constraints?: readonly JsonValue[];
  readonly version?: string | number | null;
  readonly latest_version?: string | number | null;
  readonly deprecation_date?: string | null;
  readonly primary_key?: readonly string[];
  readonly time_spine?: null;
  readonly root_path?: string;
  readonly column_name?: string | null;
  readonly file_key_name?: string;
  readonly attached_node?: string | null;
  readonly test_metadata?: TestMetadata;
}

/** A seed as the manifest lists it: without the keys that belong to a query. */
export type SeedNode = Omit<
  ManifestNode,
  "refs" | "sources" | "metrics" | "contract" | "compiled_path" | "depends_on" | "resource_type"
> & {
  readonly resource_type: "seed";
  readonly depends_on: { readonly macros: readonly string[] };
};

/** A table that something else writes. */
export interface SourceDefinition {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly resource_type: "source";
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly fqn: readonly string[];
  readonly source_name: string;
  readonly source_description: string;
  readonly loader: string;
  readonly identifier: string;
  readonly quoting: JsonObject;
  readonly loaded_at_field: string | null;
  readonly loaded_at_query: string | null;
  readonly freshness: JsonObject | null;
  readonly external: null;
  readonly description: string;
  readonly columns: Readonly<Record<string, ColumnInfo>>;
  readonly meta: JsonObject;
  readonly source_meta: JsonObject;
  readonly tags: readonly string[];
  readonly config: JsonObject;
  readonly patch_path: null;
  readonly unrendered_config: JsonObject;
  readonly relation_name: string;
  readonly created_at: number;
  readonly unrendered_database: string | null;
  readonly unrendered_schema: string | null;
  readonly doc_blocks: readonly string[];
}

/** A use of the project's tables outside of it. */
export interface Exposure {
  readonly name: string;
  readonly resource_type: "exposure";
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly fqn: readonly string[];
  readonly type: string;
  readonly owner: JsonObject;
  readonly description: string;
  readonly label: string | null;
  readonly maturity: string | null;
  readonly meta: JsonObject;
  readonly tags: readonly string[];
  readonly config: JsonObject;
  readonly unrendered_config: JsonObject;
  readonly url: string | null;
  readonly depends_on: DependsOn;
  readonly refs: readonly RefArgs[];
  readonly sources: readonly (readonly [string, string])[];
  readonly metrics: readonly JsonValue[];
  readonly created_at: number;
}

/** A macro of a project, or one that the engine brings. */
export interface MacroDefinition {
  readonly name: string;
  readonly resource_type: "macro";
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly macro_sql: string;
  readonly depends_on: { readonly macros: readonly string[] };
  readonly description: string;
  readonly meta: JsonObject;
  readonly docs: JsonObject;
  readonly patch_path: string | null;
  readonly arguments: readonly JsonObject[];
  readonly created_at: number;
  readonly supported_languages: readonly string[] | null;
}

/** A docs block. */
export interface DocDefinition {
  readonly name: string;
  readonly resource_type: "doc";
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly block_contents: string;
}

/** A group of models with an owner. */
export interface GroupDefinition {
  readonly name: string;
  readonly resource_type: "group";
  readonly package_name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly unique_id: string;
  readonly owner: JsonObject;
  readonly description: string | null;
  readonly config: JsonObject;
}

/** The head of every artifact. */
export interface ArtifactMetadata {
  readonly dbt_schema_version: string;
  readonly dbt_version: string;
  readonly generated_at: string;
  readonly invocation_id: string;
  readonly invocation_started_at: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The head of `manifest.json`. */
export interface ManifestMetadata extends ArtifactMetadata {
  readonly project_name: string;
  readonly project_id: string;
  readonly user_id: null;
  readonly send_anonymous_usage_stats: boolean;
  readonly adapter_type: string;
  readonly quoting: JsonObject;
}

/** The whole of `manifest.json`, version 12. */
export interface Manifest {
  readonly metadata: ManifestMetadata;
  readonly nodes: Readonly<Record<string, ManifestNode | SeedNode>>;
  readonly sources: Readonly<Record<string, SourceDefinition>>;
  readonly macros: Readonly<Record<string, MacroDefinition>>;
  readonly docs: Readonly<Record<string, DocDefinition>>;
  readonly exposures: Readonly<Record<string, Exposure>>;
  readonly metrics: Readonly<Record<string, never>>;
  readonly groups: Readonly<Record<string, GroupDefinition>>;
  readonly selectors: Readonly<Record<string, never>>;
  readonly disabled: Readonly<
    Record<string, readonly (ManifestNode | SeedNode | Exposure | SourceDefinition)[]>
  >;
  readonly parent_map: Readonly<Record<string, readonly string[]>>;
  readonly child_map: Readonly<Record<string, readonly string[]>>;
  readonly group_map: Readonly<Record<string, readonly string[]>>;
  readonly saved_queries: Readonly<Record<string, never>>;
  readonly semantic_models: Readonly<Record<string, never>>;
  readonly unit_tests: Readonly<Record<string, never>>;
}
