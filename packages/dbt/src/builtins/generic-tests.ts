import { Undefined, type Value } from "@airloom/jinja";
import { quoteText } from "../adapter/relation.ts";
import { renderScalar } from "../json.ts";
import { after } from "../template/after.ts";
import { isTruthy, itemsOf, renderText } from "../template/values.ts";
import { define, type NativeMacro } from "./native-macro.ts";

function text(value: Value | undefined): string {
  return value === undefined || value instanceof Undefined ? "" : renderText(value);
}

function literal(value: Value, isQuoted: boolean): string {
  return isQuoted ? quoteText(renderText(value)) : renderText(value);
}

/** The four tests every project has, and what stands around each test's query. */
export const GENERIC_TESTS: readonly NativeMacro[] = [
  define(
    "test_unique",
    ["model", "column_name"],
    (_context, [model, column]) =>
      `select
    ${text(column)} as unique_field,
    count(*) as n_records
from ${text(model)}
where ${text(column)} is not null
group by ${text(column)}
having count(*) > 1`,
  ),
  define("test_not_null", ["model", "column_name"], (context, [model, column]) =>
    after(context.call("should_store_failures", []), (isStored) => {
      const columns = isTruthy(isStored) ? "*" : text(column);
      return `select ${columns}\nfrom ${text(model)}\nwhere ${text(column)} is null`;
    }),
  ),
  define("test_accepted_values", ["model", "column_name", "values", "quote"], (_context, bound) => {
    const [model, column, values, quote] = bound;
    const isQuoted = quote === undefined || isTruthy(quote);
    const list = itemsOf(values).map((value) => literal(value, isQuoted));
    return `with all_values as (
    select
        ${text(column)} as value_field,
        count(*) as n_records
    from ${text(model)}
    group by ${text(column)}
)
select *
from all_values
where value_field not in (
    ${list.join(",")}
)`;
  }),
  define("test_relationships", ["model", "column_name", "to", "field"], (_context, bound) => {
    const [model, column, to, field] = bound;
    return `with child as (
    select ${text(column)} as from_field
    from ${text(model)}
    where ${text(column)} is not null
),
parent as (
    select ${text(field)} as to_field
    from ${text(to)}
)
select
    from_field
from child
left join parent
    on child.from_field = parent.to_field
where parent.to_field is null`;
  }),
  define("get_where_subquery", ["relation"], (context, [relation = null]) => {
    const where = context.config("where");
    if (where === undefined || where === null || where === "") return relation;
    return `(select * from ${text(relation)} where ${renderScalar(where)}\n) dbt_subquery`;
  }),
  define(
    "get_test_sql",
    ["main_sql", "fail_calc", "warn_if", "error_if", "limit"],
    (_context, bound) => {
      const [sql, calc, warnIf, errorIf, limit] = bound;
      const tail = limit === undefined || limit === null ? "" : `\n      limit ${text(limit)}`;
      return `select
      ${text(calc)} as failures,
      ${text(calc)} ${text(warnIf)} as should_warn,
      ${text(calc)} ${text(errorIf)} as should_error
    from (
      ${text(sql)}${tail}
    ) dbt_internal_test`;
    },
  ),
  define("get_limit_subquery_sql", ["sql", "limit"], (_context, [sql, limit]) =>
    limit === undefined || limit === null ? text(sql) : `${text(sql)}\nlimit ${text(limit)}`,
  ),
  define("should_store_failures", [], (context) => {
    const configured = context.config("store_failures");
    return typeof configured === "boolean" ? configured : context.flag("STORE_FAILURES");
  }),
];
