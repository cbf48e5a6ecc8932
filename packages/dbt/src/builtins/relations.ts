import {
  isHostObject,
  type Kwargs,
  NO_KWARGS,
  PyDict,
  PyTuple,
  Undefined,
  type Value,
} from "@airloom/jinja";
import { Column } from "../adapter/column.ts";
import { findColumns } from "../adapter/duckdb.ts";
import { quoteIdentifier, Relation, type RelationType } from "../adapter/relation.ts";
import type { MacroContext } from "../context/macro-context.ts";
import { DbtError } from "../error.ts";
import { renderScalar } from "../json.ts";
import { after } from "../template/after.ts";
import { isTruthy, itemsOf, renderText } from "../template/values.ts";
import { define, type NativeMacro } from "./native-macro.ts";

function relationOf(value: Value | undefined, macro: string): Relation {
  if (value instanceof Relation) return value;
  throw new DbtError(
    "Compilation",
    `${macro} expects a relation, got ${renderText(value ?? null)}`,
  );
}

function text(value: Value | undefined): string {
  return value === undefined || value instanceof Undefined ? "" : renderText(value);
}

function nullIfParsing(context: MacroContext, run: () => Promise<Value>): Value | Promise<Value> {
  return context.execute ? run() : null;
}

/** Drops a table or view and forgets it. */
export async function dropRelation(context: MacroContext, relation: Relation): Promise<void> {
  const type = relation.type ?? context.findRelation(relation)?.type ?? "table";
  await context.query(`drop ${type} if exists ${relation.render()} cascade`);
  context.relations.remove(relation);
}

/** Renames a table or view. */
export async function renameRelation(
  context: MacroContext,
  from: Relation,
  to: Relation,
): Promise<void> {
  const type = from.type ?? context.findRelation(from)?.type ?? "table";
  await context.query(
    `alter ${type} ${from.render()} rename to ${quoteIdentifier(to.identifier ?? "")}`,
  );
  context.relations.remove(from);
  context.relations.add(to.with({ type }));
}

function suffixed(relation: Relation, suffix: string, type: RelationType | null): Relation {
  return relation.with({ identifier: `${relation.identifier ?? ""}${suffix}`, type });
}

/** A temporary table of this connection, named after a relation. */
export function temporaryRelation(relation: Relation, suffix: string): Relation {
  return suffixed(relation, suffix, "table").with({ database: null, schema: null });
}

const CREATING: readonly NativeMacro[] = [
  define("create_schema", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      const schema = relationOf(relation, "create_schema").with({
        includePolicy: { database: true, schema: true, identifier: false },
      });
      await context.query(`create schema if not exists ${schema.render()}`);
      context.relations.addSchema(schema.database ?? "", schema.schema ?? "");
      return "";
    }),
  ),
  define("drop_schema", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      const schema = relationOf(relation, "drop_schema").with({
        includePolicy: { database: true, schema: true, identifier: false },
      });
      await context.query(`drop schema if exists ${schema.render()} cascade`);
      context.relations.removeSchema(schema.database ?? "", schema.schema ?? "");
      return "";
    }),
  ),
  define(
    "create_table_as",
    ["temporary", "relation", "compiled_code", "language"],
    (context, bound) => {
      const [temporary, relation, sql] = bound;
      const header = context.config("sql_header");
      const kind = isTruthy(temporary ?? null) ? "temporary table" : "table";
      const lead = header === undefined || header === null ? "" : `${renderScalar(header)}\n`;
      return `${lead}create ${kind} ${relationOf(relation, "create_table_as").render()} as (\n${text(sql)}\n);`;
    },
  ),
  define("create_view_as", ["relation", "sql"], (context, [relation, sql]) => {
    const header = context.config("sql_header");
    const lead = header === undefined || header === null ? "" : `${renderScalar(header)}\n`;
    return `${lead}create view ${relationOf(relation, "create_view_as").render()} as (\n${text(sql)}\n);`;
  }),
  define("get_create_table_as_sql", ["temporary", "relation", "sql"], (context, bound) =>
    context.call(
      "create_table_as",
      bound.map((value) => value ?? null),
    ),
  ),
  define("get_create_view_as_sql", ["relation", "sql"], (context, bound) =>
    context.call(
      "create_view_as",
      bound.map((value) => value ?? null),
    ),
  ),
  define(
    "get_empty_subquery_sql",
    ["select_sql", "select_sql_header"],
    (_context, [sql]) => `select * from (\n${text(sql)}\n) as __dbt_sbq\nwhere false\nlimit 0`,
  ),
];

const CHANGING: readonly NativeMacro[] = [
  define("drop_relation", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      await dropRelation(context, relationOf(relation, "drop_relation"));
      return "";
    }),
  ),
  define("drop_relation_if_exists", ["relation"], (context, [relation]) =>
    relation instanceof Relation ? context.call("drop_relation", [relation]) : "",
  ),
  define("rename_relation", ["from_relation", "to_relation"], (context, [from, to]) =>
    nullIfParsing(context, async () => {
      await renameRelation(
        context,
        relationOf(from, "rename_relation"),
        relationOf(to, "rename_relation"),
      );
      return "";
    }),
  ),
  define("truncate_relation", ["relation"], (context, [relation]) =>
    nullIfParsing(context, async () => {
      await context.query(`truncate table ${relationOf(relation, "truncate_relation").render()}`);
      return "";
    }),
  ),
  define("make_temp_relation", ["base_relation", "suffix"], (_context, [base, suffix]) =>
    temporaryRelation(
      relationOf(base, "make_temp_relation"),
      suffix === undefined ? "__dbt_tmp" : text(suffix),
    ),
  ),
  define("make_intermediate_relation", ["base_relation", "suffix"], (_context, [base, suffix]) =>
    suffixed(
      relationOf(base, "make_intermediate_relation"),
      suffix === undefined ? "__dbt_tmp" : text(suffix),
      "table",
    ),
  ),
  define(
    "make_backup_relation",
    ["base_relation", "backup_relation_type", "suffix"],
    (_context, bound) => {
      const [base, type, suffix] = bound;
      const kind = text(type) === "view" ? "view" : "table";
      return suffixed(
        relationOf(base, "make_backup_relation"),
        suffix === undefined ? "__dbt_backup" : text(suffix),
        kind,
      );
    },
  ),
  define(
    "alter_relation_add_remove_columns",
    ["relation", "add_columns", "remove_columns"],
    (context, bound) =>
      nullIfParsing(context, async () => {
        const [relation, added, removed] = bound;
        const name = relationOf(relation, "alter_relation_add_remove_columns").render();
        for (const column of itemsOf(added)) {
          if (!(column instanceof Column)) continue;
          await context.query(
            `alter table ${name} add column ${quoteIdentifier(column.name)} ${column.dataType}`,
          );
        }
        for (const column of itemsOf(removed)) {
          if (!(column instanceof Column)) continue;
          await context.query(`alter table ${name} drop column ${quoteIdentifier(column.name)}`);
        }
        return "";
      }),
  ),
  define(
    "alter_column_type",
    ["relation", "column_name", "new_column_type"],
    (context, [relation, column, type]) =>
      nullIfParsing(context, async () => {
        const name = relationOf(relation, "alter_column_type").render();
        await context.query(
          `alter table ${name} alter column ${quoteIdentifier(text(column))} type ${text(type)}`,
        );
        return "";
      }),
  ),
];

async function columnsOf(context: MacroContext, target: string): Promise<Column[]> {
  return [...(await findColumns(context, target))];
}

const READING: readonly NativeMacro[] = [
  define("get_columns_in_relation", ["relation"], (context, [relation]) =>
    context.execute
      ? columnsOf(context, relationOf(relation, "get_columns_in_relation").render())
      : [],
  ),
  define("get_columns_in_query", ["select_sql"], (context, [sql]) =>
    context.execute
      ? columnsOf(context, `(${text(sql)})`).then((columns) => columns.map((column) => column.name))
      : [],
  ),
  define("get_column_schema_from_query", ["select_sql", "select_sql_header"], (context, [sql]) =>
    context.execute ? columnsOf(context, `(${text(sql)})`) : [],
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

/** Calls what stands between `{% call %}` and `{% endcall %}`. */
export function callCaller(kwargs: Kwargs): Value | Promise<Value> {
  const caller = kwargs.get("caller");
  if (caller === undefined || !isHostObject(caller) || caller.call === undefined) {
    throw new DbtError("Compilation", "statement() is only possible with {% call %}");
  }
  return caller.call([], NO_KWARGS);
}

const STATEMENTS: readonly NativeMacro[] = [
  define(
    "statement",
    ["name", "fetch_result", "auto_begin", "language"],
    (context, [name], kwargs) =>
      after(callCaller(kwargs), (sql) => {
        if (!context.execute) return "";
        return context.query(renderText(sql)).then((result) => {
          if (name !== undefined && name !== null) context.storeResult(text(name), result);
          return "";
        });
      }),
  ),
  define("noop_statement", ["name", "message", "code", "rows_affected", "res"], () => ""),
  define("run_query", ["sql"], (context, [sql]) =>
    context.execute ? context.query(text(sql)).then((result) => result.table) : null,
  ),
  define("run_hooks", ["hooks", "inside_transaction"], (context, [hooks]) =>
    nullIfParsing(context, async () => {
      for (const hook of itemsOf(hooks)) {
        const sql = hook instanceof PyDict ? text(hook.get("sql")) : text(hook);
        if (sql.trim() !== "") await context.query(sql);
      }
      return "";
    }),
  ),
  define("should_full_refresh", [], (context) => {
    const configured = context.config("full_refresh");
    return typeof configured === "boolean" ? configured : context.flag("FULL_REFRESH");
  }),
  define("is_incremental", [], (context) => {
    const relation = context.lookup("this");
    if (!context.execute || !(relation instanceof Relation)) return false;
    const found = context.findRelation(relation);
    if (found?.type !== "table" || context.config("materialized") !== "incremental") return false;
    return after(context.call("should_full_refresh", []), (isFull) => !isTruthy(isFull));
  }),
  ...["create_indexes", "apply_grants", "should_revoke", "set_sql_header", "grant_access_to"].map(
    (name) =>
      define(name, ["a", "b", "c", "should_revoke"], () => (name === "should_revoke" ? false : "")),
  ),
];

/** Macros about tables, views, columns and statements. */
export const RELATIONS: readonly NativeMacro[] = [
  ...CREATING,
  ...CHANGING,
  ...READING,
  ...STATEMENTS,
];
