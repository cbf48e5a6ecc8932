import type { Database } from "../adapter/duckdb.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { Reporter } from "../events/reporter.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** What all nodes of one run share. */
export interface RunContext {
  readonly project: ParsedProject;
  readonly database: Database;
  readonly relations: RelationCache;
  readonly reporter: Reporter;
  /** Ids that the command selected. */
  readonly selected: ReadonlySet<string>;
  readonly compiled: Map<string, CompiledNode>;
  readonly now: () => Date;
  /** Writes a file below the project's root. */
  readonly write: (path: string, text: string) => void;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}
