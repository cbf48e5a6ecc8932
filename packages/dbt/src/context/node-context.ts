import {
  type Awaitable,
  callable,
  type HostObject,
  type Kwargs,
  type Macro,
  NO_KWARGS,
  PyDict,
  pyType,
  type Scope,
  type Value,
} from "@airloom/jinja";
import type { StatementResult } from "../adapter/duckdb.ts";
import { Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import { findNativeMacro } from "../builtins/native-macros.ts";
import { DbtError } from "../error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";
import { findMember } from "./context-members.ts";
import type { MacroContext } from "./macro-context.ts";
import type { DualTemplate, MacroEntry } from "./macro-registry.ts";
import type { NodeAccess } from "./node-access.ts";
import { recordObject } from "./record-object.ts";
import type { Workspace } from "./workspace.ts";

const PREFIXES = ["duckdb__", "default__"];

/** Everything that templates of one node see: macros first, then dbt's own names. */
export class NodeContext implements Scope, MacroContext {
  readonly workspace: Workspace;
  readonly node: NodeAccess;
  readonly #bound = new Map<DualTemplate, ReadonlyMap<string, Macro>>();
  readonly #members = new Map<string, Value | undefined>();
  readonly #results = new Map<string, StatementResult>();

  constructor(workspace: Workspace, node: NodeAccess) {
    this.workspace = workspace;
    this.node = node;
  }

  get execute(): boolean {
    return this.node.execute;
  }

  get relations(): RelationCache {
    return this.node.relations;
  }

  get target(): { readonly schema: string; readonly database: string; readonly name: string } {
    const { schema, database, targetName } = this.workspace.target;
    return { schema, database, name: targetName };
  }

  /** The value of a name, as templates of this node see it. */
  get(name: string): Value | undefined {
    const extra = this.node.extra.get(name);
    if (extra !== undefined) return extra;
    const entry = this.workspace.registry.resolve(name, this.node.packageName);
    if (entry !== undefined) return this.bind(entry);
    return this.#member(name) ?? this.#native(name) ?? this.#packageNamespace(name);
  }

  lookup(name: string): Value | undefined {
    return this.get(name);
  }

  /** A project's macro, bound to this context. */
  bind(entry: MacroEntry): Macro {
    let macros = this.#bound.get(entry.template);
    if (macros === undefined) {
      macros = this.execute
        ? entry.template.run().macros(this, { mode: "async" })
        : entry.template.parse().macros(this);
      this.#bound.set(entry.template, macros);
    }
    const macro = macros.get(entry.name);
    if (macro === undefined) throw new DbtError("Internal", `Macro "${entry.name}" vanished`);
    return macro;
  }

  call(name: string, args: readonly Value[], kwargs: Kwargs = NO_KWARGS): Awaitable<Value> {
    const entry = this.workspace.registry.resolve(name, this.node.packageName);
    if (entry !== undefined) return this.bind(entry).call(args, kwargs);
    const native = this.#native(name);
    if (native?.call !== undefined) return native.call(args, kwargs);
    throw this.undefinedMacro(name);
  }

  hasMacro(name: string): boolean {
    const { registry } = this.workspace;
    return (
      registry.resolve(name, this.node.packageName) !== undefined ||
      findNativeMacro(name) !== undefined
    );
  }

  undefinedMacro(name: string): DbtError {
    const hint = renderHint(name, this.workspace.registry.names(this.node.packageName));
    return new DbtError(
      "Compilation",
      `'${name}' is undefined${hint}. This can happen when calling a macro that does not exist: check for typos, or install its package with "dbt deps"`,
    );
  }

  config(key: string): JsonValue | undefined {
    return this.node.config(key);
  }

  configure(values: JsonObject): void {
    this.node.configure(values);
  }

  flag(name: string): Value {
    return toValue(this.workspace.flags[name] ?? null);
  }

  async query(sql: string): Promise<StatementResult> {
    const { session } = this.node;
    if (session === undefined) throw new DbtError("Internal", "No database session is open");
    return session.query(sql);
  }

  storeResult(name: string, result: StatementResult): void {
    this.#results.set(name, result);
  }

  loadResult(name: string): StatementResult | undefined {
    return this.#results.get(name);
  }

  log(message: string, isInfo: boolean): void {
    this.workspace.log(message, isInfo);
  }

  findRelation(relation: Relation): Relation | undefined {
    return this.node.relations.find(relation);
  }

  /** dbt's `adapter.dispatch`: the best version of a macro for DuckDB. */
  dispatch(name: string, namespace: string | undefined): Value {
    for (const packageName of this.#searchOrder(namespace)) {
      for (const prefix of PREFIXES) {
        const entry = this.workspace.registry.find(packageName, prefix + name);
        if (entry !== undefined) return this.bind(entry);
      }
      const native = packageName === "dbt" ? this.#native(name, false) : undefined;
      if (native !== undefined) return native;
    }
    throw new DbtError(
      "Compilation",
      `In dispatch: No macro named '${name}' found within namespace '${namespace ?? "None"}': looked for ${PREFIXES.map((prefix) => prefix + name).join(" and ")}`,
    );
  }

  #searchOrder(namespace: string | undefined): readonly string[] {
    const root = this.workspace.project.name;
    if (namespace === undefined) return [this.node.packageName, root, "dbt"];
    for (const rule of this.workspace.project.dispatch) {
      const dict = toValue(rule);
      if (!(dict instanceof PyDict) || dict.get("macro_namespace") !== namespace) continue;
      const order = dict.get("search_order");
      if (Array.isArray(order)) return order.map(renderText);
    }
    return [root, namespace, "dbt"];
  }

  #member(name: string): Value | undefined {
    if (!this.#members.has(name)) this.#members.set(name, findMember(this, name));
    return this.#members.get(name);
  }

  /** A built-in macro; a project's `duckdb__x` or `default__x` stands in for `x`. */
  #native(name: string, isOverridable = true): HostObject | undefined {
    const native = findNativeMacro(name);
    if (native === undefined) return undefined;
    if (isOverridable && native.name === name) {
      for (const prefix of PREFIXES) {
        const entry = this.workspace.registry.find(this.workspace.project.name, prefix + name);
        if (entry !== undefined) return this.bind(entry);
      }
    }
    return callable((args, kwargs) => native.call(this, args, kwargs), name);
  }

  #packageNamespace(name: string): Value | undefined {
    if (name === "dbt" || name === "dbt_duckdb") {
      return recordObject("Namespace", (macro) => this.#native(macro));
    }
    const { registry } = this.workspace;
    if (!registry.hasPackage(name)) return undefined;
    return {
      [pyType]: "Namespace",
      getAttribute: (macro) => {
        const entry = registry.find(name, macro);
        return entry === undefined ? undefined : this.bind(entry);
      },
    };
  }
}
