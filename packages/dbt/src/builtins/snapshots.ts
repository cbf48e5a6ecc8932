import { itemsOf, renderText } from "../template/values.ts";
import { define, defineText, type NativeMacro } from "./native-macro.ts";

/** Macros that snapshots write their times and row ids with. */
export const SNAPSHOTS: readonly NativeMacro[] = [
  define("snapshot_get_time", [], () => "now()::timestamp"),
  defineText("snapshot_string_as_time", ["timestamp"], (timestamp) => `'${timestamp}'::timestamp`),
  define("snapshot_hash_arguments", ["args"], (_context, [args]) => {
    const parts = itemsOf(args).map((arg) => `coalesce(cast(${renderText(arg)} as varchar), '')`);
    return `md5(${parts.join(" || '|' || ")})`;
  }),
];
