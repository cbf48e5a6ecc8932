import type { Value } from "@airloom/jinja";
import type { Queryable } from "../adapter/duckdb.ts";
import type { Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { RefArgs } from "../artifacts/manifest.ts";
import type { JsonObject, JsonValue } from "../json.ts";

/** What `ref()`, `config()` and the rest do for one node: note it while parsing, resolve it while running. */
export interface NodeAccess {
  readonly packageName: string;
  readonly uniqueId: string | undefined;
  readonly name: string;
  readonly execute: boolean;
  ref(args: RefArgs): Value;
  source(sourceName: string, tableName: string): Value;
  /** Takes the values of a `config(…)` call. */
  configure(values: JsonObject): void;
  config(key: string): JsonValue | undefined;
  /** The node as templates see it. */
  model(): Value;
  readonly relation: Relation | undefined;
  readonly session: Queryable | undefined;
  readonly relations: RelationCache;
  /** Names that only this node's templates have: `_dbt_generic_test_kwargs`, `sql` … */
  readonly extra: ReadonlyMap<string, Value>;
  /** Ids that the command selected; none while the project is read. */
  readonly selected: readonly string[];
  /** dbt's `graph`. */
  graph(): Value;
  doc(args: readonly string[]): Value;
}
