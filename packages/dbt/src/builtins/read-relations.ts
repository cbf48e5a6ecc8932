import { PyTuple, type Value } from "@airloom/jinja";
import { Column } from "../adapter/column.ts";
import { findColumns, findQueryColumns } from "../adapter/duckdb.ts";
import { quoteIdentifier, Relation } from "../adapter/relation.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { itemsOf } from "../template/values.ts";
import { relationOf, text } from "./macro-arguments.ts";
import { define, type NativeMacro } from "./native-macro.ts";

async function columnsOfQuery(context: MacroContext, sql: Value | undefined): Promise<Column[]> {
  return [...(await findQueryColumns(context, text(sql)))];
}

async function columnsOf(context: MacroContext, relation: Value | undefined): Promise<Column[]> {
  return [...(await findColumns(context, relationOf(relation, "get_columns_in_relation")))];
}

/** Macros that ask for relations and their columns. */
export const READ_RELATIONS: readonly NativeMacro[] = [
  define("get_columns_in_relation", ["relation"], (context, [relation]) =>
    context.execute ? columnsOf(context, relation) : [],
  ),
  define("get_columns_in_query", ["select_sql"], (context, [sql]) =>
    context.execute
      ? columnsOfQuery(context, sql).then((columns) => columns.map((column) => column.name))
      : [],
  ),
  define("get_column_schema_from_query", ["select_sql", "select_sql_header"], (context, [sql]) =>
    context.execute ? columnsOfQuery(context, sql) : [],
  ),
  define("get_list_of_column_names", ["columns"], (_context, [columns]) =>
    itemsOf(columns).map((column) => (column instanceof Column ? column.name : text(column))),
  ),
  define("load_relation", ["relation"], (context, [relation]) =>
    context.execute ? (context.findRelation(relationOf(relation, "load_relation")) ?? null) : null,
  ),
  define("load_cached_relation", ["relation"], (context, [relation]) =>
    context.execute
      ? (context.findRelation(relationOf(relation, "load_cached_relation")) ?? null)
      : null,
  ),
  define(
    "get_or_create_relation",
    ["database", "schema", "identifier", "type"],
    (context, bound) => {
      const [database, schema, identifier, type] = bound;
      const wanted = new Relation({
        database: text(database),
        schema: text(schema),
        identifier: text(identifier),
        type: text(type) === "view" ? "view" : "table",
      });
      const found = context.execute ? context.findRelation(wanted) : undefined;
      return new PyTuple([found !== undefined, found ?? wanted]);
    },
  ),
  define("list_relations_without_caching", ["schema_relation"], (context, [relation]) => {
    const schema = relationOf(relation, "list_relations_without_caching");
    return [...context.relations.inSchema(schema.database, schema.schema)];
  }),
  define("get_quoted_csv", ["column_names"], (_context, [names]) =>
    itemsOf(names)
      .map((name) => quoteIdentifier(text(name)))
      .join(", "),
  ),
  define("check_schema_exists", ["information_schema", "schema"], (context, [info, schema]) => {
    const database =
      info instanceof Relation
        ? (info.database ?? context.target.database)
        : context.target.database;
    return context.relations.hasSchema(database, text(schema));
  }),
];
