import { PyDict, Undefined, type Value } from "@airloom/jinja";
import { Column } from "../adapter/column.ts";
import { quoteIdentifier } from "../adapter/relation.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { DbtError } from "../error.ts";
import { objectOf, renderScalar, textsOf } from "../json.ts";
import { itemsOf, renderText } from "../template/values.ts";
import { define, type NativeMacro } from "./native-macro.ts";

const STRATEGY_PARAMETERS = [
  "target",
  "source",
  "unique_key",
  "dest_columns",
  "incremental_predicates",
];
const STRATEGY_KEYS = [
  "target_relation",
  "temp_relation",
  "unique_key",
  "dest_columns",
  "incremental_predicates",
];

function text(value: Value | undefined): string {
  return value === undefined || value === null || value instanceof Undefined
    ? ""
    : renderText(value);
}

function columnNames(value: Value | undefined): readonly string[] {
  return itemsOf(value).map((column) => (column instanceof Column ? column.name : text(column)));
}

function quotedList(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(", ");
}

function writeInsert(target: string, source: string, columns: readonly string[]): string {
  const list = quotedList(columns);
  return `insert into ${target} (${list})\n(\n    select ${list}\n    from ${source}\n)`;
}

function writeDelete(
  target: string,
  source: string,
  keys: readonly string[],
  predicates: readonly string[],
): string {
  const list = keys.join(", ");
  const more = predicates.map((predicate) => `\n    and ${predicate}`).join("");
  return `delete from ${target} as DBT_INTERNAL_DEST
where (${list}) in (
    select distinct ${list}
    from ${source} as DBT_INTERNAL_SOURCE
)${more};`;
}

function updatedColumns(context: MacroContext, columns: readonly string[]): readonly string[] {
  const only = context.config("merge_update_columns");
  const except = context.config("merge_exclude_columns");
  if (only !== undefined && only !== null && except !== undefined && except !== null) {
    throw new DbtError(
      "Compilation",
      "Model cannot specify both merge_update_columns and merge_exclude_columns: keep one of them",
    );
  }
  if (only !== undefined && only !== null) return textsOf(only);
  const excluded = new Set(textsOf(except ?? null).map((name) => name.toLowerCase()));
  return columns.filter((name) => !excluded.has(name.toLowerCase())).map(quoteIdentifier);
}

// What dbt's adapter for DuckDB reads besides; a whole clause of one's own is not written here.
const UNSUPPORTED = ["merge_clauses", "merge_on_using_columns", "merge_returning_columns"];

function checkMergeConfigs(context: MacroContext): void {
  for (const key of UNSUPPORTED) {
    const value = context.config(key);
    if (value === undefined || value === null) continue;
    throw new DbtError(
      "Compilation",
      `The config ${key} is not supported: write the condition with incremental_predicates, merge_update_condition or merge_insert_condition`,
    );
  }
}

function condition(context: MacroContext, key: string): string {
  const value = context.config(key);
  return typeof value === "string" && value !== "" ? ` and ${value}` : "";
}

function updateList(context: MacroContext, columns: readonly string[]): string {
  const given = Object.entries(objectOf(context.config("merge_update_set_expressions")));
  const own = new Set(given.map(([name]) => name.toLowerCase()));
  const plain = updatedColumns(context, columns)
    .filter((name) => !own.has(name.replaceAll('"', "").toLowerCase()))
    .map((name) => `${name} = DBT_INTERNAL_SOURCE.${name}`);
  return [...given.map(([name, sql]) => `${name} = ${renderScalar(sql)}`), ...plain].join(", ");
}

function writeMerge(context: MacroContext, bound: readonly (Value | undefined)[]): string {
  const [target, source, key, destination, predicates] = bound;
  const columns = columnNames(destination);
  const keys = itemsOf(key).map(text);
  const matches = keys.map((name) => `DBT_INTERNAL_SOURCE.${name} = DBT_INTERNAL_DEST.${name}`);
  const conditions = [...itemsOf(predicates).map(text), ...(keys.length > 0 ? matches : ["FALSE"])];
  checkMergeConfigs(context);
  const update =
    keys.length > 0
      ? `\nwhen matched${condition(context, "merge_update_condition")} then update set ${updateList(context, columns)}`
      : "";
  const values = columns.map((name) => `DBT_INTERNAL_SOURCE.${quoteIdentifier(name)}`).join(", ");
  return `merge into ${text(target)} as DBT_INTERNAL_DEST
using ${text(source)} as DBT_INTERNAL_SOURCE
on ${conditions.map((condition) => `(${condition})`).join(" and ")}${update}
when not matched${condition(context, "merge_insert_condition")} then insert (${quotedList(columns)})
values (${values})`;
}

function writeDeleteInsert(bound: readonly (Value | undefined)[]): string {
  const [target, source, key, destination, predicates] = bound;
  const keys = itemsOf(key).map(text);
  const insert = writeInsert(text(target), text(source), columnNames(destination));
  if (keys.length === 0) return insert;
  return `${writeDelete(text(target), text(source), keys, itemsOf(predicates).map(text))}\n\n${insert}`;
}

function strategyArguments(value: Value | undefined): readonly Value[] {
  if (!(value instanceof PyDict)) {
    throw new DbtError("Compilation", "An incremental strategy expects a dict of its arguments");
  }
  return STRATEGY_KEYS.map((key) => value.get(key) ?? null);
}

function strategy(name: string, macro: string): NativeMacro {
  return define(name, ["arg_dict"], (context, [dict]) =>
    context.call(macro, strategyArguments(dict)),
  );
}

/** Macros that write the statements of incremental models. */
export const INCREMENTAL: readonly NativeMacro[] = [
  define("get_delete_insert_merge_sql", STRATEGY_PARAMETERS, (_context, bound) =>
    writeDeleteInsert(bound),
  ),
  define("get_merge_sql", STRATEGY_PARAMETERS, (context, bound) => writeMerge(context, bound)),
  define(
    "get_insert_into_sql",
    ["target_relation", "temp_relation", "dest_columns"],
    (_context, bound) => writeInsert(text(bound[0]), text(bound[1]), columnNames(bound[2])),
  ),
  define("get_incremental_append_sql", ["arg_dict"], (context, [dict]) => {
    const [target = null, source = null, , columns = null] = strategyArguments(dict);
    return context.call("get_insert_into_sql", [target, source, columns]);
  }),
  strategy("get_incremental_delete_insert_sql", "get_delete_insert_merge_sql"),
  strategy("get_incremental_merge_sql", "get_merge_sql"),
  strategy("get_incremental_default_sql", "get_delete_insert_merge_sql"),
];
