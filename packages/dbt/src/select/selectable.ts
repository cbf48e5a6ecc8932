import type { ResourceType } from "../artifacts/manifest.ts";
import type { JsonObject } from "../json.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";

/** What a selection may ask about a node, source or exposure. */
export interface Selectable {
  readonly id: string;
  readonly name: string;
  readonly resourceType: ResourceType;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly path: string;
  readonly tags: readonly string[];
  readonly config: JsonObject;
  readonly sourceName: string | undefined;
  /** The name of a generic test; `undefined` for a singular one. */
  readonly testName: string | undefined;
  readonly group: string | null;
  readonly access: string | undefined;
  readonly version: string | undefined;
  readonly latestVersion: string | undefined;
  readonly dependsOn: readonly string[];
}

function textOrUndefined(value: string | number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** Everything of a project that can be selected. */
export function selectablesOf(project: ParsedProject): ReadonlyMap<string, Selectable> {
  const found = new Map<string, Selectable>();
  for (const { node } of project.nodes.values()) {
    found.set(node.unique_id, {
      id: node.unique_id,
      name: node.name,
      resourceType: node.resource_type,
      packageName: node.package_name,
      fqn: node.fqn,
      path: node.original_file_path,
      tags: node.tags,
      config: node.config,
      sourceName: undefined,
      testName: node.test_metadata?.name,
      group: node.group,
      access: node.access,
      version: textOrUndefined(node.version),
      latestVersion: textOrUndefined(node.latest_version),
      dependsOn: node.depends_on.nodes,
    });
  }
  for (const source of project.sources.values()) {
    found.set(source.unique_id, {
      ...EMPTY,
      id: source.unique_id,
      name: source.name,
      resourceType: "source",
      packageName: source.package_name,
      fqn: source.fqn,
      path: source.original_file_path,
      tags: source.tags,
      config: source.config,
      sourceName: source.source_name,
    });
  }
  for (const exposure of project.exposures.values()) {
    found.set(exposure.unique_id, {
      ...EMPTY,
      id: exposure.unique_id,
      name: exposure.name,
      resourceType: "exposure",
      packageName: exposure.package_name,
      fqn: exposure.fqn,
      path: exposure.original_file_path,
      tags: exposure.tags,
      config: exposure.config,
      dependsOn: exposure.depends_on.nodes,
    });
  }
  return found;
}

const EMPTY = {
  sourceName: undefined,
  testName: undefined,
  group: null,
  access: undefined,
  version: undefined,
  latestVersion: undefined,
  dependsOn: [],
} as const;
