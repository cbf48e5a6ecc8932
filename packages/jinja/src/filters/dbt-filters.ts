import type { Filter } from "../environment-options.ts";
import { markNative, type NativeMark } from "../runtime/native.ts";
import { str } from "../values/text.ts";

function marking(mark: NativeMark): Filter {
  return (value, _args, _kwargs, evaluation) =>
    evaluation.isNative ? markNative(str(value), mark) : value;
}

/** Filters that dbt adds: the `as_…` ones say what a native rendering makes of a text. */
export const DBT_FILTERS: readonly (readonly [string, Filter])[] = [
  ["as_text", marking("text")],
  ["as_bool", marking("bool")],
  ["as_number", marking("number")],
  ["as_native", marking("native")],
  ["is_list", (value) => Array.isArray(value)],
];
