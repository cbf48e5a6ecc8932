import type {
  DocDefinition,
  Exposure,
  GroupDefinition,
  MacroDefinition,
  SourceDefinition,
} from "../artifacts/manifest.ts";
import type { Workspace } from "../context/workspace.ts";
import type { DependencyGraph } from "../graph/dependency-graph.ts";
import type { ParsedNode } from "./parse-state.ts";
import type { ReferenceIndex } from "./resolve-references.ts";

/** A project that has been read whole: everything but the database. */
export interface ParsedProject {
  readonly workspace: Workspace;
  readonly nodes: ReadonlyMap<string, ParsedNode>;
  readonly disabled: ReadonlyMap<string, readonly ParsedNode[]>;
  /** Exposures and sources that are switched off. */
  readonly disabledOthers: ReadonlyMap<string, Exposure | SourceDefinition>;
  /** Tests of what is not there or switched off: only the manifest knows them. */
  readonly brokenTests: ReadonlyMap<string, ParsedNode>;
  readonly sources: ReadonlyMap<string, SourceDefinition>;
  readonly exposures: ReadonlyMap<string, Exposure>;
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  readonly docs: ReadonlyMap<string, DocDefinition>;
  readonly groups: ReadonlyMap<string, GroupDefinition>;
  readonly graph: DependencyGraph;
  readonly references: ReferenceIndex;
}
