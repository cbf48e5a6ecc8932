import {
  type Awaitable,
  callable,
  type HostObject,
  type Kwargs,
  PyDict,
  type Value,
} from "@airloom/jinja";
import { Column, translateType } from "../adapter/column.ts";
import { quoteIdentifier, Relation } from "../adapter/relation.ts";
import { DbtError } from "../error.ts";
import { after } from "../template/after.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { itemsOf, renderText } from "../template/values.ts";
import type { MacroContext } from "./macro-context.ts";
import { recordObject } from "./record-object.ts";

type Method = (context: MacroContext, bound: readonly (Value | undefined)[]) => Awaitable<Value>;

const NAMES = ["database", "schema", "identifier"];

function text(value: Value | undefined): string {
  return value === undefined || value === null ? "" : renderText(value);
}

async function missingColumns(context: MacroContext, from: Value, to: Value): Promise<Value> {
  const source = await context.call("get_columns_in_relation", [from]);
  const target = await context.call("get_columns_in_relation", [to]);
  const known = new Set(
    itemsOf(target).map((column) => (column instanceof Column ? column.name.toLowerCase() : "")),
  );
  return itemsOf(source).filter(
    (column) => column instanceof Column && !known.has(column.name.toLowerCase()),
  );
}

function runMacro(name: string): Method {
  return (context, bound) =>
    context.execute
      ? context.call(
          name,
          bound.map((value) => value ?? null),
        )
      : null;
}

function relationNamed(bound: readonly (Value | undefined)[]): Relation {
  return new Relation({
    database: text(bound[0]),
    schema: text(bound[1]),
    identifier: text(bound[2]),
  });
}

function incrementalMacro(name: string): string {
  const key = name === "" ? "default" : name.replaceAll("+", "_");
  return `get_incremental_${key}_sql`;
}

const METHODS: Readonly<Record<string, readonly [parameters: readonly string[], run: Method]>> = {
  type: [[], () => "duckdb"],
  quote: [["identifier"], (_context, [name]) => quoteIdentifier(text(name))],
  quote_as_configured: [
    ["identifier", "quote_key"],
    (_context, [name]) => quoteIdentifier(text(name)),
  ],
  quote_seed_column: [
    ["column", "quote_config"],
    (_context, [name, quote]) => (quote === false ? text(name) : quoteIdentifier(text(name))),
  ],
  get_relation: [
    NAMES,
    (context, bound) =>
      context.execute ? (context.findRelation(relationNamed(bound)) ?? null) : null,
  ],
  load_relation: [["relation"], runMacro("load_relation")],
  list_relations: [
    ["database", "schema"],
    (context, [database, schema]) => [...context.relations.inSchema(text(database), text(schema))],
  ],
  list_relations_without_caching: [["schema_relation"], runMacro("list_relations_without_caching")],
  get_columns_in_relation: [
    ["relation"],
    (context, [relation = null]) =>
      context.execute ? context.call("get_columns_in_relation", [relation]) : [],
  ],
  get_column_schema_from_query: [
    ["sql"],
    (context, [sql = null]) =>
      context.execute ? context.call("get_column_schema_from_query", [sql]) : [],
  ],
  get_missing_columns: [
    ["from_relation", "to_relation"],
    (context, [from = null, to = null]) =>
      context.execute ? missingColumns(context, from, to) : [],
  ],
  expand_target_column_types: [["from_relation", "to_relation"], () => null],
  drop_relation: [["relation"], runMacro("drop_relation")],
  rename_relation: [["from_relation", "to_relation"], runMacro("rename_relation")],
  truncate_relation: [["relation"], runMacro("truncate_relation")],
  create_schema: [["relation"], runMacro("create_schema")],
  drop_schema: [["relation"], runMacro("drop_schema")],
  check_schema_exists: [
    ["database", "schema"],
    (context, [database, schema]) => context.relations.hasSchema(text(database), text(schema)),
  ],
  already_exists: [
    ["schema", "name"],
    (context, [schema, name]) =>
      context.findRelation(relationNamed([context.target.database, schema, name])) !== undefined,
  ],
  cache_added: [["relation"], () => ""],
  cache_dropped: [["relation"], () => ""],
  cache_renamed: [["from_relation", "to_relation"], () => ""],
  commit: [[], () => null],
  convert_type: [["table", "index"], () => "text"],
  get_hard_deletes_behavior: [["config"], (context) => text(hardDeletes(context))],
  valid_snapshot_target: [["relation", "columns"], () => null],
  standardize_grants_dict: [["grants_table"], () => new PyDict()],
  is_replaceable: [["relation"], () => true],
  submit_python_job: [
    ["parsed_model", "compiled_code"],
    () => {
      throw new DbtError("Runtime", "Cannot run a Python model: this engine runs SQL models");
    },
  ],
};

function hardDeletes(context: MacroContext): string {
  const configured = context.config("hard_deletes");
  if (typeof configured === "string") return configured;
  return context.config("invalidate_hard_deletes") === true ? "invalidate" : "ignore";
}

async function addQuery(context: MacroContext, sql: string): Promise<Value> {
  const { table } = await context.query(sql);
  return [null, table];
}

function special(context: MacroContext, name: string, dispatch: HostObject): Value | undefined {
  switch (name) {
    case "dispatch":
      return dispatch;
    case "execute":
    case "run_sql":
    case "add_query":
      return callable(
        (args) => (context.execute ? addQuery(context, text(args[0])) : [null, null]),
        name,
      );
    case "Relation":
      return context.lookup("api") === undefined ? undefined : null;
    case "behavior":
      return recordObject("BehaviorFlags", () =>
        recordObject("BehaviorFlag", () => false, { text: "False" }),
      );
    case "get_incremental_strategy_macro":
      return callable(([, strategy]) => strategyMacro(context, text(strategy)), name);
    default:
      return undefined;
  }
}

function strategyMacro(context: MacroContext, strategy: string): Value {
  const name = incrementalMacro(strategy);
  return callable(
    (args: readonly Value[], kwargs: Kwargs) => context.call(name, args, kwargs),
    name,
  );
}

/** dbt's `adapter`: what macros do with the database. */
export function createAdapterObject(context: MacroContext, dispatch: HostObject): Value {
  return recordObject("Adapter", (name) => {
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (method === undefined) return special(context, name, dispatch);
    const [parameters, run] = method;
    return callable(
      (args, kwargs) => run(context, bindArguments(name, parameters, args, kwargs)),
      name,
    );
  });
}

/** dbt's `api`: the classes Relation and Column. */
export function createApiObject(
  createRelation: (args: readonly Value[], kwargs: Kwargs) => Relation,
): Value {
  const relation = recordObject("RelationClass", (name) =>
    name === "create" || name === "create_from"
      ? callable(createRelation, name)
      : relationStatic(name),
  );
  const column: HostObject = {
    ...recordObject("ColumnClass", columnStatic),
    call: (args) => new Column(text(args[0]), text(args[1])),
  };
  return recordObject("Api", (name) =>
    name === "Relation" ? relation : name === "Column" ? column : undefined,
  );
}

function relationStatic(name: string): Value | undefined {
  switch (name) {
    case "Table":
      return "table";
    case "View":
      return "view";
    case "CTE":
      return "cte";
    case "scd_args":
      return callable(([key = null, updatedAt = null]) => [...itemsOf(key), updatedAt]);
    default:
      return undefined;
  }
}

function columnStatic(name: string): Value | undefined {
  switch (name) {
    case "translate_type":
      return callable(([type]) => translateType(text(type)));
    case "numeric_type":
      return callable(([type, precision, scale]) =>
        after(text(type), (base) =>
          precision === undefined || precision === null
            ? base
            : `${base}(${text(precision)},${text(scale)})`,
        ),
      );
    case "string_type":
      return callable(([size]) => `character varying(${text(size)})`);
    case "create":
      return callable(([label, type]) => new Column(text(label), text(type)));
    default:
      return undefined;
  }
}
