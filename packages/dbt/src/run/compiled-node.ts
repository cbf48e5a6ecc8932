import type { InjectedCte } from "./inject-ctes.ts";

/** A node's query, ready for the database. */
export interface CompiledNode {
  readonly code: string;
  /** The query without the CTEs of ephemeral models. */
  readonly ownCode: string;
  readonly ctes: readonly InjectedCte[];
  readonly path: string;
}
