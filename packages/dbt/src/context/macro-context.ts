import type { Awaitable, Kwargs, Value } from "@airloom/jinja";
import type { StatementResult } from "../adapter/duckdb.ts";
import type { Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { JsonObject, JsonValue } from "../json.ts";

/** What a built-in macro may use: the database, the node's config and every other macro by its name. */
export interface MacroContext {
  /** False while the project is parsed: nothing may reach the database. */
  readonly execute: boolean;
  readonly relations: RelationCache;
  readonly target: { readonly schema: string; readonly database: string; readonly name: string };
  /** Calls a macro by name, so that a project's own version of it wins. */
  call(name: string, args: readonly Value[], kwargs?: Kwargs): Awaitable<Value>;
  /** A value of the node's config, `undefined` when it is not set. */
  config(key: string): JsonValue | undefined;
  /** Sets values of the node's config. */
  configure(values: JsonObject): void;
  /** A flag of the command line in dbt's upper-case spelling. */
  flag(name: string): Value;
  /** A name of the template context: `this`, `model` … */
  lookup(name: string): Value | undefined;
  /** Runs a statement on the node's session. */
  query(sql: string): Promise<StatementResult>;
  /** Keeps a result for `load_result`. */
  storeResult(name: string, result: StatementResult): void;
  log(message: string, isInfo: boolean): void;
  /** Whether a relation was found, asking the database once for the whole run. */
  findRelation(relation: Relation): Relation | undefined;
}
