import type {
  DocDefinition,
  Exposure,
  GroupDefinition,
  ManifestNode,
  SourceDefinition,
} from "../artifacts/manifest.ts";
import type { DualTemplate } from "../context/macro-registry.ts";
import type { Workspace } from "../context/workspace.ts";
import type { SourcePlace } from "../error.ts";
import type { Properties, PropertiesKind } from "./read-properties.ts";

/** A node with what only the engine needs: its template and where it was written. */
export interface ParsedNode {
  readonly node: ManifestNode;
  readonly template: DualTemplate | undefined;
  readonly place: SourcePlace;
}

/** What parsing has found so far. */
export interface ParseState {
  readonly workspace: Workspace;
  readonly properties: readonly Properties[];
  /** The same entries by what they are about. */
  readonly propertiesOf: ReadonlyMap<string, Properties>;
  readonly docs: ReadonlyMap<string, DocDefinition>;
  readonly nodes: Map<string, ParsedNode>;
  readonly disabled: Map<string, ParsedNode[]>;
  /** Exposures and sources that are switched off. */
  readonly disabledOthers: Map<string, Exposure | SourceDefinition>;
  readonly sources: Map<string, { readonly source: SourceDefinition; readonly place: SourcePlace }>;
  readonly exposures: Map<string, { readonly exposure: Exposure; readonly place: SourcePlace }>;
  readonly groups: Map<string, GroupDefinition>;
}

/** The entry of the properties files about a resource. */
export function findProperties(
  state: ParseState,
  kind: PropertiesKind,
  packageName: string,
  name: string,
): Properties | undefined {
  return state.propertiesOf.get(subjectOf({ kind, packageName, name }));
}

function subjectOf(entry: Pick<Properties, "kind" | "packageName" | "name">): string {
  return [entry.kind, entry.packageName, entry.name].join("\n");
}

/** Entries by what they are about; the first of several counts. */
export function indexProperties(entries: readonly Properties[]): ReadonlyMap<string, Properties> {
  return new Map(entries.toReversed().map((entry) => [subjectOf(entry), entry]));
}

/** Where an entry of a properties file stands. */
export function placeOf(entry: Properties): SourcePlace {
  return entry.line === undefined ? { file: entry.file } : { file: entry.file, line: entry.line };
}

/** Seconds since 1970 when the invocation began: what artifacts call `created_at`. */
export function createdAt(state: ParseState): number {
  return state.workspace.startedAt.getTime() / 1000;
}
