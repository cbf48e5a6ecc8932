import { isHostObject, type Kwargs, NO_KWARGS, PyDict, type Value } from "@airloom/jinja";
import { Relation } from "../adapter/relation.ts";
import { DbtError } from "../error.ts";
import { after } from "../template/after.ts";
import { isTruthy, itemsOf, renderText } from "../template/values.ts";
import { nullIfParsing, text } from "./macro-arguments.ts";
import { define, type NativeMacro } from "./native-macro.ts";

/** Calls what stands between `{% call %}` and `{% endcall %}`. */
export function callCaller(kwargs: Kwargs): Value | Promise<Value> {
  const caller = kwargs.get("caller");
  if (caller === undefined || !isHostObject(caller) || caller.call === undefined) {
    throw new DbtError("Compilation", "statement() is only possible with {% call %}");
  }
  return caller.call([], NO_KWARGS);
}

/** Macros that run statements, and those that materializations ask before. */
export const STATEMENTS: readonly NativeMacro[] = [
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
  define("set_sql_header", ["config"], (context, _bound, kwargs) =>
    after(callCaller(kwargs), (sql) => {
      context.configure({ sql_header: renderText(sql) });
      return "";
    }),
  ),
  ...["create_indexes", "apply_grants", "should_revoke", "grant_access_to"].map((name) =>
    define(name, ["a", "b", "c", "should_revoke"], () => (name === "should_revoke" ? false : "")),
  ),
];
