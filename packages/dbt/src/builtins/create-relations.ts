import { renderScalar } from "../json.ts";
import { isTruthy } from "../template/values.ts";
import { nullIfParsing, relationOf, text } from "./macro-arguments.ts";
import { define, type NativeMacro } from "./native-macro.ts";

/** Macros that create schemas, tables and views, or write the statements for it. */
export const CREATE_RELATIONS: readonly NativeMacro[] = [
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
