import type { SourcePlace } from "../error.ts";
import type { InjectedCte } from "./inject-ctes.ts";

/** A node's query, ready for the database. */
export interface CompiledNode {
  readonly code: string;
  /** The query without the CTEs of ephemeral models. */
  readonly ownCode: string;
  readonly ctes: readonly InjectedCte[];
  readonly path: string;
  /** The place in the project that wrote the character at an offset of `ownCode`. */
  readonly locateOwn: (offset: number) => SourcePlace;
  /** The same for `code`: that of an ephemeral model is in its own file. */
  readonly locate: (offset: number) => SourcePlace | undefined;
}
